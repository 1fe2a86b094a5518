// Random forest (Breiman 2001): bootstrapped trees with features drawn at every node.
//
// Split gain G_l^2/H_l + G_r^2/H_r - G^2/H with G = sum w y, H = sum w: the decrease of the Gini
// impurity (0/1 target, up to a factor) and of the variance (any target). Leaf = weighted mean, so
// a classification forest's output is a probability. Categories are sorted by their mean target,
// which finds the best two-set split (Breiman et al. 1984, theorem 4.5); missing values try both
// sides. Degenerate: one class or one row gives single leaves. Complexity: O(trees n
// features_per_node depth).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/trees/ensemble.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

struct ForestSettings {
  std::uint32_t trees = 64;
  std::uint32_t max_depth = 16;  // 1-32
  // Bootstrap draws in a leaf; 0 = n / 250 within 5-25, n / 1000 if more.
  double min_leaf_weight = 0;
  std::uint32_t features_per_node = 0;    // 0 = sqrt(features) for classes, features / 3 for values
  std::span<const std::int8_t> monotone;  // by feature: -1, 0, +1; empty = none
  std::uint64_t seed = 42;
};

// `set.held_out` is not read. Deterministic for any thread count: a tree depends on (seed, its
// number).
TreeEnsemble fit_forest(const TrainingSet& set, const ForestSettings& settings,
                        std::size_t threads = 1);

}  // namespace clientele::trees
