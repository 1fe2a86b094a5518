// Judging forecasts on a later stretch of time that the models did not see, and choosing one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/date.hpp"

namespace clientele::lifetime {

// A fit on the days up to `fit_end`, judged on the days after it up to `last`.
struct HoldoutSplit {
  Date fit_end;
  Date last;
};
// The last `horizon_days` of [first, last], or the last third of that span if it is shorter.
// nullopt where either side would have fewer than kLeastSplitDays.
inline constexpr int kLeastSplitDays = 14;
std::optional<HoldoutSplit> holdout_split(Date first, Date last, int horizon_days);

// A tenth of the customers by ascending forecast.
struct Decile {
  std::size_t customers = 0;
  double mean_predicted = 0;
  double mean_actual = 0;
};

struct ForecastAccuracy {
  double mae = 0;
  double rmse = 0;
  std::optional<double> bias;  // total predicted / total actual - 1; nullopt if nothing happened
  std::optional<double> spearman;  // nullopt if either column is constant
  std::vector<Decile> deciles;     // ten; fewer with fewer than ten customers
};

// Accuracy of any vector of forecasts. Customers with equal forecasts share the mean of their
// actuals in the decile table, so that the order of the rows does not matter.
// Requires: equal lengths, at least one customer, finite values. Complexity: O(n log n).
ForecastAccuracy accuracy(std::span<const double> predicted, std::span<const double> actual);

// The largest absolute total bias with which a forecast may be chosen.
inline constexpr double kLargestBias = 0.10;

struct Choice {
  std::size_t index = 0;  // the first of the best
  bool unbiased = false;  // false: no candidate was within kLargestBias, so all took part
};
// The least MAE among the candidates within kLargestBias, among all when there is none.
// Requires: at least one candidate.
Choice choose(std::span<const ForecastAccuracy> candidates);

}  // namespace clientele::lifetime
