// Seasonal ARIMA models with regressors, chosen by AICc.
// (1 - phi B..)(1 - Phi B^m..) (1 - B)^d (1 - B^m)^D (y - X b) = (1 + theta B..)(1 + Theta B^m..)
// e. Fit: conditional least squares, then the exact Gaussian likelihood of the differenced series,
// n log sum v^2 / f + sum log f, both as least-squares problems in partial autocorrelations, which
// keep the model stationary and invertible. A constant is a mean (d + D = 0) or a drift (d + D =
// 1). Search: D by seasonal strength, d by KPSS, then stepwise over p, q <= 5, P, Q <= 2 and the
// constant by AICc; models with a root within 1.01 of the unit circle are refused. Long series
// are searched by the conditional likelihood and finished by the exact one.
// Degenerate cases: a constant series, or one whose differences are constant, is continued exactly;
// if no model can be fitted the mean (or the drift) is used.
// Source: Hyndman, Khandakar (2008); Gardner, Harvey, Phillips (1980); Monahan (1984).
// Complexity: O(n r) an evaluation, r = max(p + m P, q + m Q + 1).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

struct ArimaOrder {
  int p = 0, d = 0, q = 0;
  int P = 0, D = 0, Q = 0;
  bool constant = false;

  bool operator==(const ArimaOrder&) const = default;
};

// "ARIMA(2,1,1)(0,1,0)[12] with drift".
std::string name_of(const ArimaOrder& order, std::size_t period);

// Columns of explaining variables, one vector of n (or horizon) values each.
using Columns = std::span<const std::vector<double>>;

struct ArimaModel {
  ArimaOrder order;
  std::size_t period = 1;
  std::vector<double> ar, ma, seasonal_ar, seasonal_ma;
  std::vector<double> coefficients;  // of the constant, if any, then of the regressors
  double sigma2 = 0;
  double log_likelihood = 0;
  double aicc = 0;            // infinite for a model that could not be fitted or is refused
  std::vector<double> state;  // of the filter after the last value
  std::vector<double> tail;   // the last d + m D values of y - X b
  std::size_t size = 0;       // n
  std::vector<double> place;  // where the fit ended, in its own coordinates; see refit_arima
  std::vector<double> fitted;
};

struct ArimaOptions {
  bool seasonal = true;
  int max_p = 5, max_q = 5, max_P = 2, max_Q = 2;
  int max_models = 94;
  // Above this many multiplications an evaluation, the search uses the conditional likelihood.
  std::size_t exact_search_limit = 40'000;
  // Every order from several starts; else from the best order so far alone, which may end in
  // another valley of its likelihood and takes a third of the time.
  bool thorough = true;
};

// One model, wherever its roots lie. Requires: finite values; regressors of y.size() values each.
// Too few values or orders beyond p, q <= 5, P, Q <= 2 leave aicc infinite.
ArimaModel fit_arima(std::span<const double> y, std::size_t period, const ArimaOrder& order,
                     Columns regressors = {});

// The same order on another stretch of the series, from where `near` ended: a fit that need not
// find its valley again.
ArimaModel refit_arima(std::span<const double> y, const ArimaModel& near, Columns regressors = {});

// The best model of the search. Requires: y.size() >= 1, finite values.
ArimaModel auto_arima(std::span<const double> y, std::size_t period, Columns regressors = {},
                      const ArimaOptions& options = {});

// Requires: one column of `horizon` values for each regressor of the fit.
Forecast predict(const ArimaModel& model, std::size_t horizon, Columns future = {});

}  // namespace clientele::forecast
