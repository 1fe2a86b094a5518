// What a caller needs to know of a chosen clustering: numbers with a meaning, how stable it is, and
// who does not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "models/cluster/sweep.hpp"

namespace clientele::cluster {

enum class MeanOrder { ascending, descending };

// Renumbers clusters by the mean of `key` over their customers; equal means keep their order.
// labels, key: by row; noise stays. Complexity: O(n + k log k).
void number_by_mean(Labels& labels, std::span<const double> key,
                    MeanOrder order = MeanOrder::ascending);

// How far the clustering comes back when the customers are drawn again.
struct Stability {
  double mean_rand = 0;   // adjusted Rand index, mean over the resamples; 1 = always the same
  double worst_rand = 0;  // the lowest of them
  std::size_t resamples = 0;
};

// Clusters bootstrap samples (of at most 3000 customers) as `trial` did and compares, on the
// customers drawn, with its labels. nullopt for one cluster, and for DBSCAN on more customers than
// a sample holds, where a sample is less dense; and when cancelled.
// Source: Hennig (2007), "Cluster-wise assessment of cluster stability".
std::optional<Stability> stability(
    const Cohort& cohort, const Trial& trial, std::uint64_t seed, std::size_t threads,
    const std::function<bool()>& cancelled = [] { return false; });

struct Outlier {
  std::uint32_t row = 0;
  std::int32_t cluster = 0;  // kNoise for noise
  std::size_t column = 0;    // in which it differs most from its cluster
  double distance = 0;       // to the mean of its cluster; noise: of all customers
};

// Customers farther from the mean of their cluster than Q3 + 3 (Q3 - Q1) of its distances (Tukey's
// far-out fence), and noise, the farthest first; at most `most`, and in `total` how many there are.
struct Outliers {
  std::vector<Outlier> listed;
  std::size_t total = 0;
};
Outliers outliers(const Cohort& cohort, const Labels& point_labels, std::size_t most);

}  // namespace clientele::cluster
