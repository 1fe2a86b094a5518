// nps: net promoter score, overall, by group and over time.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/number_text.hpp"
#include "base/pointer.hpp"
#include "models/activity/promoters.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"

namespace clientele::endpoints::nps {
namespace {

using activity::PromoterCount;
using schema::field;
using vocabulary::Language;
using vocabulary::Phrase;

constexpr Limit kMostRows{"nps_rows", 50'000};
constexpr Limit kMostGroups{"nps_groups", 1'000};
constexpr Limit kMostBytes{"nps_bytes", 5'000'000};

enum class Trend { day, week, month };
constexpr auto choices(schema::For<Trend>) {
  return std::array<std::string_view, 3>{"day", "week", "month"};
}

struct BandLabel {
  double min;
  Phrase label;
};
constexpr std::array kBands{
    BandLabel{70,
              {"World-class loyalty", "Lealtad de clase mundial", "Lealdade de classe mundial"}},
    BandLabel{50, {"Excellent", "Excelente", "Excelente"}}, BandLabel{30, {"Good", "Bueno", "Bom"}},
    BandLabel{
        0,
        {"Fair – room for improvement", "Aceptable: se puede mejorar", "Razoável – pode melhorar"}},
    BandLabel{-100, {"Critical warning", "Alerta crítica", "Alerta crítico"}}};

struct Band {
  double min = -100;
  std::string_view label;
};
schema::Object describe(schema::For<Band>) {
  return schema::object<Band>("A range of scores.",
                              field<&Band::min>("Lowest score of the band.").between(-100, 100),
                              field<&Band::label>("Its interpretation.").not_empty());
}

struct Survey {
  std::string_view customer_id;
  std::int32_t answer = 0;
  std::optional<Date> date;
};
schema::Object describe(schema::For<Survey>) {
  using S = Survey;
  return schema::object<S>(
      "An answer; any further key can be grouped by.",
      field<&S::customer_id>("Who answered; may repeat.").not_empty(),
      field<&S::answer>("How likely they are to recommend you.").between(0, 10),
      field<&S::date>("Day of the answer."));
}

struct Request {
  schema::OneOrMany<std::string_view> group_by;
  std::vector<Band> bands;
  std::optional<Trend> trend;
  Language lang = Language::en;
  schema::Table<Survey> data;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Answers to the recommendation question.",
      field<&R::group_by>("Key, or keys, of the rows to group by.").or_default(),
      field<&R::bands>("Interpretations that replace the standard ones; one must start at -100.")
          .or_default(),
      field<&R::trend>("Adds a series by day, week (Monday) or month."),
      field<&R::lang>("Language of the standard interpretations.").or_default(),
      field<&R::data>("The answers.").at_least_items(1).at_most_items(kMostRows));
}

struct Score {
  double nps = 0;
  double promoters_pct = 0;
  double passives_pct = 0;
  double detractors_pct = 0;
  std::int64_t responses = 0;
  std::optional<std::string> group;
  std::optional<schema::Map<std::string, std::string>> groups;
  std::optional<std::string> period;
  std::string_view interpretation;
  std::array<double, 2> nps_ci{};
};
schema::Object describe(schema::For<Score>) {
  using S = Score;
  return schema::object<S>(
      "A score.", field<&S::nps>("Promoters minus detractors, -100 to 100.").digits(2),
      field<&S::promoters_pct>("Share of answers 9-10.").unit("per cent").digits(2),
      field<&S::passives_pct>("Share of answers 7-8.").unit("per cent").digits(2),
      field<&S::detractors_pct>("Share of answers 0-6.").unit("per cent").digits(2),
      field<&S::responses>("Number of answers."),
      field<&S::group>("The group; several keys are joined by ' / '."),
      field<&S::groups>("Value by key, when grouped by several."),
      field<&S::period>("First day of the period (YYYY-MM for months)."),
      field<&S::interpretation>("The band of the score."),
      field<&S::nps_ci>("95 % interval of the score (adjusted Wald).").digits(2));
}

struct Response {
  Score overall;
  std::vector<Score> by_group;
  std::optional<std::vector<Score>> trend;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>(
      "Scores.", field<&Response::overall>("All answers."),
      field<&Response::by_group>("By group, sorted by name; empty without group_by."),
      field<&Response::trend>("By period, in order."));
}

std::string_view band_of(double score, const Request& request) {
  const Band* best = nullptr;
  for (const Band& band : request.bands) {
    if (score >= band.min && (best == nullptr || band.min > best->min)) best = &band;
  }
  if (best != nullptr) return best->label;
  const auto standard = std::find_if(kBands.begin(), kBands.end() - 1,
                                     [&](const BandLabel& band) { return score >= band.min; });
  return standard->label.in(request.lang);
}

Score score_of(const PromoterCount& count, const Request& request) {
  const auto interval = count.interval95();
  Score score;
  score.nps = count.score();
  score.promoters_pct = count.promoters_pct();
  score.passives_pct = count.passives_pct();
  score.detractors_pct = count.detractors_pct();
  score.responses = count.responses();
  score.interpretation = band_of(rounded(score.nps, 2), request);
  score.nps_ci = {interval.low, interval.high};
  return score;
}

// The text of a key in one row; nullopt when the row lacks it.
class GroupKey {
 public:
  GroupKey(std::string_view name, const schema::Table<Survey>& data)
      : name_(name), data_(data), column_(data.features.find(name)) {}

  bool exists() const { return column_ != nullptr || name_ == "customer_id" || name_ == "date"; }

  std::optional<std::string> text(std::size_t row) const {
    const Survey& survey = data_.rows[row];
    if (name_ == "customer_id") return std::string(survey.customer_id);
    if (name_ == "date") {
      if (!survey.date) return std::nullopt;
      return to_string(*survey.date);
    }
    if (column_->kind == ColumnKind::text) {
      const std::uint32_t code = column_->codes[row];
      if (code == FeatureColumn::kMissingCode) return std::nullopt;
      return column_->levels[code];
    }
    const double number = column_->numbers[row];
    if (number != number) return std::nullopt;
    if (column_->kind == ColumnKind::boolean) return number != 0 ? "true" : "false";
    std::string text;
    append_number(text, number);
    return text;
  }

 private:
  std::string_view name_;
  const schema::Table<Survey>& data_;
  const FeatureColumn* column_;
};

using Grouped = std::map<std::vector<std::string>, PromoterCount>;

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : " / ") + value;
  return text;
}

std::vector<GroupKey> group_keys(const Request& request, Faults& faults) {
  std::vector<GroupKey> keys;
  const auto& names = request.group_by.values;
  for (std::size_t i = 0; i < names.size(); ++i) {
    keys.emplace_back(names[i], request.data);
    const std::string pointer =
        request.group_by.is_list ? pointer_to("group_by", i) : pointer_to("group_by");
    if (!keys.back().exists()) {
      faults.add(pointer, "unknown_column", "No row has the key '" + std::string(names[i]) + "'.");
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      faults.add(pointer, "repeated", "The key is named twice.");
    }
  }
  return keys;
}

Grouped group_answers(const Request& request, Context& context, Faults& faults) {
  const auto keys = group_keys(request, faults);
  Grouped groups;
  if (keys.empty() || !faults.empty()) return groups;
  std::vector<std::string> values(keys.size());
  for (std::size_t row = 0; row < request.data.rows.size(); ++row) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      auto text = keys[k].text(row);
      if (!text) {
        faults.add(pointer_to("data", row, request.group_by.values[k]), "required",
                   "Required: the answers are grouped by this key.");
        continue;
      }
      values[k] = std::move(*text);
    }
    groups[values].add(request.data.rows[row].answer);
    if (groups.size() > context.limit(kMostGroups)) {
      faults.add("/group_by", "too_many_groups",
                 "More than " + std::to_string(context.limit(kMostGroups)) +
                     " groups (limit 'nps_groups').");
      return groups;
    }
  }
  return groups;
}

