#include "models/lifetime/rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::lifetime {

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2) return std::nullopt;
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0, ab = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - mean_a;
    const double y = b[i] - mean_b;
    aa += x * x;
    ab += x * y;
    bb += y * y;
  }
  const double least_a = n * std::pow(1e-14 * mean_a, 2);
  const double least_b = n * std::pow(1e-14 * mean_b, 2);
  if (aa <= least_a || bb <= least_b) return std::nullopt;
  return std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0);
}

std::vector<double> average_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = 0.5 * (static_cast<double>(from + to) + 1.0);
    }
  }
  return ranks;
}

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
  return pearson(average_ranks(a), average_ranks(b));
}

}  // namespace clientele::lifetime
