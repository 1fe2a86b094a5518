// The average of ETS, ARIMA, CES and Theta, the default forecast.
// ETS keeps damped trends only: over long horizons they lose least. Members that explode are left
// out; if all do, the seasonal naive forecast takes their place.
// Source: Petropoulos, Svetunkov (2020), "A simple combination of univariate models".
// Complexity: that of the members.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/forecast/combination.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

struct NamedForecast {
  std::string name;  // "ETS", "ARIMA", "CES", "Theta"
  Forecast forecast;
};

struct EnsembleForecast {
  std::vector<NamedForecast> members;
  Forecast combined;
};

struct EnsembleOptions {
  bool non_negative = true;  // lifts means and fitted values to 0
  Combination how = Combination::mean;
  double power = 1;  // of the Box-Cox transform to which the members are fitted; needs y > 0
};

// The power of promising_power() if the transform lowers the RMSE of the rolling folds (see
// cross_validation.hpp) by 5 %, else 1. The means are compared, so the bias adjustment counts.
double validated_power(std::span<const double> y, std::size_t period, std::size_t horizon,
                       EnsembleOptions options = {});

// Requires: finite y, y.size() >= 1; non_negative only for y >= 0.
EnsembleForecast forecast_ensemble(std::span<const double> y, std::size_t period,
                                   std::size_t horizon, const EnsembleOptions& options = {});

}  // namespace clientele::forecast
