#include "numeric/block_tree.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "numeric/lanes.hpp"

namespace clientele::numeric {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Orders the points so that aligned runs are cells of a kd-tree.
class Ordering {
 public:
  explicit Ordering(Points points)
      : points_(points), order_(points.n), keys_(points.n), lower_(points.d), upper_(points.d) {
    for (std::uint32_t i = 0; i < points.n; ++i) order_[i] = i;
  }

  std::vector<std::uint32_t> run() && {
    std::vector<std::pair<std::size_t, std::size_t>> cells{{0, points_.n}};
    while (!cells.empty()) {
      const auto [begin, end] = cells.back();
      cells.pop_back();
      if (end - begin <= kLanes) continue;
      std::size_t half = kLanes;  // a full subtree on the left keeps all runs aligned
      while (2 * half < end - begin) half *= 2;
      split(begin, begin + half, end);
      cells.push_back({begin + half, end});
      cells.push_back({begin, begin + half});
    }
    return std::move(order_);
  }

 private:
  using Key = std::pair<double, std::uint32_t>;

  std::size_t widest_side(std::size_t begin, std::size_t end) {
    std::fill(lower_.begin(), lower_.end(), kInfinity);
    std::fill(upper_.begin(), upper_.end(), -kInfinity);
    for (std::size_t p = begin; p < end; ++p) {
      const double* row = points_.row(order_[p]);
      for (std::size_t j = 0; j < points_.d; ++j) {
        lower_[j] = std::min(lower_[j], row[j]);
        upper_[j] = std::max(upper_[j], row[j]);
      }
    }
    std::size_t widest = 0;
    for (std::size_t j = 1; j < points_.d; ++j) {
      if (upper_[j] - lower_[j] > upper_[widest] - lower_[widest]) widest = j;
    }
    return widest;
  }

  void split(std::size_t begin, std::size_t middle, std::size_t end) {
    const std::size_t side = widest_side(begin, end);
    for (std::size_t p = begin; p < end; ++p) {
      keys_[p] = {points_.row(order_[p])[side], order_[p]};
    }
    const auto at = [&](std::size_t p) { return keys_.begin() + static_cast<std::ptrdiff_t>(p); };
    std::nth_element(at(begin), at(middle), at(end));
    for (std::size_t p = begin; p < end; ++p) order_[p] = keys_[p].second;
  }

  Points points_;
  std::vector<std::uint32_t> order_;
  std::vector<Key> keys_;
  std::vector<double> lower_;
  std::vector<double> upper_;
};

// Boxes around `below` blocks whose lanes have the given lower and upper coordinates.
BlockTree::Level enclose(std::size_t below, std::size_t d, const std::vector<double>& lower,
                         const std::vector<double>& upper) {
  BlockTree::Level level;
  level.blocks = (below + kLanes - 1) / kLanes;
  level.lower.assign(level.blocks * d * kLanes, kInfinity);
  level.upper.assign(level.blocks * d * kLanes, -kInfinity);
  for (std::size_t child = 0; child < below; ++child) {
    for (std::size_t j = 0; j < d; ++j) {
      const std::size_t to = (child / kLanes * d + j) * kLanes + child % kLanes;
      for (std::size_t l = 0; l < kLanes; ++l) {
        const std::size_t from = (child * d + j) * kLanes + l;
        level.lower[to] = std::min(level.lower[to], lower[from]);
        if (upper[from] < kInfinity) level.upper[to] = std::max(level.upper[to], upper[from]);
      }
    }
  }
  return level;
}

}  // namespace

BlockTree build_block_tree(Points points) {
  BlockTree tree;
  tree.n = points.n;
  tree.d = points.d;
  tree.order = Ordering(points).run();
  tree.leaves.assign(tree.leaf_count() * points.d * kLanes, kInfinity);
  for (std::size_t p = 0; p < points.n; ++p) {
    const double* row = points.row(tree.order[p]);
    for (std::size_t j = 0; j < points.d; ++j) {
      tree.leaves[(p / kLanes * points.d + j) * kLanes + p % kLanes] = row[j];
    }
  }
  for (std::size_t below = tree.leaf_count(); below > 1; below = tree.levels.back().blocks) {
    const bool first = tree.levels.empty();
    tree.levels.push_back(enclose(below, tree.d, first ? tree.leaves : tree.levels.back().lower,
                                  first ? tree.leaves : tree.levels.back().upper));
  }
  return tree;
}

CLIENTELE_SIMD void leaf_distances(const BlockTree& tree, std::size_t leaf, const double* query,
                                   double* squared) {
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    const double* points = tree.leaf(leaf) + half;
    Lanes sum = {};
    Lanes x;
    for (std::size_t j = 0; j < tree.d; ++j) {
      load(x, points + j * kLanes);
      x -= query[j];
      sum += x * x;
    }
    store(squared + half, sum);
  }
}

CLIENTELE_SIMD std::uint32_t near_boxes(const BlockTree& tree, std::size_t level, std::size_t block,
                                        const double* lower, const double* upper, double reach,
                                        double* squared) {
  const std::size_t first = block * tree.d * kLanes;
  std::uint32_t near = 0;
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    Lanes sum = {};
    Lanes below;
    Lanes above;
    for (std::size_t j = 0; j < tree.d; ++j) {
      load(below, tree.levels[level].lower.data() + first + j * kLanes + half);
      load(above, tree.levels[level].upper.data() + first + j * kLanes + half);
      below -= upper[j];
      above = lower[j] - above;
      Lanes outside = below > above ? below : above;
      outside = outside > 0.0 ? outside : Lanes{};
      sum += outside * outside;
    }
    store(squared + half, sum);
    std::uint64_t within = lanes_where(sum <= reach);
    while (within != 0) near |= 1u << (half + take_lane(within));
  }
  return near;
}

}  // namespace clientele::numeric
