// Benchmarks that repeat the past.
//   seasonal naive: the last season again, y_{n+h} = y_{n+h-km}; error variance grows with each
//   season mean: the average of the last `window` values
// Degenerate cases: fewer values than a period repeat the last value.
// Source: Hyndman, Athanasopoulos, "Forecasting: principles and practice", 5.2 and 5.5.
// Complexity: O(n).
#pragma once

#include <cstddef>
#include <span>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

// Requires: y.size() >= 1.
Forecast seasonal_naive(std::span<const double> y, std::size_t period, std::size_t horizon);

// Requires: y.size() >= 1, window >= 1.
Forecast recent_mean(std::span<const double> y, std::size_t window, std::size_t horizon);

}  // namespace clientele::forecast
