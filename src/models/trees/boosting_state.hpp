// Margins and gradients of all matrix rows while a boosted model is fitted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"
#include "models/trees/logistic.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

// Arrays are by matrix row; rows outside the training set have weight 0.
class BoostingState {
 public:
  explicit BoostingState(const TrainingSet& set);

  const TrainingSet& set() const { return set_; }
  // The best constant margin.
  double base() const { return base_; }
  double weight_sum() const { return weight_sum_; }
  bool constant_target() const { return constant_target_; }
  // Recomputes `pairs` at the present margins; their totals over the training rows fit 32 bits.
  GradientScale refresh_gradients();
  // Mean loss over the held-out rows. Requires: there are some.
  double held_out_loss();
  // Adds the model's last tree to the margins of `rows`.
  void add_tree(const TreeEnsemble& model, std::span<const std::uint32_t> rows);

  std::vector<double> margin;
  std::vector<GradientPair> pairs;

 private:
  const TrainingSet& set_;
  double base_ = 0;
  bool constant_target_ = false;
  double weight_sum_ = 0;
  std::vector<double> target_;
  std::vector<double> weight_;
  std::vector<double> held_out_target_;
  std::vector<double> held_out_weight_;
  std::vector<double> gathered_;
};

// Held-out losses after each tree, and whether they have stopped falling.
class LossCurve {
 public:
  LossCurve(const EarlyStopping& rule, std::vector<double>& losses)
      : rule_(rule), losses_(losses) {}
  void add(BoostingState& state);
  bool stops() const {
    return rule_.patience > 0 && !losses_.empty() && losses_.size() - 1 >= best_ + rule_.patience;
  }

 private:
  EarlyStopping rule_;
  std::vector<double>& losses_;
  std::size_t best_ = 0;
};

// The constant margin with the least weighted loss: the mean, or its log odds. A sample of one
// class gets odds of half a row against it, so that the margin stays finite.
double base_margin(Objective objective, double weighted_target_sum, double weight_sum);

}  // namespace clientele::trees
