#include "models/forecast/classical_decomposition.hpp"

#include <numeric>

namespace clientele::forecast {
namespace {

// Mean over the m values around t; an even m halves the two ends. Requires: m/2 <= t < n - m/2.
double centred_mean(std::span<const double> y, std::size_t m, std::size_t t) {
  const std::size_t half = m / 2;
  double sum = 0;
  for (std::size_t i = t - half; i <= t + half; ++i) sum += y[i];
  if (m % 2 == 0) sum -= 0.5 * (y[t - half] + y[t + half]);
  return sum / static_cast<double>(m);
}

}  // namespace

std::vector<double> seasonal_indices(std::span<const double> y, std::size_t m, Seasonality kind) {
  std::vector<double> sums(m, 0), counts(m, 0);
  const std::size_t half = m / 2;
  for (std::size_t t = half; t + half < y.size(); ++t) {
    const double trend = centred_mean(y, m, t);
    sums[t % m] += kind == Seasonality::additive ? y[t] - trend : y[t] / trend;
    counts[t % m] += 1;
  }
  for (std::size_t j = 0; j < m; ++j) sums[j] /= counts[j];
  const double mean = std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(m);
  for (double& index : sums) {
    index = kind == Seasonality::additive ? index - mean : index / mean;
  }
  return sums;
}

}  // namespace clientele::forecast
