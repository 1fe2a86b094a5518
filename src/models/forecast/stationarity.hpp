// How often a series must be differenced before it is stationary.
// Seasonal: once if the strength of its STL season exceeds 0.64. First differences: while the KPSS
// level statistic sum S_t^2 / (n^2 s^2) exceeds 0.463 (5 %), at most twice; s^2 is the long-run
// variance with Bartlett weights and trunc(3 sqrt(n) / 13) lags.
// Degenerate cases: constant series need no difference.
// Source: Kwiatkowski, Phillips, Schmidt, Shin (1992); Hyndman, Khandakar (2008). Complexity: O(n).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast {

// y_t - y_{t-lag}; empty if there are not more than lag values.
std::vector<double> difference(std::span<const double> y, std::size_t lag);

bool is_constant(std::span<const double> y);

// Requires: y not constant, y.size() >= 2.
double kpss_level_statistic(std::span<const double> y);

// 0, 1 or 2.
int first_differences_needed(std::span<const double> y);

// 0 or 1; 0 for series of at most two periods.
int seasonal_differences_needed(std::span<const double> y, std::size_t period);

}  // namespace clientele::forecast
