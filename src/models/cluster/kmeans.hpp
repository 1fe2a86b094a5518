// K-means (Lloyd 1982) from several greedy k-means++ starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

struct KMeansOptions {
  std::size_t starts = 10;
  std::size_t max_iterations = 300;  // of one start
  bool swaps = true;  // improve the best starts by swaps: better, and several times the work
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  // Polled from several threads; once true, the result comes soon and means nothing.
  std::function<bool()> cancelled = [] { return false; };
};

struct KMeans {
  Labels labels;                // by point; clusters numbered by their first point
  std::vector<double> centres;  // k x d: the mean of each cluster
  double inertia = 0;           // sum over customers of the squared distance to their centre
  std::size_t iterations = 0;   // of the best start
};

// The best of `starts` local optima, polished until no label changes.
// Errors: invalid_input when k is 0 or more than the distinct points.
// Deterministic: random numbers are keyed by (seed, k, start); the result depends neither on
// threads nor on the order of the cohort's rows. Complexity: O(n k d) an iteration at worst, less
// where whole boxes of points share a centre.
Result<KMeans> kmeans(numeric::WeightedPoints points, std::size_t k,
                      const KMeansOptions& options = {});

// The same for several k at once: one index over the points serves them all.
// Errors: as above, for the first k that cannot be.
Result<std::vector<KMeans>> kmeans_sweep(numeric::WeightedPoints points,
                                         std::span<const std::size_t> ks,
                                         const KMeansOptions& options = {});

}  // namespace clientele::cluster
