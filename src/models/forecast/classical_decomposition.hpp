// Classical seasonal decomposition: centred moving average and mean seasonal indices.
// Additive: y = trend + season + noise, indices sum to 0; multiplicative: y = trend * season *
// noise, indices average 1. Source: Hyndman, Athanasopoulos, "Forecasting: principles and
// practice", 3.4. Complexity: O(n m).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast {

enum class Seasonality { none, additive, multiplicative };

// The m seasonal indices, index j for the times t with t mod m = j.
// Requires: m >= 2, at least 2m values. Not finite where a multiplicative trend touches 0.
std::vector<double> seasonal_indices(std::span<const double> y, std::size_t m, Seasonality kind);

}  // namespace clientele::forecast
