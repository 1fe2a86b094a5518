// The best split of one node from its histogram.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "models/trees/ensemble.hpp"
#include "models/trees/histogram.hpp"

namespace clientele::trees {

// Regularisation in the integers' own units (GradientScale): H is a sum of packed hessians.
struct SplitRules {
  double lambda = 0;           // added to H in scores and leaf values
  double min_child = 1;        // least H of a child
  double min_gain = 0;         // a split must gain more (sum of G^2/(H+lambda) above the parent's)
  double category_smooth = 0;  // added to H where sets of categories are sorted and scored
  double min_category = 0;  // least H of a category that may stand in a set; others follow the rest
  std::uint32_t one_hot_levels = 0;       // up to here one category against the rest
  std::span<const std::int8_t> monotone;  // by feature; empty = none
};

// Bounds of the leaf values under a node, in gradient units per hessian unit.
struct ValueBounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

struct Split {
  double gain = 0;  // 0 = none found
  std::uint16_t feature = 0;
  bool is_set = false;
  std::uint8_t low = 0;  // interval of bins that go left, unless is_set
  std::uint8_t width = 0;
  BinSet set{};
  GradientPair left = 0;  // sum of the rows that go left
};

// Leaf value of a sum of pairs within the bounds.
double leaf_value(GradientPair sum, const SplitRules& rules, const ValueBounds& bounds);

// Searches one feature and replaces `best` where it gains strictly more.
// Missing values: tried on both sides; where the node has none, they follow the heavier child.
void search_feature(const BinnedMatrix& matrix, std::uint16_t feature, const GradientPair* cells,
                    GradientPair total, const SplitRules& rules, const ValueBounds& bounds,
                    Split& best);

}  // namespace clientele::trees
