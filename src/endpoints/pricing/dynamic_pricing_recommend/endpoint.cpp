// dynamic_pricing_recommend: the price that earns most, or the reason why the data cannot say.
#include "schema/endpoint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>

#include "base/number_text.hpp"
#include "endpoints/pricing/dynamic_pricing_recommend/interpretation.hpp"
#include "endpoints/pricing/dynamic_pricing_recommend/messages.hpp"
#include "models/pricing/price_advice.hpp"

namespace clientele::endpoints::dynamic_pricing_recommend {
namespace {

using pricing::Algorithm;
using pricing::SalesHistory;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostSegmentKeys = 50;

double known(const std::optional<double>& value) { return value.value_or(kUnknown); }

std::vector<std::size_t> chronological(const std::vector<Sale>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      const Sale& sale = rows[i];
      return std::make_tuple(sale.date, sale.price, sale.units_sold,
                             sale.competitor_price.value_or(-1), sale.inventory_level.value_or(-1));
    };
    return key(a) < key(b);
  });
  return order;
}

// One text column per key of `segment`; "now" from segment_current, else the last row's.
class Segments {
 public:
  explicit Segments(std::size_t rows) : rows_(rows) {}

  // Codes are by first appearance in time.
  void add(std::size_t row, const schema::Map<std::string_view>& segment) {
    for (const auto& [key, value] : segment.entries) {
      FeatureColumn* column = find(key);
      if (column == nullptr) {
        if (columns_.size() >= kMostSegmentKeys) continue;
        column = &columns_.emplace_back();
        column->name = key;
        column->kind = ColumnKind::text;
        column->codes.assign(rows_ + 1, FeatureColumn::kMissingCode);
      }
      put(*column, row, value);
    }
  }

  static void put(FeatureColumn& column, std::size_t row, std::string_view value) {
    const auto found = std::find(column.levels.begin(), column.levels.end(), value);
    column.codes[row] = static_cast<std::uint32_t>(found - column.levels.begin());
    if (found == column.levels.end()) column.levels.emplace_back(value);
  }

  std::vector<FeatureColumn> take() && { return std::move(columns_); }

 private:
  FeatureColumn* find(std::string_view key) {
    for (FeatureColumn& column : columns_) {
      if (column.name == key) return &column;
    }
    return nullptr;
  }

  std::size_t rows_;
  std::vector<FeatureColumn> columns_;
};

// Levels are numbered by first appearance in time, so that the order of the rows sent is nothing.
FeatureColumn in_order(const FeatureColumn& column, const std::vector<std::size_t>& order) {
  FeatureColumn sorted{column.name, column.kind, {}, {}, {}};
  if (column.kind != ColumnKind::text) {
    for (const std::size_t row : order) sorted.numbers.push_back(column.numbers[row]);
    sorted.numbers.push_back(sorted.numbers.back());
    return sorted;
  }
  std::vector<std::uint32_t> number_of(column.levels.size(), FeatureColumn::kMissingCode);
  for (const std::size_t row : order) {
    const std::uint32_t code = column.codes[row];
    if (code != FeatureColumn::kMissingCode && number_of[code] == FeatureColumn::kMissingCode) {
      number_of[code] = static_cast<std::uint32_t>(sorted.levels.size());
      sorted.levels.push_back(column.levels[code]);
    }
    sorted.codes.push_back(code == FeatureColumn::kMissingCode ? code : number_of[code]);
  }
  sorted.codes.push_back(sorted.codes.back());
  return sorted;
}

// Sets "now" of the controls; a name that no row has is a mistake worth naming.
void set_now(const Request& request, SalesHistory& history, Faults& faults) {
  const auto find = [&](std::string_view name, bool text) -> FeatureColumn* {
    for (FeatureColumn& column : history.controls) {
      if (column.name == name && (column.kind == ColumnKind::text) == text) return &column;
    }
    return nullptr;
  };
  for (const auto& [key, value] : request.segment_current.entries) {
    FeatureColumn* column = find(key, true);
    if (column == nullptr) continue;  // warned about by the caller
    Segments::put(*column, history.rows(), value);
  }
  for (const auto& [key, value] : request.controls_current.entries) {
    FeatureColumn* column = find(key, false);
    if (column == nullptr) {
      faults.add(pointer_to("controls_current", key), "unknown_column",
                 "No row has a number of that name; texts go into segment_current.");
      continue;
    }
    column->numbers.back() = value;
  }
}

void warn_unknown_segments(const Request& request, const SalesHistory& history, Context& context) {
  for (const auto& [key, value] : request.segment_current.entries) {
    const auto column = std::find_if(history.controls.begin(), history.controls.end(),
                                     [key = key](const FeatureColumn& c) {
                                       return c.name == key && c.kind == ColumnKind::text;
                                     });
    const std::string pointer = pointer_to("segment_current", key);
    if (column == history.controls.end()) {
      context.warn("unknown_segment", "No row has a text of that name; it was not used.", pointer);
      continue;
    }
    const auto end = column->codes.end() - 1;
    if (std::find(column->codes.begin(), end, column->codes.back()) == end) {
      context.warn(
          "unseen_value",
          "'" + std::string(value) + "' occurs in no row; demand is that of an average row.",
          pointer);
    }
  }
}

