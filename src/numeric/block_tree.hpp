// A kd-tree packed into blocks of sixteen: every step of a search looks at sixteen boxes or points
// at once, in a loop that vectorises.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "numeric/points.hpp"

namespace clientele::numeric {

// Children of a block, points of a leaf.
inline constexpr std::size_t kLanes = 16;

// Points are reordered so that every aligned run of 16 positions (a leaf), 256, 4096, ... is a cell
// of a kd-tree: no pointers, the leaf of position p is p / 16 and the parent of block b is b / 16.
struct BlockTree {
  // The boxes around the blocks of the level below. Lane l of block b is the box of block 16 b + l
  // there; coordinate j of it is at [(b * d + j) * 16 + l]. Unused lanes are empty: [+inf, -inf].
  struct Level {
    std::size_t blocks = 0;
    std::vector<double> lower;
    std::vector<double> upper;
  };

  std::size_t n = 0;
  std::size_t d = 0;
  std::vector<std::uint32_t> order;  // position -> point
  std::vector<double> leaves;        // coordinate j of position p at [(p/16 * d + j) * 16 + p%16],
                                     // unused lanes +inf
  std::vector<Level> levels;  // from the boxes of the leaves up to one block; none for n <= 16

  std::size_t leaf_count() const { return (n + kLanes - 1) / kLanes; }
  const double* leaf(std::size_t block) const { return leaves.data() + block * d * kLanes; }
};

// Cells are split at the widest side. Deterministic: equal coordinates are ordered by point index.
// Requires: finite coordinates, n < 2^31. Complexity: O(n d log n) time, O(n d) space.
BlockTree build_block_tree(Points points);

// Squared distances from `query` (d) to the sixteen points of a leaf; +inf for unused lanes.
void leaf_distances(const BlockTree& tree, std::size_t leaf, const double* query, double* squared);

// Squared distances from the box [lower, upper] (d each; a point: the same twice) to the sixteen
// boxes of block `block` of levels[level]. Bit l of the result: lane l is within `reach` (squared).
std::uint32_t near_boxes(const BlockTree& tree, std::size_t level, std::size_t block,
                         const double* lower, const double* upper, double reach, double* squared);

// Calls visit(leaf, squared) for the leaves around `query` whose box is within `reach` (squared),
// mostly nearest first, with the squared distances of their points. `visit` may lower `reach`;
// below zero ends the search. Requires: tree.n > 0.
template <typename Visit>
void visit_near(const BlockTree& tree, const double* query, double& reach, Visit&& visit) {
  struct Pending {
    double bound;
    std::uint32_t level;  // 0 = leaf, else block of levels[level - 1]
    std::uint32_t block;
  };
  Pending pending[8 * kLanes];  // levels x children
  std::size_t waiting = 0;
  double squared[kLanes];
  pending[waiting++] = {0.0, static_cast<std::uint32_t>(tree.levels.size()), 0};
  while (waiting > 0) {
    const Pending at = pending[--waiting];
    if (at.bound > reach) continue;
    if (at.level == 0) {
      leaf_distances(tree, at.block, query, squared);
      visit(std::size_t{at.block}, static_cast<const double*>(squared));
      continue;
    }
    std::uint32_t near = near_boxes(tree, at.level - 1, at.block, query, query, reach, squared);
    const std::size_t bottom = waiting;
    for (; near != 0; near &= near - 1) {
      const auto l = static_cast<std::uint32_t>(std::countr_zero(near));
      std::size_t p = waiting++;
      for (; p > bottom && pending[p - 1].bound < squared[l]; --p) pending[p] = pending[p - 1];
      pending[p] = {squared[l], at.level - 1, static_cast<std::uint32_t>(at.block * kLanes + l)};
    }
  }
}

}  // namespace clientele::numeric
