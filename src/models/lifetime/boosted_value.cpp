#include "models/lifetime/boosted_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/holdout.hpp"
#include "models/lifetime/spend_model.hpp"
#include "models/trees/boosting.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kFeatures = 5;

using Columns = std::array<std::vector<double>, kFeatures>;

Columns features_of(const PurchaseHistory& history, Clock clock) {
  Columns columns;
  const double days = days_of(clock);
  for (std::size_t i = 0; i < history.size(); ++i) {
    const double age = history.age[i] * days;
    const double silence = age - history.recency[i] * days;
    const double purchases = history.repeats[i] + 1.0;
    columns[0].push_back(history.repeats[i]);
    columns[1].push_back(age);
    columns[2].push_back(silence);
    columns[3].push_back(purchases / (age + days_of(Clock::month)));
    columns[4].push_back(history.mean_purchase_value[i]);
  }
  return columns;
}

std::vector<trees::Column> views(const Columns& columns) {
  std::vector<trees::Column> list;
  for (const auto& column : columns) list.emplace_back(trees::NumericColumn{column});
  return list;
}

// Value of the next `days` as MBG/NBD with Gamma-Gamma spend expects it.
std::optional<std::vector<double>> expected_by_model(const PurchaseHistory& history, Clock clock,
                                                     int days, std::size_t threads) {
  const auto table = collapse(history.repeats, history.recency, history.age);
  if (!table) return std::nullopt;
  const PurchaseModel model = fit_purchases(*table, Family::mbg_nbd, threads).model;
  const SpendModel spend =
      fit_spend(spend_table(history.repeats, history.mean_repeat_value), 0).model;
  std::vector<double> values(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Past past{history.repeats[i], history.recency[i], history.age[i]};
    values[i] = expected_purchases(model, past, days / days_of(clock)) *
                expected_spend(spend, past.repeats, history.mean_repeat_value[i]);
  }
  return values;
}

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

}  // namespace

std::optional<BoostedValue> boosted_value(std::span<const Order> orders,
                                          const PurchaseHistory& history, Clock clock, Date first,
                                          Date end, int horizon_days, std::size_t threads) {
  const int window = std::min(horizon_days, (end - first + 1) / 3);
  const Date learnt_until = end + -window;
  if (window < kLeastSplitDays || learnt_until - first < kLeastSplitDays) return std::nullopt;
  const PurchaseHistory before = reduce(orders, clock, learnt_until);
  if (before.size() < kFewestToLearnFrom) return std::nullopt;
  const HoldoutActuals after = holdout_actuals(before, orders, learnt_until, end);
  const auto expected_then = expected_by_model(before, clock, window, threads);
  const auto expected_now = expected_by_model(history, clock, window, threads);
  if (!expected_then || !expected_now) return std::nullopt;
  std::vector<double> missed(before.size());
  for (std::size_t i = 0; i < missed.size(); ++i) missed[i] = after.value[i] - (*expected_then)[i];

  const Columns learnt = features_of(before, clock);
  const auto binning = trees::Binning::fit(views(learnt), {}, threads);
  const auto matrix = binning.apply(views(learnt), threads);
  const auto rows = all_rows(before.size());
  trees::TrainingSet set;
  set.matrix = &matrix;
  set.objective = trees::Objective::squared_error;
  set.target = missed;
  set.rows = rows;
  trees::BoostingSettings settings;
  settings.trees = 100;
  settings.max_depth = 3;
  const auto fit = trees::fit_boosting(set, settings);

  const Columns asked = features_of(history, clock);
  const auto asked_matrix = binning.apply(views(asked), threads);
  const auto asked_rows = all_rows(history.size());
  BoostedValue value;
  value.window_days = window;
  value.daily.resize(history.size());
  trees::predict(fit.model, asked_matrix, asked_rows, value.daily);
  double signed_sum = 0, sum = 0;
  for (std::size_t i = 0; i < value.daily.size(); ++i) {
    const double expected = (*expected_now)[i] + value.daily[i];
    value.daily[i] = std::max(0.0, expected) / window;
    signed_sum += expected / window;
    sum += value.daily[i];
  }
  const double kept = sum > 0 ? std::max(0.0, signed_sum) / sum : 1.0;
  double squares = 0;
  for (const double amount : missed) squares += amount * amount;
  const double each = std::sqrt(squares) / (static_cast<double>(missed.size()) * window);
  if (sum * kept > 0) {
    value.level_error = each * static_cast<double>(value.daily.size()) / (sum * kept);
  }
  for (double& daily : value.daily) daily *= kept;
  return value;
}

}  // namespace clientele::lifetime
