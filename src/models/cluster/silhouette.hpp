// Exact mean silhouettes (Rousseeuw 1987), Euclidean, for many labellings in one pass over
// distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

struct SilhouetteOptions {
  // Above this many customers, the mean runs over a random sample of so many points (their
  // distances still over all points). 0 = never.
  std::size_t sample_points = 0;
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  // Polled from several threads; once true, the result comes soon and means nothing.
  std::function<bool()> cancelled = [] { return false; };
};

struct Silhouette {
  // Mean of (b - a) / max(a, b) in [-1, 1] over all customers that are not noise; noise counts
  // neither as a point nor as a cluster. nullopt when fewer than two clusters are left, or when
  // every customer is one.
  std::optional<double> mean;
  bool sampled = false;
  double standard_error = 0;  // of a sampled mean
};

// The silhouette of each labelling (labels 0.., kNoise) of the points, in the order given; equal to
// sklearn.metrics.silhouette_score of the points that are not noise: to 1e-9 up to 5000 distinct
// points, to 1e-6 above, where distances are computed in single precision relative to a nearby
// origin. Deterministic: independent of the number of threads. Complexity: O(n^2 d) time for all
// labellings together, O(n (d + labellings)) space.
std::vector<Silhouette> silhouettes(numeric::WeightedPoints points,
                                    std::span<const Labels> labellings,
                                    const SilhouetteOptions& options = {});

}  // namespace clientele::cluster
