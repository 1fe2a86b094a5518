#include "models/forecast/stl_ets.hpp"

#include <cmath>

#include "models/forecast/stl.hpp"

namespace clientele::forecast {

StlEtsModel fit_stl_ets(std::span<const double> y, std::span<const double> periods) {
  std::vector<std::size_t> whole;
  for (const double period : periods) {
    const auto rounded = static_cast<std::size_t>(std::lround(period));
    if (rounded >= 2 && y.size() > 2 * rounded) whole.push_back(rounded);
  }
  StlEtsModel model;
  std::vector<double> adjusted(y.begin(), y.end()), season(y.size(), 0);
  if (!whole.empty()) {
    const MstlDecomposition parts = mstl(y, whole);
    model.periods = parts.periods;
    for (std::size_t i = 0; i < parts.periods.size(); ++i) {
      const std::vector<double>& pattern = parts.seasons[i];
      model.strengths.push_back(seasonal_strength(pattern, parts.remainder));
      model.cycles.emplace_back(pattern.end() - static_cast<std::ptrdiff_t>(parts.periods[i]),
                                pattern.end());
      for (std::size_t t = 0; t < y.size(); ++t) season[t] += pattern[t];
    }
    for (std::size_t t = 0; t < y.size(); ++t) adjusted[t] -= season[t];
  }
  model.remainder = auto_ets(adjusted, 1, {.damped_only = true});
  model.fitted = model.remainder.fitted;
  for (std::size_t t = 0; t < y.size(); ++t) model.fitted[t] += season[t];
  return model;
}

Forecast predict(const StlEtsModel& model, std::size_t horizon) {
  Forecast result = predict(model.remainder, horizon);
  result.fitted = model.fitted;
  for (const std::vector<double>& cycle : model.cycles) {
    for (std::size_t h = 0; h < horizon; ++h) result.mean[h] += cycle[h % cycle.size()];
  }
  return result;
}

}  // namespace clientele::forecast
