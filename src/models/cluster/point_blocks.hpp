// Points in blocks of sixteen near ones, with what k-means needs to know of each block: its box,
// its weight and its sum. Internal to kmeans.cpp and seeding.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numeric/block_tree.hpp"

namespace clientele::cluster {

// Lane l of group g of sixteen blocks is block 16 g + l; coordinate j of it is at
// [(g * d + j) * 16 + l] in lower, upper and sums. Unused lanes have weight 0 and empty boxes.
struct PointBlocks {
  std::size_t n = 0;
  std::size_t d = 0;
  std::size_t blocks = 0;
  std::size_t groups = 0;
  std::vector<double> coordinates;   // coordinate j of place p at [(p/16 * d + j) * 16 + p%16]
  std::vector<double> weights;       // by place; unused: 0
  std::vector<std::uint32_t> order;  // place -> point
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> block_weights;  // by block, padded to a whole group
  std::vector<double> sums;           // weighted sums of the coordinates
  std::vector<double> mean;           // of all points; the coordinates are relative to it
  double mean_variance = 0;           // over the columns

  const double* block(std::size_t b) const { return coordinates.data() + b * d * numeric::kLanes; }
};

// Unused places repeat the last point of their block with weight 0. Requires: n > 0.
PointBlocks build_point_blocks(numeric::WeightedPoints points);

// The means of the blocks as weighted points, in the same coordinates.
PointBlocks condense(const PointBlocks& blocks);

}  // namespace clientele::cluster
