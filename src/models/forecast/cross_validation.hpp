// Rolling-origin cross-validation.
// At each origin o a model sees y[0..o) and forecasts y[o..o + horizon). Origins are spread so that
// the windows do not all start in the same phase of the season.
// Source: Tashman (2000); Hyndman, Athanasopoulos, "Forecasting: principles and practice", 5.10.
// Complexity: one fit a candidate and fold. Deterministic on any number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

struct FoldPlan {
  std::vector<std::size_t> origins;  // ascending; empty if the series is too short for one fold
  std::size_t horizon = 0;           // values that are forecast at each
};

// Up to `folds` origins. The test windows have the length of `horizon`, at most a sixth of the
// series; half of the series (and two periods if there are) always stays for the first fit.
FoldPlan plan_folds(std::size_t n, std::size_t period, std::size_t horizon, std::size_t folds = 4);

// Fits on the first `training` values and forecasts `horizon` steps.
using Forecaster = std::function<Forecast(std::size_t training, std::size_t horizon)>;

struct FoldForecast {
  std::size_t origin = 0;
  Forecast forecast;
};

// One row of folds a candidate. The bodies run on up to `threads` threads and must not share state.
std::vector<std::vector<FoldForecast>> cross_validate(std::span<const Forecaster> candidates,
                                                      const FoldPlan& plan, std::size_t threads);

struct Accuracy {
  double rmse = 0;
  double mae = 0;
  double mape = 0;  // %, over the steps whose value is not 0; NaN if there is none
  double mase = 0;  // against the seasonal naive error within the first fit; NaN if that is 0
  double r2 = 0;    // against the mean of the values that were forecast; NaN if they are constant
  std::vector<double> fold_rmse;
};

// Requires: at least one fold; the folds lie within y.
Accuracy score(std::span<const double> y, std::size_t period, std::span<const FoldForecast> folds);

// The candidate to use: `preferred` unless another one has a lower RMSE in every one of at least
// three folds and 10 % lower overall. Requires: as many folds for each.
std::size_t choose(std::span<const Accuracy> candidates, std::size_t preferred);

}  // namespace clientele::forecast
