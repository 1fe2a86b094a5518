#include "models/forecast/ensemble.hpp"

#include "models/forecast/arima.hpp"
#include "models/forecast/ces.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/naive.hpp"
#include "models/forecast/theta.hpp"

namespace clientele::forecast {

EnsembleForecast forecast_ensemble(std::span<const double> y, std::size_t period,
                                   std::size_t horizon, const EnsembleOptions& options) {
  EnsembleForecast out;
  out.members.push_back({"ETS", predict(auto_ets(y, period, {.damped_only = true}), horizon)});
  out.members.push_back({"ARIMA", predict(auto_arima(y, period), horizon)});
  out.members.push_back({"CES", predict(auto_ces(y, period), horizon)});
  out.members.push_back({"Theta", predict(fit_theta(y, period), horizon)});
  std::vector<Forecast> forecasts;
  for (NamedForecast& member : out.members) {
    if (options.non_negative) clip_below(member.forecast, 0);
    forecasts.push_back(member.forecast);
  }
  out.combined = combine(forecasts, options.how, plausible_bound(y, horizon));
  if (out.combined.mean.empty()) out.combined = seasonal_naive(y, period, horizon);
  return out;
}

}  // namespace clientele::forecast
