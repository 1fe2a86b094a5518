#include "models/lifetime/boosted_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/lifetime/holdout.hpp"
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

  const Columns learnt = features_of(before, clock);
  const auto binning = trees::Binning::fit(views(learnt), {}, threads);
  const auto matrix = binning.apply(views(learnt), threads);
  const auto rows = all_rows(before.size());
  trees::TrainingSet set;
  set.matrix = &matrix;
  set.objective = trees::Objective::squared_error;
  set.target = after.value;
  set.rows = rows;
  trees::BoostingSettings settings;
  settings.trees = 100;
  settings.max_depth = 3;
  const auto fit = trees::fit_boosting(set, settings);

  std::vector<double> fitted(before.size());
  trees::predict(fit.model, matrix, rows, fitted);
  double squares = 0, sum = 0;
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    squares += (after.value[i] - fitted[i]) * (after.value[i] - fitted[i]);
    sum += fitted[i];
  }

  const Columns asked = features_of(history, clock);
  const auto asked_matrix = binning.apply(views(asked), threads);
  const auto asked_rows = all_rows(history.size());
  BoostedValue value;
  value.window_days = window;
  value.level_error = sum > 0 ? std::sqrt(squares) / sum : 0.0;
  value.daily.resize(history.size());
  trees::predict(fit.model, asked_matrix, asked_rows, value.daily);
  for (double& daily : value.daily) daily = std::max(0.0, daily) / window;
  return value;
}

}  // namespace clientele::lifetime
