// The Box-Cox transform, its inverse, and the power that steadies the spread of a series.
//   g(y) = (y^l - 1) / l, log y for l = 0.   Degenerate cases: values below the range of g give 0.
// Guerrero's power makes the standard deviation of blocks of one season over mean^(1 - l) vary
// least. A forecast goes back with the mean of y, not the median: g^-1(z) (1 + s^2 (1 - l) / 2
// g^-1(z)^(-2 l)), and the standard deviation s g^-1(z)^(1 - l).
// Source: Box, Cox (1964); Guerrero (1993); bias adjustment of means: Hyndman, Athanasopoulos,
// "Forecasting: principles and practice", 5.6. Complexity: O(1) a value, O(n) a power tried.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

// A transform is used where it brings the error of the folds below this share of that without.
inline constexpr double kPowerGain = 0.95;

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

// Guerrero's power within [lower, upper]. Requires: y > 0, two blocks of max(2, period) values.
double guerrero_power(std::span<const double> y, std::size_t period, double lower, double upper);

// A power in [0, 1) worth trying: Guerrero's, where the spread of seasons clearly grows with their
// level; 1 if it does not, if y has a value that is not positive, or is shorter than four seasons.
double promising_power(std::span<const double> y, std::size_t period);

std::vector<double> box_cox(std::span<const double> y, double lambda);

// A forecast of transformed values as one of y.
Forecast inverse_box_cox(const Forecast& transformed, double lambda);

}  // namespace clientele::forecast
