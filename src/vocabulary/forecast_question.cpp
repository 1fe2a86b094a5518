#include "vocabulary/forecast_question.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/edit_distance.hpp"
#include "base/pointer.hpp"

namespace clientele::vocabulary {
namespace {

namespace fp = forecast_pipeline;
using fp::Model;

constexpr std::size_t kFewestRows = 60, kFewestUnits = 30, kColdFuture = 28;
constexpr std::size_t kFewestMonthlyRows = 4;
constexpr double kManyZeros = 0.4, kLeastTOfMonth = 5, kFewZeros = 0.1;
constexpr double kLargestColumnValue = 1e12;

void check_dates(const ForecastAsked& asked, const std::string& place, Faults& faults) {
  const Date earliest = date_from({1900, 1, 1}), latest = date_from({2200, 12, 31});
  Date first = asked.observations.front().date;
  for (const auto& observation : asked.observations) first = std::min(first, observation.date);
  for (std::size_t i = 0; i < asked.observations.size(); ++i) {
    const Date date = asked.observations[i].date;
    const bool in_range = earliest <= date && date <= latest;
    if (in_range && (date - first < kMostHistoryDays || first < earliest)) continue;
    if (faults.full()) {
      faults.count_only();
      continue;
    }
    faults.add(place + pointer_to("data", asked.rows.empty() ? i : asked.rows[i], "date"),
               "out_of_range",
               in_range ? to_string(date) + " is " + std::to_string(date - first) +
                              " days after the first day; a history of at most " +
                              std::to_string(kMostHistoryDays) + " days is read. Send less of it."
                        : to_string(date) + " is not between 1900-01-01 and 2200-12-31.");
  }
}

// One value a day: flags by "any", numbers by their mean.
struct DayMeans {
  std::vector<double> sum, count, most;
  explicit DayMeans(std::size_t days) : sum(days, 0), count(days, 0), most(days, 0) {}
  void add(std::size_t day, double value) {
    sum[day] += value;
    most[day] = std::max(most[day], value);
    ++count[day];
  }
};

bool is_flag(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(),
                     [](double value) { return std::isnan(value) || value == 0 || value == 1; });
}

// Days without a value: 0 for flags; the mean of the newest 28 known values for numbers.
void fill(DayMeans& days, bool flag, std::vector<double>& out) {
  std::vector<double> recent;
  for (std::size_t t = days.count.size(); t-- > 0 && recent.size() < kColdFuture;) {
    if (days.count[t] > 0) recent.push_back(days.sum[t] / days.count[t]);
  }
  double usual = 0;
  for (const double value : recent) usual += value / static_cast<double>(recent.size());
  for (std::size_t t = 0; t < days.count.size(); ++t) {
    if (flag) {
      out.push_back(days.most[t]);
    } else {
      out.push_back(days.count[t] > 0 ? days.sum[t] / days.count[t] : usual);
    }
  }
}

void add_column(const ForecastAsked& asked, const FeatureColumn& column, const fp::Assembled& past,
                std::size_t horizon, fp::KnownDays& known) {
  fp::KnownDays::Column& out = known.columns.emplace_back();
  out.name = column.name;
  DayMeans days(past.series.size() + horizon);
  const auto put = [&](Date date, double value) {
    const std::int64_t day = date - past.series.first;
    if (!std::isfinite(value) || day < 0) return;
    if (static_cast<std::size_t>(day) >= days.count.size()) return;
    days.add(static_cast<std::size_t>(day),
             std::clamp(value, -kLargestColumnValue, kLargestColumnValue));
  };
  out.is_flag = is_flag(column.numbers);
  for (std::size_t i = 0; i < column.numbers.size(); ++i) {
    put(asked.observations[i].date, column.numbers[i]);
  }
  const FeatureColumn* ahead =
      asked.future_own == nullptr ? nullptr : asked.future_own->find(column.name);
  if (ahead != nullptr && ahead->kind != ColumnKind::text) {
    const Date last = past.series.day(past.series.size() - 1);
    out.is_flag = out.is_flag && is_flag(ahead->numbers);
    for (std::size_t i = 0; i < ahead->numbers.size(); ++i) {
      if ((*asked.future)[i].date > last) put((*asked.future)[i].date, ahead->numbers[i]);
    }
  }
  fill(days, out.is_flag, out.values);
}

void check_future(const ForecastAsked& asked, const std::string& place, Faults& faults) {
  if (asked.future_own == nullptr) return;
  constexpr std::array<std::string_view, 1> kDeclared{"date"};
  std::vector<std::string> allowed;
  if (asked.own != nullptr) {
    for (const auto& column : asked.own->columns) {
      if (column.kind != ColumnKind::text) allowed.push_back(column.name);
    }
  }
  for (const FeatureColumn& column : asked.future_own->columns) {
    if (std::find(allowed.begin(), allowed.end(), column.name) != allowed.end()) continue;
    if (nearest_name(column.name, kDeclared)) continue;  // the reader has warned of it
    std::size_t row = 0;
    while (row + 1 < column.numbers.size() && std::isnan(column.numbers[row])) ++row;
    faults.add(place + pointer_to("future", row, column.name), "unknown_column",
               "'" + column.name +
                   "' is no column of numbers or booleans in data: without a past "
                   "nothing is known of its effect. Send it in data too, or leave it out.",
               allowed);
  }
}

void add_known(const ForecastAsked& asked, const fp::Assembled& past, std::size_t horizon,
               const std::string& place, fp::KnownDays& known, Context& context) {
  if (asked.own != nullptr) {
    for (const FeatureColumn& column : asked.own->columns) {
      if (column.kind == ColumnKind::text) {
        context.warn("column_not_used",
                     "'" + column.name + "' holds text; only numbers and booleans can be used.",
                     place + pointer_to("data", 0, column.name));
        continue;
      }
      add_column(asked, column, past, horizon, known);
    }
  }
  // Where in its month a day lies: pay days, rents and targets leave traces there.
  fp::KnownDays::Column& month = known.columns.emplace_back();
  month.least_t = kLeastTOfMonth;
  for (std::size_t day = 0; day < past.series.size() + horizon; ++day) {
    month.values.push_back(year_month_day(past.series.day(day)).day);
  }
  if (!asked.country) return;
  const std::size_t days = past.series.size() + horizon;
  known.holiday.assign(days, 0);
  std::map<std::string_view, std::uint16_t> names;
  for (const auto& holiday :
       calendar::holidays_between(*asked.country, past.series.first, past.series.day(days - 1))) {
    const auto next = static_cast<std::uint16_t>(names.size() + 1);
    const auto [found, is_new] = names.emplace(holiday.name, next);
    if (is_new) known.holiday_names.emplace_back(holiday.name);
    known.holiday[static_cast<std::size_t>(holiday.date - past.series.first)] = found->second;
  }
}

// Every row a month after the one before it: totals of months were sent for values of days.
bool is_monthly(const fp::Assembled& history) {
  const std::size_t rows = history.series.size() - history.missing_days;
  return rows >= kFewestMonthlyRows && history.gaps.size() + 1 == rows &&
         std::all_of(history.gaps.begin(), history.gaps.end(), [](const fp::Gap& gap) {
           const std::int32_t distance = gap.last - gap.first + 2;
           return distance >= 28 && distance <= 31;
         });
}

void choose_candidates(const ForecastAsked& asked, ForecastPlan& plan) {
  const auto& series = plan.history.series;
  const std::size_t observed = series.size() - plan.history.missing_days;
  auto& question = plan.question;
  const bool units = asked.quantity == Quantity::units;
  if (units && observed < kFewestUnits) {
    plan.note = "cold-start";
    question.candidates = {Model::naive_mean};
    return;
  }
  if (!units && observed < kFewestRows) {
    plan.note = "fewer than 60 days of data: the weekly mean is carried on";
    question.candidates = {Model::aggregation};
    return;
  }
  question.candidates = {Model::arima, Model::ets, Model::ces, Model::stl_ets, Model::theta};
  if (!asked.one_of_many) {
    question.candidates.insert(question.candidates.end(), {Model::prophet, Model::tbats});
  }
  const double zeros =
      static_cast<double>(std::count(series.values.begin(), series.values.end(), 0.0));
  if (zeros >= kManyZeros * static_cast<double>(series.size())) {
    question.candidates.insert(question.candidates.end(), {Model::croston, Model::tsb});
  }
  question.candidates.insert(
      question.candidates.end(),
      {Model::random_forest, Model::gradient_boosting, Model::seasonal_naive, Model::aggregation});
  question.members = {Model::arima, Model::ets, Model::ces, Model::theta, Model::aggregation};
  const fp::OpenWeek week = fp::open_week(series.first, series.values);
  const double open = static_cast<double>(week.days()) / 7 * static_cast<double>(series.size());
  const double idle = open - (static_cast<double>(series.size()) - zeros);
  if (idle < kFewZeros * open) {  // trees steady the totals of busy series, and blur sparse ones
    question.members.insert(question.members.end(),
                            {Model::random_forest, Model::gradient_boosting});
  }
}

}  // namespace

