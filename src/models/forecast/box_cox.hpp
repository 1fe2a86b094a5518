// The Box-Cox transform and its inverse.
//   g(y) = (y^l - 1) / l, log y for l = 0.   Degenerate cases: values below the range of g give 0.
// Source: Box, Cox (1964); bias adjustment of means: Hyndman, Athanasopoulos, "Forecasting:
// principles and practice", 5.6. Complexity: O(1).
#pragma once

#include <algorithm>
#include <cmath>

namespace clientele::forecast {

inline double box_cox(double y, double lambda) {
  return lambda == 0 ? std::log(y) : (std::pow(y, lambda) - 1) / lambda;
}

inline double inverse_box_cox(double z, double lambda) {
  if (lambda == 0) return std::exp(z);
  const double base = lambda * z + 1;
  return base > 0 ? std::pow(base, 1 / lambda) : 0;
}

// The mean of y whose transform has that mean and variance, to the second order.
inline double mean_of_inverse(double z, double variance, double lambda) {
  const double median = inverse_box_cox(z, lambda);
  if (!(median > 0)) return median;
  return median * (1 + 0.5 * variance * (1 - lambda) / std::pow(median, 2 * lambda));
}

}  // namespace clientele::forecast
