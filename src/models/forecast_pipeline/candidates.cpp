#include "models/forecast_pipeline/candidates.hpp"

#include <cmath>

#include "models/forecast/arima.hpp"
#include "models/forecast/ces.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/intermittent.hpp"
#include "models/forecast/naive.hpp"
#include "models/forecast/stl.hpp"
#include "models/forecast/theta.hpp"
#include "models/forecast_pipeline/lag_trees.hpp"

namespace clientele::forecast_pipeline {
namespace {

using forecast::Forecast;

// The seasonally adjusted series by exponential smoothing, the last season again.
Forecast stl_ets(std::span<const double> y, std::size_t period, std::size_t horizon) {
  if (period < 2 || y.size() <= 2 * period) return {};
  const auto parts = forecast::stl(y, period);
  std::vector<double> adjusted(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) adjusted[t] = y[t] - parts.season[t];
  Forecast out = predict(forecast::auto_ets(adjusted, 1, {.damped_only = true}), horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    out.mean[h] += parts.season[y.size() - period + h % period];
  }
  for (std::size_t t = 0; t < y.size(); ++t) out.fitted[t] += parts.season[t];
  return out;
}

Forecast intermittent(std::span<const double> y, forecast::IntermittentKind kind,
                      std::size_t horizon) {
  return predict(forecast::fit_intermittent(y, kind), horizon);
}

}  // namespace

Forecast run_candidate(Model model, const CandidateInput& input) {
  const Adjusted& adjusted = *input.adjusted;
  const auto y = adjusted.fitted_values();
  const std::size_t period = adjusted.period, horizon = adjusted.open_ahead();
  switch (model) {
    case Model::arima:
      return predict(forecast::auto_arima(y, period), horizon);
    case Model::ets:
      return predict(forecast::auto_ets(y, period, {.damped_only = true}), horizon);
    case Model::ces:
      return predict(forecast::auto_ces(y, period), horizon);
    case Model::stl_ets:
      return stl_ets(y, period, horizon);
    case Model::theta:
      return predict(forecast::fit_theta(y, period), horizon);
    case Model::croston:
      return intermittent(y, forecast::IntermittentKind::sba, horizon);
    case Model::tsb:
      return intermittent(y, forecast::IntermittentKind::tsb, horizon);
    case Model::random_forest:
    case Model::gradient_boosting:
      return lag_trees(input, model == Model::random_forest);
    case Model::seasonal_naive:
      return forecast::seasonal_naive(y, period, horizon);
    case Model::naive_mean:
      return forecast::recent_mean(y, y.size(), horizon);
    case Model::aggregation:
      return aggregate(y, period, horizon);
    case Model::prophet:
    case Model::tbats:
    case Model::ensemble:
      break;
  }
  return {};
}

}  // namespace clientele::forecast_pipeline
