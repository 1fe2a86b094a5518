// Davies-Bouldin: mean over clusters k of max over l of (S_k + S_l) / ||c_k - c_l||, with S the
// mean Euclidean distance to the centroid c. A pair with equal centroids counts 0; the index is 0
// when all S or all distances between centroids are within 1e-8 of 0. Calinski-Harabasz: B (n - k)
// / (W (k - 1)), with B and W the between and within sums of squares; 1 when W = 0. Sources: Davies
// & Bouldin (1979); Calinski & Harabasz (1974); the degenerate cases are scikit-learn's.
#include "models/cluster/validity.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::cluster {
namespace {

constexpr double kNothing = 1e-8;

struct Spread {
  std::vector<double> mean_distance;  // S of each cluster
  double within = 0;                  // W
};

Spread spread_of(numeric::WeightedPoints points, std::span<const std::int32_t> labels,
                 const std::vector<ClusterSummary>& clusters) {
  Spread spread{std::vector<double>(clusters.size(), 0.0), 0};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoise) continue;
    const auto cluster = static_cast<std::size_t>(labels[i]);
    const double squared = numeric::squared_distance(
        points.points.row(i), clusters[cluster].centroid.data(), points.points.d);
    spread.within += points.weight(i) * squared;
    spread.mean_distance[cluster] += points.weight(i) * std::sqrt(squared);
  }
  for (std::size_t k = 0; k < clusters.size(); ++k) spread.mean_distance[k] /= clusters[k].size;
  return spread;
}

double davies_bouldin(const std::vector<ClusterSummary>& clusters, const Spread& spread) {
  const std::size_t k = clusters.size();
  const std::size_t d = clusters.front().centroid.size();
  std::vector<double> worst(k, 0.0);
  double farthest = 0;
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = a + 1; b < k; ++b) {
      const double distance = std::sqrt(
          numeric::squared_distance(clusters[a].centroid.data(), clusters[b].centroid.data(), d));
      farthest = std::max(farthest, distance);
      if (distance == 0) continue;
      const double ratio = (spread.mean_distance[a] + spread.mean_distance[b]) / distance;
      worst[a] = std::max(worst[a], ratio);
      worst[b] = std::max(worst[b], ratio);
    }
  }
  const double widest = *std::max_element(spread.mean_distance.begin(), spread.mean_distance.end());
  if (widest <= kNothing || farthest <= kNothing) return 0;
  double sum = 0;
  for (const double ratio : worst) sum += ratio;
  return sum / static_cast<double>(k);
}

double calinski_harabasz(const std::vector<ClusterSummary>& clusters, double within) {
  if (within == 0) return 1;
  const auto k = static_cast<double>(clusters.size());
  std::vector<double> mean(clusters.front().centroid.size(), 0.0);
  double n = 0;
  for (const ClusterSummary& cluster : clusters) n += cluster.size;
  for (const ClusterSummary& cluster : clusters) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      mean[j] += cluster.size / n * cluster.centroid[j];
    }
  }
  double between = 0;
  for (const ClusterSummary& cluster : clusters) {
    between +=
        cluster.size * numeric::squared_distance(cluster.centroid.data(), mean.data(), mean.size());
  }
  return between * (n - k) / (within * (k - 1));
}

}  // namespace

std::vector<ClusterSummary> summarise(numeric::WeightedPoints points,
                                      std::span<const std::int32_t> labels) {
  const std::size_t d = points.points.d;
  const std::int32_t largest =
      labels.empty() ? kNoise : *std::max_element(labels.begin(), labels.end());
  std::vector<ClusterSummary> clusters(static_cast<std::size_t>(largest + 1));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoise) continue;
    ClusterSummary& cluster = clusters[static_cast<std::size_t>(labels[i])];
    if (cluster.centroid.empty()) cluster.centroid.resize(d, 0.0);
    cluster.size += points.weight(i);
    for (std::size_t j = 0; j < d; ++j) {
      cluster.centroid[j] += points.weight(i) * points.points.row(i)[j];
    }
  }
  for (ClusterSummary& cluster : clusters) {
    for (double& value : cluster.centroid) value /= cluster.size;
  }
  return clusters;
}

Validity validity(numeric::WeightedPoints points, std::span<const std::int32_t> labels) {
  Labels numbered(labels.begin(), labels.end());
  Validity validity;
  validity.clusters = number_by_first_appearance(numbered);
  const std::vector<ClusterSummary> clusters = summarise(points, numbered);
  double members = 0;
  for (const ClusterSummary& cluster : clusters) members += cluster.size;
  validity.noise = points.total() - members;
  if (validity.clusters < 2 || static_cast<double>(validity.clusters) >= members) return validity;
  const Spread spread = spread_of(points, numbered, clusters);
  validity.davies_bouldin = davies_bouldin(clusters, spread);
  validity.calinski_harabasz = calinski_harabasz(clusters, spread.within);
  return validity;
}

}  // namespace clientele::cluster
