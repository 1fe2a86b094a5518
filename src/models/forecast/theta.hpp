// Theta models: simple exponential smoothing with a fraction of a linear trend.
//   mu_{t+1} = l_t + w ((1 - a)^t A_t + (1 - (1 - a)^{t+1}) / a B_t),   l_t = a y_t + (1 - a)
//   l_{t-1}
// w = 1 - 1 / theta in [0, 1); A, B intercept and slope of the series: of all of it (standard and
// optimised; theta = 2 in the standard method) or of the values so far (dynamic).
// Fit: least squares over errors from the fourth on. Given a, the errors are linear in l_0 and w,
// so that only a in [.1, .99] is searched. A season that passes a 90 % test on the autocorrelation
// at lag m is taken off by classical decomposition before and put back after.
// Degenerate cases: fewer than four values use theta = 2 and a = 1/2; constant series stay
// constant. Source: Assimakopoulos, Nikolopoulos (2000); Fiorucci et al. (2016), "Models for
// optimising the theta method". Complexity: O(n) a value of a, about 40 of them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/forecast/classical_decomposition.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

enum class ThetaKind { standard, optimised, dynamic };

struct ThetaModel {
  ThetaKind kind = ThetaKind::dynamic;
  std::size_t period = 1;
  Seasonality season = Seasonality::none;
  std::vector<double> indices;  // of the season, by t mod period
  double alpha = 0.5, weight = 0.5, initial_level = 0;
  double level = 0, mean = 0, intercept = 0, slope = 0;  // after the last value
  std::size_t size = 0;
  double sum_of_squares = 0;  // of the errors that were fitted, seasonally adjusted
  double sigma2 = 0;
  std::vector<double> fitted;
};

// Requires: finite y, y.size() >= 1.
ThetaModel fit_theta(std::span<const double> y, std::size_t period,
                     ThetaKind kind = ThetaKind::dynamic);

Forecast predict(const ThetaModel& model, std::size_t horizon);

// Whether the autocorrelation at lag m stands out at the 90 % level. Requires: m >= 2.
bool has_season(std::span<const double> y, std::size_t m);

}  // namespace clientele::forecast