schema::Object describe(schema::For<FutureDay>) {
  return schema::object<FutureDay>(
      "A day ahead, with the columns of data that are already known for it.",
      schema::field<&FutureDay::date>("The day."));
}

Result<ForecastPlan> plan_forecast(const ForecastAsked& asked, const std::string& place,
                                   Context& context) {
  Faults faults;
  check_dates(asked, place, faults);
  check_future(asked, place, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  ForecastPlan plan;
  plan.history = fp::assemble(asked.observations);
  const auto& series = plan.history.series;
  plan.months =
      fp::months_after(series.day(series.size() - 1), static_cast<std::size_t>(asked.months));
  fp::Question& question = plan.question;
  question.series = series;
  question.horizon = fp::days_ahead(series.day(series.size() - 1), plan.months);
  add_known(asked, plan.history, question.horizon, place, question.known, context);
  for (std::size_t day = 0; day < series.size() + question.horizon; ++day) {
    const bool holiday = !question.known.holiday.empty() && question.known.holiday[day] != 0;
    question.business.push_back(weekday(series.day(day)) < 5 && !holiday ? 1 : 0);
  }
  choose_candidates(asked, plan);
  question.seed = static_cast<std::uint64_t>(asked.seed);
  question.threads = asked.threads;
  question.pool = asked.pool;
  question.search_once = asked.one_of_many;
  question.cancelled = [&context] { return context.cancelled(); };
  if (is_monthly(plan.history)) {
    context.warn("monthly_rows",
                 "The rows lie a month apart. Days between them count as 0, so that little can be "
                 "said of months to come: send a row for every day.",
                 place + "/data");
  }
  if (!asked.one_of_many) warn_of_unseen_months(series, plan.months, context);
  return plan;
}

void warn_of_unseen_months(const fp::DailySeries& history, std::span<const fp::Month> months,
                           Context& context) {
  constexpr std::array<std::string_view, 12> kNames{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  std::array<bool, 12> seen{};
  fp::Month month{year_month_day(history.first).year, year_month_day(history.first).month};
  const Date last = history.day(history.size() - 1);
  for (std::size_t i = 0; i < 12 && month.first_day() <= last; ++i, month = month.next()) {
    seen[static_cast<std::size_t>(month.month - 1)] = true;
  }
  std::string unseen;
  for (const fp::Month& ahead : months) {
    bool& known = seen[static_cast<std::size_t>(ahead.month - 1)];
    if (!known) unseen += (unseen.empty() ? "" : ", ") + std::string(kNames[ahead.month - 1]);
    known = true;
  }
  if (unseen.empty()) return;
  context.warn("season_not_seen",
               "The history has no day in " + unseen +
                   ": what is usual at that time of the year is neither in the forecast nor in "
                   "its intervals.",
               "/forecast_period");
}

}  // namespace clientele::vocabulary