std::vector<Score> scores_by_group(const Grouped& groups, const Request& request) {
  std::vector<Score> scores;
  for (const auto& [values, count] : groups) {
    Score& score = scores.emplace_back(score_of(count, request));
    score.group = joined(values);
    if (!request.group_by.is_list) continue;
    score.groups.emplace();
    for (std::size_t k = 0; k < values.size(); ++k) {
      score.groups->entries.emplace_back(request.group_by.values[k], values[k]);
    }
  }
  return scores;
}

std::string period_of(Date date, Trend trend) {
  switch (trend) {
    case Trend::day:
      return to_string(date);
    case Trend::week:
      return to_string(date + -weekday(date));
    case Trend::month:
      return to_string(date).substr(0, 7);
  }
  return {};
}

std::vector<Score> scores_by_period(const Request& request, Context& context) {
  std::map<std::string, PromoterCount> periods;
  std::size_t undated = 0;
  for (const Survey& survey : request.data.rows) {
    if (survey.date) {
      periods[period_of(*survey.date, *request.trend)].add(survey.answer);
    } else {
      ++undated;
    }
  }
  if (undated > 0) {
    context.warn("no_date", std::to_string(undated) + (undated == 1 ? " answer" : " answers") +
                                " without a date left out of the trend.");
  }
  std::vector<Score> scores;
  for (const auto& [period, count] : periods) {
    scores.push_back(score_of(count, request));
    scores.back().period = period;
  }
  return scores;
}

void check_bands(const Request& request, Faults& faults) {
  if (request.bands.empty()) return;
  const auto lowest = std::min_element(request.bands.begin(), request.bands.end(),
                                       [](const Band& a, const Band& b) { return a.min < b.min; });
  if (lowest->min > -100) {
    faults.add("/bands", "incomplete", "One band must start at -100, so that every score has one.");
  }
}

Result<Response> compute(const Request& request, Context& context) {
  Faults faults;
  check_bands(request, faults);
  const Grouped groups = group_answers(request, context, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  PromoterCount all;
  for (const Survey& survey : request.data.rows) all.add(survey.answer);
  Response response;
  response.overall = score_of(all, request);
  response.by_group = scores_by_group(groups, request);
  if (request.trend) response.trend = scores_by_period(request, context);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "nps",
       .group = "customer",
       .title = "Net promoter score",
       .description =
           "NPS = share of promoters (9-10) minus share of detractors (0-6), times 100, overall, "
           "by any key of the rows, and over time, each with a 95 % interval.\n\n"
           "Bands are continuous: 70 and more World-class, 50 Excellent, 30 Good, 0 Fair, below "
           "Critical. The interval is the adjusted Wald interval, which stays honest for groups of "
           "a few answers.",
       .cost = "O(n log groups)",
       .since = "0.1",
       .limits = {kMostGroups},
       .most_bytes = kMostBytes});
}

}  // namespace clientele::endpoints::nps
