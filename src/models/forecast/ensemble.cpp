#include "models/forecast/ensemble.hpp"

#include <cmath>

#include "models/forecast/arima.hpp"
#include "models/forecast/box_cox.hpp"
#include "models/forecast/ces.hpp"
#include "models/forecast/cross_validation.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/naive.hpp"
#include "models/forecast/theta.hpp"

namespace clientele::forecast {
EnsembleForecast forecast_ensemble(std::span<const double> y, std::size_t period,
                                   std::size_t horizon, const EnsembleOptions& options) {
  EnsembleForecast out;
  const std::vector<double> transformed =
      options.power == 1 ? std::vector<double>{} : box_cox(y, options.power);
  const auto z = options.power == 1 ? y : std::span<const double>(transformed);
  out.members.push_back({"ETS", predict(auto_ets(z, period, {.damped_only = true}), horizon)});
  out.members.push_back({"ARIMA", predict(auto_arima(z, period), horizon)});
  out.members.push_back({"CES", predict(auto_ces(z, period), horizon)});
  out.members.push_back({"Theta", predict(fit_theta(z, period), horizon)});
  std::vector<Forecast> forecasts;
  for (NamedForecast& member : out.members) {
    if (options.power != 1) {
      member.forecast = inverse_box_cox(member.forecast, options.power);
    }
    if (options.non_negative) clip_below(member.forecast, 0);
    forecasts.push_back(member.forecast);
  }
  out.combined = combine(forecasts, options.how, plausible_bound(y, horizon));
  if (out.combined.mean.empty()) out.combined = seasonal_naive(y, period, horizon);
  return out;
}

double validated_power(std::span<const double> y, std::size_t period, std::size_t horizon,
                       EnsembleOptions options) {
  const FoldPlan plan = plan_folds(y.size(), period, horizon);
  if (plan.origins.empty()) return 1;
  const double power = promising_power(y.first(plan.origins.front()), period);
  if (power == 1 || promising_power(y, period) == 1) return 1;
  const auto rmse_with = [&](double used) {
    options.power = used;
    const Forecaster candidates[] = {[&](std::size_t training, std::size_t ahead) {
      return forecast_ensemble(y.first(training), period, ahead, options).combined;
    }};
    return score(y, period, cross_validate(candidates, plan, 1)[0]).rmse;
  };
  return rmse_with(power) < kPowerGain * rmse_with(1) ? power : 1;
}

}  // namespace clientele::forecast
