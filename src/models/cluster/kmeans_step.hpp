// One step of Lloyd's algorithm over blocks of points. Internal to kmeans.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cluster/point_blocks.hpp"

namespace clientele::cluster {

// The customers that each of k centres attracts and the sums of their coordinates.
struct Shares {
  std::vector<double> weights;  // k
  std::vector<double> sums;     // k x d
};

// Gives every point to its nearest centre (the lower one on a tie). A block of sixteen points whose
// box lies on one centre's side of all bisectors is taken as a whole (Pelleg & Moore 1999).
// centres: k x d. Complexity: O(n k d) at worst.
void share_out(const PointBlocks& data, const std::vector<double>& centres, Shares& shares);

// The same, point by point: cluster and squared distance by place. Returns the inertia.
double assign(const PointBlocks& data, const std::vector<double>& centres,
              std::vector<std::int32_t>& cluster, std::vector<double>& squared);

}  // namespace clientele::cluster
