#include "models/forecast_pipeline/reconciliation.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::forecast_pipeline {
namespace {

double mean_product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return a.empty() ? 0 : sum / static_cast<double>(a.size());
}

// Intensity of shrinkage of the correlations: their estimated variance over their squares.
double shrinkage(std::span<const std::vector<double>> errors, std::span<const double> variance) {
  double noise = 0, signal = 0;
  const double n = static_cast<double>(errors[0].size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double scale = std::sqrt(variance[i] * variance[j]);
      if (!(scale > 0) || n < 3) continue;
      const double r = mean_product(errors[i], errors[j]) / scale;
      double spread = 0;
      for (std::size_t t = 0; t < errors[i].size(); ++t) {
        const double product = errors[i][t] * errors[j][t] / scale - r;
        spread += product * product;
      }
      noise += spread / (n * (n - 1));
      signal += r * r;
    }
  }
  return signal > 0 ? std::clamp(noise / signal, 0.0, 1.0) : 1;
}

}  // namespace

std::vector<double> reconciling_shares(std::span<const std::vector<double>> errors) {
  const std::size_t k = errors.size();
  std::vector<double> variance(k), shares(k, 0);
  for (std::size_t i = 0; i < k; ++i) variance[i] = mean_product(errors[i], errors[i]);
  const double lambda = shrinkage(errors, variance);
  const auto sign = [](std::size_t i) { return i == 0 ? 1.0 : -1.0; };
  double trace = 0;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double w = i == j ? variance[i] : (1 - lambda) * mean_product(errors[i], errors[j]);
      shares[i] += w * sign(j);
    }
    trace += sign(i) * shares[i];
  }
  double sum = 0;
  for (const double v : variance) sum += v;
  if (!(trace > 1e-9 * sum)) {  // nothing to go by: the parts stand
    std::fill(shares.begin(), shares.end(), 0);
    shares[0] = 1;
    return shares;
  }
  for (std::size_t i = 0; i < k; ++i) shares[i] *= sign(i) / trace;
  return shares;
}

void reconcile(std::span<const double> shares, std::span<double> values) {
  double gap = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) gap -= values[i];
  double sum = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    values[i] = std::max(0.0, values[i] + shares[i] * gap);
    sum += values[i];
  }
  values[0] = sum;
}

}  // namespace clientele::forecast_pipeline
