// How the segments lie in a dendrogram: where the big merges are, who is whose neighbour.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hierarchy/dendrogram.hpp"

namespace clientele::report {

struct Branch {
  std::size_t segment = 0;  // index of the segment
  bool whole_tree = false;  // the smallest branch around the segment is the tree
  bool pure = false;        // that branch holds no other customer
  double purity_pct = 100;  // the segment's part of that branch
  double formed_at = 0;     // distance by which its customers are together
  // Where it meets the rest, unless it is the whole tree, and the segment with most customers
  // there.
  double joined_at = 0;
  std::size_t nearest = 0;
};

inline constexpr std::size_t kMostGroups = 15;

struct HierarchyFacts {
  std::size_t leaves = 0;
  double last_distance = 0;
  double previous_distance = 0;  // of the merge before; 0 when there is none
  // The largest ratio of neighbouring distances that leaves at most kMostGroups groups and half as
  // many as leaves, and those groups; infinite where the lower distance is 0.
  double jump = 1;
  std::size_t groups = 1;
  double distance_below = 0, distance_above = 0;  // of that step
  std::vector<Branch> branches;                   // of `wanted`, in their order
};

// Requires: checked merges; segment_of_leaf: one for each leaf. Distances that do not rise from
// child to parent are read as if sorted. Complexity: O(n log n + wanted n).
HierarchyFacts hierarchy_facts(std::span<const hierarchy::Merge> merges,
                               std::span<const std::int32_t> segment_of_leaf,
                               std::span<const std::size_t> wanted, std::size_t segments);

}  // namespace clientele::report
