// Uplift random forest with the KL criterion and honest leaves.
//
// Every tree draws half of the rows to find its splits (bootstrapped within each of the four groups
// of treatment and outcome) and takes the rates of its leaves from the other half, shrunk to the
// parent's. Splits: numbers at bin borders with missing values on either side, categories sorted by
// their own uplift. A leaf is P(outcome | treated) - P(outcome | control); the forest averages.
// Degenerate: a node that lacks an arm is a leaf. Source: models/uplift/kl_criterion.hpp; honesty:
// Wager, Athey (2018). Complexity: O(trees n features_per_node depth). Deterministic.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"
#include "models/uplift/kl_criterion.hpp"
#include "models/uplift/trial.hpp"

namespace clientele::uplift {

struct KlForestSettings {
  std::uint32_t first_tree = 0;  // trees are numbered, so that parts of a forest can be grown apart
  std::uint32_t trees = 100;
  std::uint32_t max_depth = 5;
  double min_leaf = 0;                  // rows of the half that finds splits; 0 = n / 120, 20-250
  std::uint32_t features_per_node = 0;  // 0 = half of them, at least 5
  Regularisation regularisation;
  double leaf_strength = 50;  // rows that the parent's rate counts for in a leaf
  std::uint64_t seed = 42;
};

struct UpliftNode {
  std::uint32_t first_child = 0;  // the second is next to it; 0 = leaf
  std::uint32_t feature = 0;
  trees::BinSet first{};  // bins that go to the first child
  double uplift = 0;
};

using UpliftTree = std::vector<UpliftNode>;

// Requires: rows not empty, without repeats.
std::vector<UpliftTree> grow_kl_forest(const Trial& trial, std::span<const std::uint32_t> rows,
                                       const KlForestSettings& settings);

// Adds each tree's uplift to `sums`, one a row.
void add_uplift(std::span<const UpliftTree> forest, const trees::BinnedMatrix& matrix,
                std::span<const std::uint32_t> rows, std::span<double> sums);

}  // namespace clientele::uplift
