// Means and variances of the forecasts; Hyndman et al. (2008), tables 6.2-6.4 and section 6.5.
#include <algorithm>
#include <cmath>

#include "models/forecast/ets.hpp"

namespace clientele::forecast {
namespace {

// c_j: effect of an error j steps later, j >= 1; for multiplicative seasons relative to the season,
// to first order in the variance.
std::vector<double> responses(const EtsModel& model, std::size_t horizon) {
  std::vector<double> c(horizon, 1);
  double power = 1, damped_steps = 0;
  for (std::size_t j = 1; j < horizon; ++j) {
    power *= model.phi;
    damped_steps += power;
    c[j] = model.alpha + model.beta * damped_steps;
    if (model.form.season != Seasonality::none && j % model.period == 0) c[j] += model.gamma;
  }
  return c;
}

// Variances of a multiplicative-error form whose mean is mu: (1 + s2) theta_h - mu_h^2.
std::vector<double> theta_recursion(std::span<const double> mu, std::span<const double> c,
                                    double sigma2) {
  std::vector<double> theta(mu.size());
  for (std::size_t h = 0; h < mu.size(); ++h) {
    double sum = 0;
    for (std::size_t j = 1; j <= h; ++j) sum += c[j] * c[j] * theta[h - j];
    theta[h] = mu[h] * mu[h] + sigma2 * sum;
  }
  return theta;
}

}  // namespace

Forecast predict(const EtsModel& model, std::size_t horizon) {
  const bool multiplicative_season = model.form.season == Seasonality::multiplicative;
  Forecast result;
  result.fitted = model.fitted;
  result.mean.resize(horizon);
  result.sigma.resize(horizon);
  std::vector<double> seasons(horizon, multiplicative_season ? 1.0 : 0.0), trend(horizon);
  double power = 1, damped_steps = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    power *= model.phi;
    damped_steps += power;
    if (model.form.season != Seasonality::none) seasons[h] = model.last.seasons[h % model.period];
    trend[h] = model.last.level + damped_steps * model.last.slope;
    result.mean[h] = multiplicative_season ? trend[h] * seasons[h] : trend[h] + seasons[h];
  }
  result.response = responses(model, horizon);
  if (!model.form.multiplicative_error) {
    double sum = 0;
    for (std::size_t h = 0; h < horizon; ++h) {
      sum += result.response[h] * result.response[h];
      result.sigma[h] = std::sqrt(model.sigma2 * sum);
    }
    return result;
  }
  const std::span<const double> mu = multiplicative_season ? trend : result.mean;
  const std::vector<double> theta = theta_recursion(mu, result.response, model.sigma2);
  for (std::size_t h = 0; h < horizon; ++h) {
    const double variance = theta[h] * (1 + model.sigma2) - mu[h] * mu[h];
    const double unit = multiplicative_season ? seasons[h] : 1;
    result.sigma[h] = std::abs(unit) * std::sqrt(std::max(variance, 0.0));
  }
  return result;
}

}  // namespace clientele::forecast
