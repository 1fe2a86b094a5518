#include "models/forecast/combination.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace clientele::forecast {
namespace {

double middle(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

double average(std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

bool plausible(const Forecast& forecast, double largest) {
  const auto finite = [](double value) { return std::isfinite(value); };
  return !forecast.mean.empty() &&
         std::all_of(forecast.mean.begin(), forecast.mean.end(),
                     [&](double value) { return std::abs(value) <= largest; }) &&
         std::all_of(forecast.sigma.begin(), forecast.sigma.end(), finite) &&
         std::all_of(forecast.response.begin(), forecast.response.end(), finite) &&
         std::all_of(forecast.fitted.begin(), forecast.fitted.end(), finite);
}

double plausible_bound(std::span<const double> y, std::size_t horizon) {
  double largest = 0, low = y[0], high = y[0];
  for (const double value : y) {
    largest = std::max(largest, std::abs(value));
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double stretch = static_cast<double>(horizon) / static_cast<double>(y.size());
  return largest + 3 * (high - low) * std::max(1.0, stretch);
}

void clip_below(Forecast& forecast, double floor) {
  for (double& value : forecast.mean) value = std::max(value, floor);
  for (double& value : forecast.fitted) value = std::max(value, floor);
}

Forecast combine(std::span<const Forecast> members, Combination how, double largest) {
  std::vector<const Forecast*> kept;
  for (const Forecast& member : members) {
    if (plausible(member, largest)) kept.push_back(&member);
  }
  Forecast result;
  if (kept.empty()) return result;
  std::vector<double> values(kept.size());
  const auto fold = [&](std::vector<double> Forecast::*part, auto&& rule) {
    for (std::size_t i = 0; i < (kept[0]->*part).size(); ++i) {
      for (std::size_t k = 0; k < kept.size(); ++k) values[k] = (kept[k]->*part)[i];
      (result.*part).push_back(rule(values));
    }
  };
  const auto rule = how == Combination::median ? middle : average;
  fold(&Forecast::mean, rule);
  fold(&Forecast::sigma, rule);
  fold(&Forecast::response, average);
  fold(&Forecast::fitted, rule);
  return result;
}

}  // namespace clientele::forecast
