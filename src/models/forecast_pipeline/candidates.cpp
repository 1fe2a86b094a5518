#include "models/forecast_pipeline/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/forecast/arima.hpp"
#include "models/forecast/box_cox.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/intermittent.hpp"
#include "models/forecast/naive.hpp"
#include "models/forecast/prophet.hpp"
#include "models/forecast/stl_ets.hpp"
#include "models/forecast/tbats.hpp"
#include "models/forecast/theta.hpp"
#include "models/forecast_pipeline/lag_trees.hpp"

namespace clientele::forecast_pipeline {
namespace {

using forecast::Forecast;

constexpr double kClearAicc = 10;

std::vector<double> season_of(std::size_t period) {
  return period > 1 ? std::vector<double>{static_cast<double>(period)} : std::vector<double>{};
}

Forecast prophet(std::span<const double> y, std::size_t period, std::size_t horizon) {
  const std::vector<double> periods = season_of(period);
  const auto seasons = forecast::usual_seasons(periods, y.size());
  return predict(forecast::fit_prophet(y, {.seasons = seasons}), horizon);
}

Forecast arima(std::span<const double> y, const CandidateInput& input) {
  const std::size_t period = input.adjusted->period, horizon = input.adjusted->open_ahead();
  if (input.given != nullptr && input.given->arima) {
    // Another unit has other coefficients: the order alone is taken over.
    const auto& given = *input.given->arima;
    const auto model = input.adjusted->power == 1 ? forecast::refit_arima(y, given)
                                                  : forecast::fit_arima(y, period, given.order);
    if (std::isfinite(model.aicc)) return predict(model, horizon);
  }
  auto model = forecast::auto_arima(y, period, {}, {.thorough = !input.hurried});
  const Forecast out = predict(model, horizon);
  if (input.found != nullptr) input.found->arima = std::move(model);
  return out;
}

Forecast ets(std::span<const double> y, const CandidateInput& input) {
  const std::size_t period = input.adjusted->period, horizon = input.adjusted->open_ahead();
  if (input.given != nullptr && input.given->ets && input.adjusted->power == 1) {
    const auto model = forecast::fit_ets(y, period, *input.given->ets);
    if (std::isfinite(model.aicc)) return predict(model, horizon);
  }
  const auto model = forecast::auto_ets(y, period, {.damped_only = true});
  if (input.found != nullptr) input.found->ets = model.form;
  return predict(model, horizon);
}

Forecast tbats(std::span<const double> y, const CandidateInput& input) {
  const std::size_t horizon = input.adjusted->open_ahead();
  if (input.given != nullptr && input.given->tbats) {
    const auto model = forecast::fit_tbats(y, *input.given->tbats);
    if (!std::isfinite(model.aic) || model.fitted.size() != y.size()) return {};
    return predict(model, horizon);
  }
  const auto model = forecast::auto_tbats(y, season_of(input.adjusted->period));
  if (input.found != nullptr) input.found->tbats = model.form;
  return predict(model, horizon);
}

forecast::CesModel ces_model(std::span<const double> y, const CandidateInput& input) {
  const std::size_t period = input.adjusted->period;
  if (input.given != nullptr && input.given->ces) {
    auto model = forecast::fit_ces(y, period, *input.given->ces);
    if (std::isfinite(model.aicc)) return model;
  }
  auto model = forecast::auto_ces(y, period);
  if (input.found != nullptr) input.found->ces = model.form;
  return model;
}

Forecast ces(std::span<const double> y, const CandidateInput& input) {
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  std::vector<double> deviations(y.begin(), y.end());
  for (double& value : deviations) value -= mean;
  const forecast::CesModel centred = ces_model(deviations, input);
  const forecast::CesModel plain = forecast::fit_ces(y, input.adjusted->period, centred.form);
  const std::size_t horizon = input.adjusted->open_ahead();
  if (plain.aicc + kClearAicc < centred.aicc) return predict(plain, horizon);
  Forecast out = predict(centred, horizon);
  for (double& value : out.mean) value += mean;
  for (double& value : out.fitted) value += mean;
  return out;
}

Forecast intermittent(std::span<const double> y, forecast::IntermittentKind kind,
                      std::size_t horizon) {
  return predict(forecast::fit_intermittent(y, kind), horizon);
}

Forecast run(Model model, std::span<const double> y, const CandidateInput& input) {
  const std::size_t period = input.adjusted->period, horizon = input.adjusted->open_ahead();
  switch (model) {
    case Model::arima:
      return arima(y, input);
    case Model::ets:
      return ets(y, input);
    case Model::ces:
      return ces(y, input);
    case Model::theta:
      return predict(forecast::fit_theta(y, period), horizon);
    case Model::stl_ets:
      return predict(forecast::fit_stl_ets(y, season_of(period)), horizon);
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
      return prophet(y, period, horizon);
    case Model::tbats:
      return tbats(y, input);
    case Model::ensemble:
      break;
  }
  return {};
}

}  // namespace

Forecast run_candidate(Model model, const CandidateInput& input) {
  const double power = input.adjusted->power;
  const auto y = input.adjusted->fitted_values();
  const bool positive = std::all_of(y.begin(), y.end(), [](double value) { return value > 0; });
  if (power == 1 || !can_be_transformed(model) || !positive) return run(model, y, input);
  return forecast::inverse_box_cox(run(model, forecast::box_cox(y, power), input), power);
}

}  // namespace clientele::forecast_pipeline
