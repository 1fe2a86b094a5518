// A kd-tree packed into blocks of sixteen: every step of a search looks at sixteen boxes or points
// at once, in a loop that vectorises.
#pragma once

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
  std::vector<Level> levels;         // from the boxes of the leaves up to one block; none for n <= 16

  std::size_t leaf_count() const { return (n + kLanes - 1) / kLanes; }
  const double* leaf(std::size_t block) const { return leaves.data() + block * d * kLanes; }
};

// Cells are split at the widest side. Deterministic: equal coordinates are ordered by point index.
// Requires: finite coordinates, n < 2^31. Complexity: O(n d log n) time, O(n d) space.
BlockTree build_block_tree(Points points);

}  // namespace clientele::numeric
