#include <cmath>
#include <cstdio>

#include "models/forecast/box_cox.hpp"
#include "models/forecast/tbats_recursion.hpp"

namespace clientele::forecast {

std::string name_of(const TbatsModel& model) {
  char text[48];
  std::snprintf(text, sizeof text, "%.3g", model.lambda);
  std::string name = "TBATS(" + std::string(text);
  name += ", {" + std::to_string(model.form.ar) + "," + std::to_string(model.form.ma) + "}, ";
  std::snprintf(text, sizeof text, "%.3f", model.phi);
  name += model.form.trend == TbatsTrend::none ? "-" : text;
  for (const FourierSeason& season : model.form.seasons) {
    std::snprintf(text, sizeof text, ", <%.6g,%zu>", season.period, season.harmonics);
    name += text;
  }
  return name + ")";
}

Forecast predict(const TbatsModel& model, std::size_t horizon) {
  Forecast result;
  result.fitted = model.fitted;
  TbatsRecursion recursion(model);
  std::vector<double> x = model.last, surprise(x.size(), 0);
  double squares = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    const double z = recursion.expected(x);
    const double effect = h == 0 ? 1 : recursion.expected(surprise);
    recursion.step(x, 0);
    recursion.step(surprise, h == 0 ? 1 : 0);
    squares += effect * effect;
    const double variance = model.sigma2 * squares;
    result.response.push_back(effect);
    if (!model.form.box_cox) {
      result.mean.push_back(z);
      result.sigma.push_back(std::sqrt(variance));
      continue;
    }
    const double median = inverse_box_cox(z, model.lambda);
    result.mean.push_back(mean_of_inverse(z, variance, model.lambda));
    result.sigma.push_back(std::sqrt(variance) * std::pow(median, 1 - model.lambda));
  }
  return result;
}

}  // namespace clientele::forecast