// `column` holds the history and, last, now.
void warn_outside(std::span<const double> column, const std::string& pointer, Context& context) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const double value : column.first(column.size() - 1)) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const double now = column.back();
  if (least > most || (now >= least && now <= most)) return;
  std::string text = "The history has values from ";
  append_number(text, least);
  text += " to ";
  append_number(text, most);
  context.warn("outside_observed",
               text + " only; demand is that at the nearest of them, as beyond nothing is known.",
               pointer);
}

void warn_outside_observed(const Request& request, const SalesHistory& history, Context& context) {
  for (const auto& [key, value] : request.controls_current.entries) {
    for (const FeatureColumn& column : history.controls) {
      if (column.name != key || column.kind == ColumnKind::text) continue;
      warn_outside(column.numbers, pointer_to("controls_current", key), context);
    }
  }
  if (!request.competitor_price_current) return;
  if (history.competitor_price.empty()) {
    context.warn("not_used", "No row has a competitor_price, so its effect is not known.",
                 "/competitor_price_current");
    return;
  }
  warn_outside(history.competitor_price, "/competitor_price_current", context);
}

SalesHistory history_of(const Request& request, Faults& faults) {
  const auto& rows = request.historical.rows;
  const auto order = chronological(rows);
  SalesHistory history;
  Segments segments(rows.size());
  bool competitor = false, inventory = false;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Sale& sale = rows[order[i]];
    history.date.push_back(sale.date);
    history.price.push_back(sale.price);
    history.units.push_back(static_cast<double>(sale.units_sold));
    history.competitor_price.push_back(known(sale.competitor_price));
    history.inventory.push_back(known(sale.inventory_level));
    competitor = competitor || sale.competitor_price.has_value();
    inventory = inventory || sale.inventory_level.has_value();
    segments.add(i, sale.segment);
  }
  history.date.push_back(request.date_current.value_or(history.date.back() + 1));
  history.price.push_back(request.current_price.value_or(history.price.back()));
  history.units.push_back(0);
  const auto now = [](std::vector<double>& column, std::optional<double> value) {
    for (std::size_t i = column.size(); i > 0 && !value; --i) {
      if (std::isfinite(column[i - 1])) value = column[i - 1];
    }
    column.push_back(known(value));
  };
  now(history.competitor_price, request.competitor_price_current);
  std::optional<double> stock;
  if (request.inventory_level_current) {
    stock = static_cast<double>(*request.inventory_level_current);
  }
  now(history.inventory, stock);
  if (!competitor) history.competitor_price.clear();
  if (!inventory) history.inventory.clear();
  history.controls = std::move(segments).take();
  for (FeatureColumn& column : history.controls) {
    column.codes.back() = column.codes[history.rows() - 1];
  }
  for (const FeatureColumn& column : request.historical.features.columns) {
    history.controls.push_back(in_order(column, order));
  }
  set_now(request, history, faults);
  return history;
}

pricing::PricingTask task_of(const Request& request, const SalesHistory& history) {
  pricing::PricingTask task;
  task.candidates = request.candidate_prices;
  task.cost = request.cost_per_unit;
  task.objective = request.optimize_for == Target::profit ? pricing::Objective::profit
                                                          : pricing::Objective::revenue;
  task.current_price = history.price.back();
  if (request.inventory_level_current) {
    task.inventory = static_cast<double>(*request.inventory_level_current);
  }
  task.min_margin = request.min_margin_pct;
  task.max_discount = request.max_discount_pct;
  task.max_extrapolation = request.max_extrapolation_pct;
  const auto [low, high] = std::minmax_element(history.price.begin(), history.price.end() - 1);
  task.lowest_seen = *low;
  task.highest_seen = *high;
  task.demand = {{request.elasticity_prior_mean, request.elasticity_prior_sd},
                 request.allow_upward,
                 request.seed};
  return task;
}

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::boosting:
      return "XGBoost";
    case Algorithm::forest:
      return "Random Forest";
    case Algorithm::elastic_net:
      break;
  }
  return "ElasticNet";
}

OutcomeRow row_of(const pricing::Outcome& outcome, bool with_numbers, double cost) {
  OutcomeRow row;
  row.candidate_price = outcome.price;
  row.extrapolated = outcome.extrapolated;
  if (!outcome.blocked_by.empty()) {
    row.blocked_by.emplace();
    for (const auto guardrail : outcome.blocked_by) {
      row.blocked_by->push_back(static_cast<Block>(guardrail));
    }
  }
  if (!with_numbers) return row;
  row.expected_units = outcome.units;
  row.expected_revenue = outcome.revenue;
  row.expected_profit = outcome.profit;
  const auto [low, high] = outcome.units80;
  row.units_80 = {low, high};
  row.revenue_80 = {low * outcome.price, high * outcome.price};
  const double margin = outcome.price - cost;
  row.profit_80 = {std::min(low * margin, high * margin), std::max(low * margin, high * margin)};
  row.probability_best = outcome.probability_best;
  row.probability_better_than_current = outcome.probability_better;
  return row;
}

