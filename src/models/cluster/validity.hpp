// Indices of how well a labelling fits the points, from centroids: linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

struct ClusterSummary {
  double size = 0;               // customers
  std::vector<double> centroid;  // mean; empty for size 0
};

// One entry for each cluster 0 .. largest label; noise is left out. Complexity: O(n d).
std::vector<ClusterSummary> summarise(numeric::WeightedPoints points,
                                      std::span<const std::int32_t> labels);

struct Validity {
  std::size_t clusters = 0;  // that have members
  double noise = 0;          // customers in no cluster
  // Both nullopt when fewer than two clusters have members, or when every customer is a cluster.
  std::optional<double> davies_bouldin;     // >= 0, lower is better
  std::optional<double> calinski_harabasz;  // >= 0, higher is better
};

// Equal to sklearn.metrics.davies_bouldin_score and calinski_harabasz_score of the points that are
// not noise. Complexity: O(n d + k^2 d).
Validity validity(numeric::WeightedPoints points, std::span<const std::int32_t> labels);

}  // namespace clientele::cluster
