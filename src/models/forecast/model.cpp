// The adapters of the single models to their one face.
#include "models/forecast/model.hpp"

#include <algorithm>
#include <cmath>

#include "models/forecast/ces.hpp"
#include "models/forecast/combination.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/intermittent.hpp"
#include "models/forecast/intervals.hpp"
#include "models/forecast/naive.hpp"
#include "models/forecast/stl_ets.hpp"
#include "models/forecast/theta.hpp"

namespace clientele::forecast {
namespace {

void add(std::vector<double>& to, std::span<const double> what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

// Puts back what prepare() has taken off.
void restore(const Prepared& prepared, Outcome& outcome) {
  add(outcome.forecast.mean, prepared.future_regression);
  add(outcome.forecast.mean, prepared.future_season);
  add(outcome.forecast.fitted, prepared.past_regression);
  add(outcome.forecast.fitted, prepared.past_season);
  outcome.effects = prepared.effects;
}

Outcome fit_ets_model(const Prepared& prepared) {
  const EtsModel model = auto_ets(prepared.adjusted, prepared.period, {.damped_only = true});
  Outcome out;
  out.forecast = predict(model, prepared.problem.horizon);
  out.form = name_of(model.form);
  out.aicc = model.aicc;
  out.parameters = {{"alpha", model.alpha}};
  if (model.form.trend != EtsTrend::none) out.parameters.push_back({"beta", model.beta});
  if (model.form.season != Seasonality::none) out.parameters.push_back({"gamma", model.gamma});
  if (model.form.trend == EtsTrend::damped) out.parameters.push_back({"phi", model.phi});
  restore(prepared, out);
  return out;
}

void list(std::vector<Parameter>& parameters, std::string_view name,
          std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    parameters.push_back({std::string(name) + std::to_string(i + 1), values[i]});
  }
}

Outcome fit_arima_model(const Prepared& prepared) {
  const ArimaModel model = auto_arima(prepared.adjusted, prepared.period);
  Outcome out;
  out.forecast = predict(model, prepared.problem.horizon);
  out.form = name_of(model.order, model.period);
  out.aicc = model.aicc;
  list(out.parameters, "ar", model.ar);
  list(out.parameters, "ma", model.ma);
  list(out.parameters, "seasonal_ar", model.seasonal_ar);
  list(out.parameters, "seasonal_ma", model.seasonal_ma);
  if (model.order.constant && !model.coefficients.empty()) {
    const bool drift = model.order.d + model.order.D == 1;
    out.parameters.push_back({drift ? "drift" : "mean", model.coefficients[0]});
  }
  restore(prepared, out);
  return out;
}

Outcome fit_ces_model(const Prepared& prepared) {
  constexpr std::string_view kForms[] = {"none", "simple", "partial", "full"};
  const CesModel model = auto_ces(prepared.adjusted, prepared.period);
  Outcome out;
  out.forecast = predict(model, prepared.problem.horizon);
  out.form = "CES(" + std::string(kForms[static_cast<std::size_t>(model.form)]) + ")";
  out.aicc = model.aicc;
  out.parameters = {{"a0", model.a0}, {"a1", model.a1}};
  if (model.form == CesForm::partial) out.parameters.push_back({"b", model.b0});
  if (model.form == CesForm::full) {
    out.parameters.insert(out.parameters.end(), {{"b0", model.b0}, {"b1", model.b1}});
  }
  restore(prepared, out);
  return out;
}

Outcome fit_theta_model(const Prepared& prepared) {
  const ThetaModel model = fit_theta(prepared.adjusted, prepared.period);
  Outcome out;
  out.forecast = predict(model, prepared.problem.horizon);
  out.form = model.season == Seasonality::none       ? "Theta(dynamic)"
             : model.season == Seasonality::additive ? "Theta(dynamic, additive season)"
                                                     : "Theta(dynamic, multiplicative season)";
  out.parameters = {{"alpha", model.alpha}, {"theta", 1 / (1 - model.weight)}};
  restore(prepared, out);
  return out;
}

Outcome fit_stl_ets_model(const Prepared& prepared) {
  const Problem& problem = prepared.problem;
  std::vector<double> y(problem.y.begin(), problem.y.end());
  for (std::size_t t = 0; t < y.size(); ++t) y[t] -= prepared.past_regression[t];
  const StlEtsModel model = fit_stl_ets(y, problem.periods);
  Outcome out;
  out.forecast = predict(model, problem.horizon);
  out.form = "STL + " + name_of(model.remainder.form);
  out.aicc = model.remainder.aicc;
  out.parameters = {{"alpha", model.remainder.alpha}};
  for (std::size_t i = 0; i < model.periods.size(); ++i) {
    out.parameters.push_back({"strength_" + std::to_string(model.periods[i]), model.strengths[i]});
  }
  add(out.forecast.mean, prepared.future_regression);
  add(out.forecast.fitted, prepared.past_regression);
  out.effects = prepared.effects;
  return out;
}

Outcome fit_seasonal_naive_model(const Prepared& prepared) {
  Outcome out;
  out.forecast = seasonal_naive(prepared.problem.y, prepared.period, prepared.problem.horizon);
  out.form = "Seasonal Naïve(" + std::to_string(prepared.period) + ")";
  return out;
}

template <IntermittentKind kind>
Outcome fit_intermittent_model(const Prepared& prepared) {
  constexpr std::string_view kForms[] = {"Croston", "SBA", "TSB", "ADIDA", "IMAPA"};
  const Problem& problem = prepared.problem;
  Outcome out;
  const auto negative = [](double value) { return value < 0; };
  if (std::any_of(problem.y.begin(), problem.y.end(), negative)) return out;
  const IntermittentModel model = fit_intermittent(problem.y, kind);
  out.forecast = predict(model, problem.horizon);
  out.form = kForms[static_cast<std::size_t>(kind)];
  out.parameters = {{"mean", model.mean}, {"probability", model.probability}};
  out.simulate = [model](Rng& rng, std::span<double> path) {
    const std::vector<double> drawn = simulate(model, path.size(), rng);
    std::copy(drawn.begin(), drawn.end(), path.begin());
  };
  return out;
}

constexpr Model kModels[] = {
    {"ARIMA", false, fit_arima_model},
    {"ETS", false, fit_ets_model},
    {"CES", false, fit_ces_model},
    {"STL-ETS", false, fit_stl_ets_model},
    {"Theta", false, fit_theta_model},
    {"Seasonal Naïve", false, fit_seasonal_naive_model},
    {"Croston", true, fit_intermittent_model<IntermittentKind::croston>},
    {"SBA", true, fit_intermittent_model<IntermittentKind::sba>},
    {"TSB", true, fit_intermittent_model<IntermittentKind::tsb>},
    {"ADIDA", true, fit_intermittent_model<IntermittentKind::adida>},
    {"IMAPA", true, fit_intermittent_model<IntermittentKind::imapa>},
};

}  // namespace

std::span<const Model> all_models() { return kModels; }

const Model* find_model(std::string_view name) {
  const auto* found = std::find_if(std::begin(kModels), std::end(kModels),
                                   [&](const Model& model) { return model.name == name; });
  return found == std::end(kModels) ? nullptr : found;
}

Outcome forecast(const Model& model, const Prepared& prepared) {
  const Problem& problem = prepared.problem;
  Outcome out = model.fit(prepared);
  out.floor = problem.floor;
  if (!plausible(out.forecast, plausible_bound(problem.y, problem.horizon))) {
    out.forecast = {};
    return out;
  }
  clip_below(out.forecast, problem.floor);
  return out;
}

std::vector<double> sample_paths(const Outcome& outcome, std::size_t count, std::uint64_t seed) {
  if (!outcome.simulate) return simulate_paths(outcome.forecast, count, outcome.floor, seed);
  const std::size_t horizon = outcome.forecast.mean.size();
  std::vector<double> paths(count * horizon);
  for (std::size_t p = 0; p < count; ++p) {
    Rng rng(seed, p);
    const std::span<double> path = std::span(paths).subspan(p * horizon, horizon);
    outcome.simulate(rng, path);
    for (double& value : path) value = std::max(value, outcome.floor);
  }
  return paths;
}

}  // namespace clientele::forecast
