// Sample quantiles by linear interpolation between order statistics (type 7 of Hyndman, Fan (1996),
// "Sample quantiles in statistical packages"; the default of NumPy and R).
#pragma once

#include <span>
#include <vector>

namespace clientele {

// The `probability` quantile of ascending values. Requires: sorted is not empty, 0 <= probability
// <= 1.
double quantile(std::span<const double> sorted, double probability);

// The same for values in any order. Complexity: O(n log n).
double quantile_of(std::vector<double> values, double probability);

}  // namespace clientele
