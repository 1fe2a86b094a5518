// A hierarchical clustering as a binary tree, in SciPy's linkage convention: row i merges child1
// and child2 into node n + i at `distance`; nodes 0 .. n-1 are the leaves.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace clientele::hierarchy {

using LinkageRow = std::array<double, 4>;  // child1, child2, distance, sample_count

struct Merge {
  std::uint32_t child1 = 0;
  std::uint32_t child2 = 0;
  double distance = 0;
  std::uint32_t size = 0;  // leaves below
};

// Checked merges of `leaves` leaves; faults name rows as /<pointer>/ROW when the rows are not a
// tree: not leaves - 1 of them, ids out of range or reused, distances below 0, wrong sample counts.
// The result is only meaningful when no fault was added. Complexity: O(n).
std::vector<Merge> check_linkage(std::span<const LinkageRow> rows, std::size_t leaves,
                                 const std::string& pointer, Faults& faults);

// The nodes in depth-first order from the root, child1 before child2, as (node, depth) pairs.
// Iterative: a tree may be as deep as it has leaves. Complexity: O(n).
struct Visit {
  std::uint32_t node;
  std::uint32_t depth;
};
std::vector<Visit> depth_first(std::span<const Merge> merges);

}  // namespace clientele::hierarchy