ModelInfo info_of(const pricing::PriceAdvice& advice, std::size_t rows) {
  ModelInfo info;
  info.train_rows = static_cast<std::int64_t>(rows);
  if (!advice.model) return info;
  const pricing::DemandModel& model = *advice.model;
  info.algorithm = name_of(model.algorithm);
  info.mape = model.mape();
  info.holdout_rows = static_cast<std::int64_t>(model.holdout_rows);
  info.elasticity = model.line.mean_elasticity();
  info.elasticity_ci = {model.line.elasticity_quantile(0.025),
                        model.line.elasticity_quantile(0.975)};
  info.prior_weight = advice.prior_weight;
  for (const auto& candidate : model.candidates) {
    info.model_candidates.push_back({name_of(candidate.algorithm), candidate.mape});
  }
  std::string note;
  if (rows < pricing::kRowsForTrees) {
    note = "Below " + std::to_string(pricing::kRowsForTrees) +
           " rows only the log-log line is tried, and what is usual for other products weighs in.";
  }
  if (model.algorithm != Algorithm::elastic_net) {
    note +=
        "The elasticity is that of the log-log line, with which trees are averaged half and half.";
  }
  if (model.line.counts) {
    note += (note.empty() ? "" : " ") + std::string(
                                            "Some rows sold nothing: the line was fitted to "
                                            "counts.");
  }
  if (!note.empty()) info.note = note;
  return info;
}

Result<Response> compute(const Request& request, Context& context) {
  const auto& rows = request.historical.rows;
  Faults faults;
  if (std::all_of(rows.begin(), rows.end(),
                  [&](const Sale& sale) { return sale.price == rows.front().price; })) {
    faults.add("/historical", "one_price",
               "All rows have the same price; at least two are needed to see how demand reacts.");
  }
  const SalesHistory history = history_of(request, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  warn_unknown_segments(request, history, context);
  warn_outside_observed(request, history, context);
  const auto advice = pricing::advise_price(history, task_of(request, history));

  Response response;
  for (const pricing::Outcome& outcome : advice.outcomes) {
    response.outcomes.push_back(row_of(outcome, advice.current.has_value(), request.cost_per_unit));
  }
  response.model_info = info_of(advice, rows.size());
  if (advice.current) response.current = row_of(*advice.current, true, request.cost_per_unit);
  if (response.current) {
    response.current->probability_best.reset();
    response.current->probability_better_than_current.reset();
    response.current->blocked_by.reset();
  }
  if (advice.refusal != pricing::Refusal::none) {
    response.refusal = refusal_of(advice, request.lang);
    response.interpretation = response.refusal->reason;
    return response;
  }
  response.best_price = advice.outcomes[*advice.best].price;
  std::optional<double> competitor;
  if (!history.competitor_price.empty()) competitor = history.competitor_price.back();
  response.interpretation = recommendation(request, advice, competitor);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "dynamic_pricing_recommend",
       .group = "pricing",
       .title = "Price recommendation",
       .description =
           "Learns how demand for one product reacts to its price and names the candidate price "
           "that is expected to earn most, with a range for every outcome, or says why the history "
           "cannot tell.\n\n"
           "The spine is a log-log line: its slope is the price elasticity, controls are the "
           "rival's price, stock, weekday, time, segment and your own columns. Before the data "
           "speak, the elasticity is taken as -2.2 ± 0.8 (the median of 1 851 published ones; "
           "`elasticity_prior_mean`, `elasticity_prior_sd`), so ten rows give a sane and wide "
           "answer and hundreds give their own. From 40 rows boosted trees and a random forest, "
           "both falling in price, compete; the model with the lowest MAPE on the latest quarter "
           "of the rows is served. Days without sales switch the line to counts.\n\n"
           "`units_80` holds four of five single days; `probability_best` is the chance that a "
           "candidate truly is the best, given what the data leave open. A price outside those "
           "observed carries `extrapolated`, and beyond `max_extrapolation_pct` it is not "
           "recommended. `best_price` is null with a `refusal` when nothing was sold or is in "
           "stock, "
           "when prices hardly moved or moved only together with a control, when demand seems to "
           "rise with the price (prices followed demand), or when every candidate breaks a "
           "guardrail. `prior_weight` says how much of the elasticity is the usual one and not "
           "this history's. Units are those of one row: send rows of one day, or of one segment's "
           "day.",
       .cost = "O(n p² + candidates)",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::dynamic_pricing_recommend
