// Joint futures of a forecast, summed into groups of days.
// One path: value_h = scale_h max(0, mean_h + sigma_h / norm_h sum_{i <= h} response_{h-i} e_i), e
// drawn from the model's own standardised residuals (normal where there are fewer than 20), so that
// skewed demand keeps its shape. Totals over months are sums along a path, never sums of bounds.
// Path i is a function of (seed, i) alone. Degenerate cases: sigma 0 gives equal paths.
// Complexity: O(paths h^2), h open days; fewer paths beyond 400 days.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/forecast/forecast.hpp"
#include "models/forecast/intervals.hpp"

namespace clientele::forecast_pipeline {

// A set of groups: group[h] in [0, count), or forecast::kNoGroup.
struct Grouping {
  std::vector<std::size_t> group;
  std::size_t count = 0;
};

// For every grouping, for every group, the totals of the paths in ascending order.
// Requires: scale and every group as long as forecast.mean.
std::vector<std::vector<std::vector<double>>> simulated_totals(const forecast::Forecast& forecast,
                                                               std::span<const double> scale,
                                                               std::span<const double> residuals,
                                                               std::span<const Grouping> groupings,
                                                               std::uint64_t seed);

}  // namespace clientele::forecast_pipeline
