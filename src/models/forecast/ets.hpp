// Exponential smoothing as innovations state space models, chosen by AICc.
// State: level l, slope b, seasons s (one of the last m applies to step t); q = l + phi b.
//   forecast   q, q + s or q s;   e = y minus forecast (relative to it for multiplicative errors)
//   d = y - q, y - s - q or y / s - q;   l' = q + alpha d;   b' = phi b + beta d
//   s' = s + gamma (y - q - s) or s + gamma (y / q - s)
// Candidates: errors {A, M} x trends {N, A, Ad} x seasons {N, A, M} without additive errors beside
// a multiplicative season (unstable); multiplicative forms only for positive series. No
// multiplicative trends: their forecasts explode. Bounds as usual: 0 < beta < alpha < 1, gamma < 1
// - alpha, phi in
// [.8, .98]. Likelihood: n log sum e^2 (+ 2 sum log |forecast|), maximised over parameters and
// initial states as a least-squares problem with exact derivatives.
// Degenerate cases: a constant series keeps its value with zero variance; fewer than five values
// use simple smoothing with alpha = 1/2; periods above kMaxEtsPeriod are ignored.
// Source: Hyndman, Koehler, Ord, Snyder (2008), "Forecasting with exponential smoothing".
// Complexity: O(n k^2) a step of the fit with k free parameters and states.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/forecast/classical_decomposition.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

inline constexpr std::size_t kMaxEtsPeriod = 24;

enum class EtsTrend { none, additive, damped };

struct EtsForm {
  bool multiplicative_error = false;
  EtsTrend trend = EtsTrend::none;
  Seasonality season = Seasonality::none;

  bool operator==(const EtsForm&) const = default;
};

// "ETS(M,Ad,A)".
std::string name_of(const EtsForm& form);

struct EtsState {
  double level = 0;
  double slope = 0;
  std::vector<double> seasons;  // m, in the order in which they will be used
};

struct EtsModel {
  EtsForm form;
  std::size_t period = 1;
  double alpha = 0, beta = 0, gamma = 0, phi = 1;
  EtsState initial;                     // before the first value
  EtsState last;                        // after the last value
  double minus_two_log_likelihood = 0;  // up to the constant n (1 + log(2 pi / n))
  double aicc = 0;
  double sigma2 = 0;  // variance of the (relative, if multiplicative) errors
  std::vector<double> fitted;
};

struct EtsOptions {
  bool additive_only = false;
  bool damped_only = false;  // trends are damped where there is one
};

// Maximum-likelihood fit of one form. Requires: finite y, y.size() >= 1. A form that cannot be
// fitted (too few values, multiplicative on non-positive data) has infinite aicc.
EtsModel fit_ets(std::span<const double> y, std::size_t period, const EtsForm& form);

// The candidate with the least AICc. Requires: finite y, y.size() >= 1. Never fails.
EtsModel auto_ets(std::span<const double> y, std::size_t period, const EtsOptions& options = {});

// Exact error variances for additive errors and for non-seasonal multiplicative ones, the usual
// first-order approximation for multiplicative seasons.
Forecast predict(const EtsModel& model, std::size_t horizon);

}  // namespace clientele::forecast
