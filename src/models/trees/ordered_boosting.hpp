// Ordered boosting with oblivious trees and ordered target statistics (CatBoost).
//
// Structure: rows stand in a random order; body/tail pairs [0, b) and [0, t) with t = growth * b. A
// pair's model is fitted on its body only, so the gradients of its tail rows are free of their own
// labels. A candidate split is scored over all pairs by the cosine between the tails' gradients and
// the leaf averages of the bodies: sum a(leaf) g / sqrt(sum a(leaf)^2). Leaf values of the tree
// that is kept come from all rows (one Newton step, L2 l2_leaf). Plain mode: one pair, body = tail
// = all. Categories: one against rest up to `one_hot_levels`, above ordered target statistics.
// Below kOrderedMinRows the bodies are too small to learn from (catboost#2444) and above
// kOrderedMaxRows the bias is negligible: there Plain is used; `ObliviousEnsemble::ordered` says
// which. Source: Prokhorenkova et al. (2018), arXiv 1706.09516, sections 3.2 and 4, algorithm 2.
// Complexity: O(trees depth f n).
#pragma once

#include <cstdint>
#include <vector>

#include "models/trees/oblivious.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

enum class OrderedMode : std::uint8_t { automatic, ordered, plain };

inline constexpr std::size_t kOrderedMinRows = 500;
inline constexpr std::size_t kOrderedMaxRows = 50000;

struct OrderedBoostingSettings {
  std::uint32_t trees = 200;  // at most
  std::uint32_t depth = 0;    // 1-kMaxObliviousDepth; 0 = 4 below 8 000 rows, else 6
  double learning_rate = 0.25;
  double l2_leaf = 3;
  double random_strength = 1;  // of the noise on split scores
  double column_sample = 1;    // (0, 1], drawn per level
  std::uint32_t one_hot_levels = 10;
  OrderedMode mode = OrderedMode::automatic;
  EarlyStopping early_stopping;
  std::uint64_t seed = 42;
};

struct OrderedBoostingFit {
  ObliviousEnsemble model;
  // Mean loss after 0, 1, ... trees; empty without held-out rows.
  std::vector<double> held_out_loss;
};

// Deterministic; single-threaded by design.
OrderedBoostingFit fit_ordered_boosting(const TrainingSet& set,
                                        const OrderedBoostingSettings& settings);

}  // namespace clientele::trees
