#include "models/cluster/point_blocks.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace clientele::cluster {
namespace {

using numeric::kLanes;

std::vector<double> mean_of(numeric::WeightedPoints points) {
  std::vector<double> mean(points.points.d, 0.0);
  const double total = points.total();
  for (std::size_t i = 0; i < points.points.n; ++i) {
    const double share = points.weight(i) / total;
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += share * points.points.row(i)[j];
  }
  return mean;
}

void place_points(numeric::WeightedPoints points, PointBlocks& blocks) {
  blocks.coordinates.resize(blocks.blocks * blocks.d * kLanes);
  blocks.weights.resize(blocks.blocks * kLanes, 0.0);
  double squares = 0;
  for (std::size_t p = 0; p < blocks.weights.size(); ++p) {
    const std::uint32_t point = blocks.order[std::min(p, blocks.n - 1)];
    if (p < blocks.n) blocks.weights[p] = points.weight(point);
    for (std::size_t j = 0; j < blocks.d; ++j) {
      const double x = points.points.row(point)[j] - blocks.mean[j];
      blocks.coordinates[(p / kLanes * blocks.d + j) * kLanes + p % kLanes] = x;
      squares += blocks.weights[p] * x * x;
    }
  }
  blocks.mean_variance = squares / points.total() / static_cast<double>(blocks.d);
}

void summarise_block(std::size_t b, PointBlocks& blocks) {
  const double* weights = blocks.weights.data() + b * kLanes;
  for (std::size_t l = 0; l < kLanes; ++l) blocks.block_weights[b] += weights[l];
  for (std::size_t j = 0; j < blocks.d; ++j) {
    const double* x = blocks.block(b) + j * kLanes;
    const std::size_t at = (b / kLanes * blocks.d + j) * kLanes + b % kLanes;
    blocks.lower[at] = *std::min_element(x, x + kLanes);
    blocks.upper[at] = *std::max_element(x, x + kLanes);
    for (std::size_t l = 0; l < kLanes; ++l) blocks.sums[at] += weights[l] * x[l];
  }
}

}  // namespace

PointBlocks build_point_blocks(numeric::WeightedPoints points) {
  PointBlocks blocks;
  blocks.n = points.points.n;
  blocks.d = points.points.d;
  blocks.order = numeric::build_block_tree(points.points).order;
  blocks.blocks = (blocks.n + kLanes - 1) / kLanes;
  blocks.groups = (blocks.blocks + kLanes - 1) / kLanes;
  blocks.mean = mean_of(points);
  place_points(points, blocks);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::size_t lanes = blocks.groups * blocks.d * kLanes;
  blocks.lower.assign(lanes, kInfinity);
  blocks.upper.assign(lanes, -kInfinity);
  blocks.sums.assign(lanes, 0.0);
  blocks.block_weights.assign(blocks.groups * kLanes, 0.0);
  for (std::size_t b = 0; b < blocks.blocks; ++b) summarise_block(b, blocks);
  return blocks;
}

PointBlocks condense(const PointBlocks& blocks) {
  std::vector<double> means(blocks.blocks * blocks.d);
  for (std::size_t b = 0; b < blocks.blocks; ++b) {
    for (std::size_t j = 0; j < blocks.d; ++j) {
      const std::size_t at = (b / kLanes * blocks.d + j) * kLanes + b % kLanes;
      means[b * blocks.d + j] = blocks.sums[at] / blocks.block_weights[b];
    }
  }
  const std::span weights(blocks.block_weights.data(), blocks.blocks);
  PointBlocks condensed = build_point_blocks({{means.data(), blocks.blocks, blocks.d}, weights});
  condensed.mean_variance = blocks.mean_variance;
  return condensed;
}

}  // namespace clientele::cluster
