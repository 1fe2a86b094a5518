// Gradient boosting with the regularised second-order objective of XGBoost.
//
// Gain = 1/2 [G_l^2/(H_l+lambda) + G_r^2/(H_r+lambda) - G^2/(H+lambda)] - gamma (eq. 7), leaf
// w = -G/(H+lambda) (eq. 5) shrunk by eta, trees grown to max_depth on histograms, missing values
// with a learned default direction (algorithm 3). Base score: the target's weighted mean (its log
// odds). Categories: one against rest up to `one_hot_levels`, above sets of categories sorted by
// G/(H+smooth), without those of few rows (about ten). Monotone features: leaf bounds halve at
// every split on them. Degenerate: one class or equal targets give a model without trees. Source:
// Chen, Guestrin (2016), "XGBoost: a scalable tree boosting system", arXiv 1603.02754. Complexity:
// O(trees n row_sample f column_sample depth), about half by subtracting sibling histograms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

struct BoostingSettings {
  std::uint32_t trees = 200;    // at most
  std::uint32_t max_depth = 0;  // 1-12; 0 = 3 below 8 000 rows, 4 below 40 000, else 6
  double eta = 0.1;
  double lambda = 5;
  double gamma = 0;
  double min_child_weight = 10;  // sum of hessians
  double row_sample = 0.8;       // (0, 1]
  double column_sample = 0.5;    // (0, 1], drawn per tree
  std::uint32_t one_hot_levels = 8;
  std::span<const std::int8_t> monotone;  // by feature: -1, 0, +1; empty = none
  EarlyStopping early_stopping;
  std::uint64_t seed = 42;
};

struct BoostingFit {
  TreeEnsemble model;  // all grown trees; truncate() to the count that is served
  // Mean loss after 0, 1, ... trees; empty without held-out rows.
  std::vector<double> held_out_loss;
};

// Deterministic; single-threaded by design: folds and algorithms are the parallel tasks.
BoostingFit fit_boosting(const TrainingSet& set, const BoostingSettings& settings);

// The number of trees with the least mean loss over folds; a fold that stopped early keeps its last
// loss. Ties: the fewer. Requires: at least one curve, none empty.
std::size_t common_tree_count(std::span<const std::vector<double>> held_out_losses);

}  // namespace clientele::trees
