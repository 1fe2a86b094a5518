// TBATS: trigonometric seasons, Box-Cox, ARMA errors, trend.
//   g(y_t) = l + phi b + sum_j s_j + d_t,   g the Box-Cox transform, states of the step before
//   l' = l + phi b + alpha d,   b' = phi b + beta d
//   (s_j, s*_j)' = rotated by 2 pi j / period + (gamma1, gamma2) d,   d ARMA(p, q) driven by e
// Fit: n log sum e^2 - 2 (lambda - 1) sum log y. Given the parameters the errors are linear in the
// states before the first value, which are eliminated exactly; the parameters are found by least
// squares. AIC counts parameters and first states. Search as R's: numbers of harmonics, then
// Box-Cox {no, yes} x trend {none, damped, linear}, then ARMA errors, where AIC falls.
// Means are bias-adjusted. Periods need not be whole.
// Degenerate cases: a constant series is continued; periods that y does not hold twice are left
// out; no Box-Cox unless all values are positive; models with a root outside the circle of 1.01 are
// refused; fewer than 8 values are continued by their mean. Of long series the newest values are
// modelled, four of the longest periods or 1 500; the older ones count as known in `fitted`.
// Source: De Livera, Hyndman, Snyder (2011), "Forecasting time series with complex seasonal
// patterns using exponential smoothing". Complexity: O(n k^2) an evaluation, k first states.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/forecast/forecast.hpp"
#include "models/forecast/prophet.hpp"

namespace clientele::forecast {

enum class TbatsTrend { none, damped, linear };

struct TbatsForm {
  bool box_cox = false;
  TbatsTrend trend = TbatsTrend::none;
  std::vector<FourierSeason> seasons;
  std::size_t ar = 0, ma = 0;  // of the errors
};

struct TbatsModel {
  TbatsForm form;
  double lambda = 1;
  double alpha = 0.09, beta = 0, phi = 1;
  std::vector<double> gamma1, gamma2;  // of each season
  std::vector<double> ar, ma;
  std::vector<double> first, last;  // states: level, slope if any, pairs, d's, e's
  double aic = 0;                   // infinite if it could not be fitted or is refused
  double sigma2 = 0;                // of the errors, transformed
  std::vector<double> fitted;
};

// "TBATS(0.31, {1,0}, 0.980, <7,3>)": lambda, orders of the errors, phi, seasons.
std::string name_of(const TbatsModel& model);

// Requires: finite y, y.size() >= 1; harmonics of a season fewer than half its period.
TbatsModel fit_tbats(std::span<const double> y, const TbatsForm& form);
TbatsModel auto_tbats(std::span<const double> y, std::span<const double> periods);
Forecast predict(const TbatsModel& model, std::size_t horizon);

}  // namespace clientele::forecast
