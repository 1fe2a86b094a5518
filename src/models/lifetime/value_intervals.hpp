// Prediction intervals of lifetime values, per customer and for all customers together.
//
// Per customer: `draws` futures, each under another bootstrap refit of the purchase model, spread
// as the fitted spend model says. Where fewer than (1 - level)/2 of the futures have no purchase,
// the interval is central; otherwise it starts at 0 and ends at the `level` quantile, so that its
// coverage is `level` in both cases. It is [0, 0] where at least `level` of the futures are empty.
// In total: a normal spread around the total of each refit (purchase and spend models refitted
// together), with the customers' own variances from their draws; quantiles of that mixture.
// A horizon's present value scales each stretch between horizons by its ratio of discounted to
// undiscounted expected purchases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/lifetime/forecast.hpp"

namespace clientele::lifetime {

struct IntervalSettings {
  double level = 0.8;
  std::size_t draws = 200;  // >= 20
  std::uint64_t seed = 0;
  std::size_t threads = 1;
};

struct ValueIntervals {
  std::size_t horizons = 0;
  std::vector<double> low;  // customers x horizons, money
  std::vector<double> high;
  std::vector<double> total_low;  // per horizon
  std::vector<double> total_high;
};

// What the intervals are for: a fitted pair and its refits. Refits are taken in turn by the draws;
// both lists may differ in length, neither may be empty.
struct FittedPair {
  PurchaseModel purchases;
  SpendModel spend;
  std::vector<PurchaseModel> purchase_refits;
  std::vector<SpendModel> spend_refits;
};

// Requires: mean_value holds each customer's mean repeat value, plan.months ascending.
// Deterministic in the seed; customers with equal pasts get equal intervals; independent of
// `threads`. Complexity: O(rows x draws) random futures plus one forecast a purchase refit.
ValueIntervals value_intervals(const SummaryTable& table, const FittedPair& pair,
                               std::span<const double> mean_value, const ForecastPlan& plan,
                               const IntervalSettings& settings);

}  // namespace clientele::lifetime
