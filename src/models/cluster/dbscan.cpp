// A core point has at least min_samples customers within eps. Core points within eps of each other
// share a cluster; another point joins a core point within eps or is noise.
//
// Points stand in blocks of sixteen near ones. Counting stops at min_samples. Clusters grow by
// joining blocks, not points: two blocks whose core points already share a cluster are skipped, so
// dense regions cost their number of blocks and no neighbourhood is ever stored.
//
// The knee of the distances d_1 <= ... <= d_m is the point farthest below the chord from the first
// to the last, both axes scaled to [0, 1].
// Sources: Ester, Kriegel, Sander, Xu (1996); Schubert et al. (2017), "DBSCAN revisited", for the
// linear memory; Satopaa et al. (2011), "Finding a kneedle in a haystack".
#include "models/cluster/dbscan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
#include "numeric/block_tree.hpp"

namespace clientele::cluster {
namespace {

using numeric::BlockTree;
using numeric::kLanes;

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kChunk = 64;  // leaves
constexpr std::size_t kKneePoints = 20'000;

// Clusters as disjoint sets of positions; the smallest position is the root.
class Sets {
 public:
  explicit Sets(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0u); }
  std::uint32_t root(std::uint32_t p) {
    while (parent_[p] != p) p = parent_[p] = parent_[parent_[p]];
    return p;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

class Scan {
 public:
  Scan(numeric::WeightedPoints points, const DbscanOptions& options)
      : points_(points),
        options_(options),
        reach_(options.eps * options.eps),
        tree_(numeric::build_block_tree(points.points)),
        core_(points.points.n, 0),
        sets_(points.points.n),
        shared_(tree_.leaf_count(), kNone) {}

  Labels run() {
    for_each_leaf([&](std::size_t leaf) { find_core(leaf); });
    for (std::size_t leaf = 0; leaf < tree_.leaf_count(); ++leaf) join_inside(leaf);
    for (std::size_t leaf = 0; leaf < tree_.leaf_count() && !options_.cancelled(); ++leaf) {
      join_around(leaf);
    }
    return number();
  }

 private:
  std::size_t end_of(std::size_t leaf) const { return std::min((leaf + 1) * kLanes, tree_.n); }
  const double* point(std::size_t position) const {
    return points_.points.row(tree_.order[position]);
  }
  bool within(std::size_t p, std::size_t q) const {
    return numeric::squared_distance(point(p), point(q), tree_.d) <= reach_;
  }

  template <typename Body>
  void for_each_leaf(const Body& body) const {
    const std::size_t leaves = tree_.leaf_count();
    const std::size_t chunks = (leaves + kChunk - 1) / kChunk;
    parallel_for(options_.threads, chunks, [&](std::size_t chunk) {
      const auto [begin, end] = chunk_range(leaves, chunks, chunk);
      for (std::size_t leaf = begin; leaf < end && !options_.cancelled(); ++leaf) body(leaf);
    });
  }

  void find_core(std::size_t leaf) {
    const auto enough = static_cast<double>(options_.min_samples);
    for (std::size_t p = leaf * kLanes; p < end_of(leaf); ++p) {
      double customers = 0;
      double reach = reach_;
      numeric::visit_near(tree_, point(p), reach, [&](std::size_t near, const double* squared) {
        for (std::size_t q = near * kLanes; q < end_of(near); ++q) {
          if (squared[q % kLanes] <= reach_) customers += points_.weight(tree_.order[q]);
        }
        if (customers >= enough) reach = -1;
      });
      core_[p] = customers >= enough;
    }
  }

  void join_inside(std::size_t leaf) {
    for (std::size_t p = leaf * kLanes; p < end_of(leaf); ++p) {
      for (std::size_t q = p + 1; q < end_of(leaf); ++q) {
        if (core_[p] && core_[q] && within(p, q)) sets_.join(p32(p), p32(q));
      }
    }
    shared_[leaf] = shared_set(leaf);
  }

  // A core point of the leaf if all of them share a cluster, else kNone.
  std::uint32_t shared_set(std::size_t leaf) {
    std::uint32_t first = kNone;
    for (std::size_t p = leaf * kLanes; p < end_of(leaf); ++p) {
      if (!core_[p]) continue;
      if (first == kNone) first = p32(p);
      if (sets_.root(p32(p)) != sets_.root(first)) return kNone;
    }
    return first;
  }

  bool any_core(std::size_t leaf) const {
    return std::any_of(core_.begin() + static_cast<std::ptrdiff_t>(leaf * kLanes),
                       core_.begin() + static_cast<std::ptrdiff_t>(end_of(leaf)),
                       [](std::uint8_t core) { return core != 0; });
  }

  // Joins the leaf with all leaves after it within eps.
  void join_around(std::size_t leaf) {
    if (!any_core(leaf)) return;
    std::vector<double> lower(tree_.d, std::numeric_limits<double>::infinity());
    std::vector<double> upper(tree_.d, -std::numeric_limits<double>::infinity());
    for (std::size_t p = leaf * kLanes; p < end_of(leaf); ++p) {
      for (std::size_t j = 0; core_[p] && j < tree_.d; ++j) {
        lower[j] = std::min(lower[j], point(p)[j]);
        upper[j] = std::max(upper[j], point(p)[j]);
      }
    }
    std::array<double, kLanes> squared;
    std::vector<std::pair<std::size_t, std::size_t>> pending{{tree_.levels.size(), 0}};
    while (!pending.empty()) {
      const auto [level, block] = pending.back();
      pending.pop_back();
      if (level == 0) {
        if (block > leaf) join(leaf, block);
        continue;
      }
      std::uint32_t near = numeric::near_boxes(tree_, level - 1, block, lower.data(), upper.data(),
                                               reach_, squared.data());
      for (; near != 0; near &= near - 1) {
        const std::size_t child = block * kLanes + static_cast<std::size_t>(std::countr_zero(near));
        if (last_leaf(level - 1, child) > leaf) pending.emplace_back(level - 1, child);
      }
    }
  }

  static std::size_t last_leaf(std::size_t level, std::size_t block) {
    for (; level > 0; --level) block = block * kLanes + kLanes - 1;
    return block;
  }

  void join(std::size_t a, std::size_t b) {
    if (shared_[b] == kNone && !any_core(b)) return;
    const bool whole = shared_[a] != kNone && shared_[b] != kNone;
    if (whole && sets_.root(shared_[a]) == sets_.root(shared_[b])) return;
    for (std::size_t p = a * kLanes; p < end_of(a); ++p) {
      for (std::size_t q = b * kLanes; core_[p] && q < end_of(b); ++q) {
        if (!core_[q] || !within(p, q)) continue;
        sets_.join(p32(p), p32(q));
        if (whole) return;
      }
    }
    if (shared_[a] == kNone) shared_[a] = shared_set(a);
    if (shared_[b] == kNone) shared_[b] = shared_set(b);
  }

  Labels number() {
    Labels labels(tree_.n, kNoise);
    std::vector<std::int32_t> number(tree_.n, kNoise);  // by root
    std::vector<std::uint32_t> position(tree_.n);
    for (std::uint32_t p = 0; p < tree_.n; ++p) position[tree_.order[p]] = p;
    std::int32_t next = 0;
    for (std::size_t i = 0; i < tree_.n; ++i) {
      if (!core_[position[i]]) continue;
      std::int32_t& label = number[sets_.root(position[i])];
      if (label == kNoise) label = next++;
      labels[i] = label;
    }
    for_each_leaf([&](std::size_t leaf) { assign_border(leaf, labels); });
    return labels;
  }

  void assign_border(std::size_t leaf, Labels& labels) const {
    for (std::size_t p = leaf * kLanes; p < end_of(leaf); ++p) {
      if (core_[p]) continue;
      std::int32_t smallest = kNoise;
      double reach = reach_;
      numeric::visit_near(tree_, point(p), reach, [&](std::size_t near, const double* squared) {
        for (std::size_t q = near * kLanes; q < end_of(near); ++q) {
          if (!core_[q] || squared[q % kLanes] > reach_) continue;
          const std::int32_t label = labels[tree_.order[q]];
          if (smallest == kNoise || label < smallest) smallest = label;
        }
      });
      labels[tree_.order[p]] = smallest;
    }
  }

  static std::uint32_t p32(std::size_t position) { return static_cast<std::uint32_t>(position); }

  numeric::WeightedPoints points_;
  DbscanOptions options_;
  double reach_;  // eps squared
  BlockTree tree_;
  std::vector<std::uint8_t> core_;  // by position
  Sets sets_;                       // of positions
  std::vector<std::uint32_t> shared_;
};

// Squared distance from a point to its `wanted`-th nearest customer, itself included.
double squared_reach(const BlockTree& tree, numeric::WeightedPoints points, std::size_t point,
                     double wanted) {
  std::vector<std::pair<double, double>>
      nearest;  // squared distance, customers: a heap by distance
  double customers = 0;
  double reach = std::numeric_limits<double>::infinity();
  numeric::visit_near(
      tree, points.points.row(point), reach, [&](std::size_t leaf, const double* squared) {
        for (std::size_t p = leaf * kLanes; p < std::min((leaf + 1) * kLanes, tree.n); ++p) {
          if (squared[p % kLanes] > reach) continue;
          nearest.emplace_back(squared[p % kLanes], points.weight(tree.order[p]));
          customers += nearest.back().second;
          std::push_heap(nearest.begin(), nearest.end());
          while (customers - nearest.front().second >= wanted) {
            customers -= nearest.front().second;
            std::pop_heap(nearest.begin(), nearest.end());
            nearest.pop_back();
          }
          if (customers >= wanted) reach = nearest.front().first;
        }
      });
  return nearest.front().first;
}

double knee_of(const std::vector<double>& ascending) {
  const double first = ascending.front();
  const double rise = ascending.back() - first;
  if (!(rise > 0)) return 0;
  std::size_t knee = 0;
  double deepest = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double along = static_cast<double>(i) / static_cast<double>(ascending.size() - 1);
    const double below = along - (ascending[i] - first) / rise;
    if (below > deepest) deepest = below, knee = i;
  }
  return ascending[knee];
}

}  // namespace

Labels dbscan(numeric::WeightedPoints points, const DbscanOptions& options) {
  return Scan(points, options).run();
}

double k_distance_knee(numeric::WeightedPoints points, std::size_t min_samples,
                       std::size_t threads) {
  const BlockTree tree = numeric::build_block_tree(points.points);
  const std::size_t looked_at = std::min(tree.n, kKneePoints);
  std::vector<double> distances(looked_at);
  const std::size_t chunks = (looked_at + 255) / 256;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const auto [begin, end] = chunk_range(looked_at, chunks, chunk);
    for (std::size_t i = begin; i < end; ++i) {
      distances[i] = std::sqrt(
          squared_reach(tree, points, i * tree.n / looked_at, static_cast<double>(min_samples)));
    }
  });
  std::sort(distances.begin(), distances.end());
  return knee_of(distances);
}

}  // namespace clientele::cluster
