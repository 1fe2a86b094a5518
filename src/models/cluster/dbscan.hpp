// DBSCAN: clusters as regions that are dense everywhere, and noise between them.
#pragma once

#include <cstddef>
#include <functional>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

struct DbscanOptions {
  double eps = 0.4;             // radius of a neighbourhood, > 0
  std::size_t min_samples = 5;  // customers in the neighbourhood of a core point, itself included
  std::size_t threads = 1;
  // Polled from several threads; once true, the result comes soon and means nothing.
  std::function<bool()> cancelled = [] { return false; };
};

// Clusters numbered by their first core point, kNoise for points in none. A border point within
// reach of several clusters joins the one with the smallest number, so labels do not depend on the
// order of the cohort's rows; they are those of sklearn.cluster.DBSCAN on the sorted rows.
// Requires: points.n > 0. Complexity: O(n log n) for few dimensions, O(n^2 d) at worst; O(n) memory
// whatever eps.
Labels dbscan(numeric::WeightedPoints points, const DbscanOptions& options);

// The eps where the ascending curve of distances to the min_samples-th nearest customer (itself
// included) bends most: beyond it points are sparse. 0 when there is no bend (all distances equal).
// Looks at no more than 20 000 points, evenly spread over the sorted ones. Complexity: O(n log n)
// for few dimensions.
double k_distance_knee(numeric::WeightedPoints points, std::size_t min_samples,
                       std::size_t threads = 1);

}  // namespace clientele::cluster
