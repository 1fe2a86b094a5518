// How far two labellings of the same customers agree.
#pragma once

#include <cstdint>
#include <span>

namespace clientele::cluster {

// Adjusted Rand index: 1 for the same partition, near 0 for unrelated ones, down to -0.5. Noise
// (-1) counts as a cluster. `weights`: customers per point, empty = one each. Equal to
// sklearn.metrics.adjusted_rand_score. Requires: a.size() == b.size(). Complexity: O(n log n).
double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                           std::span<const double> weights = {});

}  // namespace clientele::cluster
