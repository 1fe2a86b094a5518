#include "models/forecast/stationarity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/forecast/stl.hpp"

namespace clientele::forecast {

std::vector<double> difference(std::span<const double> y, std::size_t lag) {
  std::vector<double> out;
  for (std::size_t t = lag; t < y.size(); ++t) out.push_back(y[t] - y[t - lag]);
  return out;
}

bool is_constant(std::span<const double> y) {
  return std::all_of(y.begin(), y.end(), [&](double value) { return value == y[0]; });
}

double kpss_level_statistic(std::span<const double> y) {
  const std::size_t n = y.size();
  const double size = static_cast<double>(n);
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / size;
  const auto lags = static_cast<std::size_t>(3 * std::sqrt(size) / 13);
  double partial = 0, partial_squares = 0, long_run = 0;
  for (const double value : y) {
    partial += value - mean;
    partial_squares += partial * partial;
    long_run += (value - mean) * (value - mean);
  }
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    double product = 0;
    for (std::size_t t = lag; t < n; ++t) product += (y[t] - mean) * (y[t - lag] - mean);
    long_run += 2 * (1 - static_cast<double>(lag) / static_cast<double>(lags + 1)) * product;
  }
  return partial_squares / (size * long_run);
}

int first_differences_needed(std::span<const double> y) {
  std::vector<double> series(y.begin(), y.end());
  for (int d = 0; d < 2; ++d) {
    if (series.size() < 2 || is_constant(series)) return d;
    if (!(kpss_level_statistic(series) > 0.463)) return d;
    series = difference(series, 1);
  }
  return 2;
}

int seasonal_differences_needed(std::span<const double> y, std::size_t period) {
  if (period < 2 || y.size() <= 2 * period || is_constant(y)) return 0;
  const StlDecomposition parts = stl(y, period);
  return seasonal_strength(parts.season, parts.remainder) > 0.64 ? 1 : 0;
}

}  // namespace clientele::forecast
