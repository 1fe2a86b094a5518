#include "models/trees/boosting_state.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::trees {

double base_margin(Objective objective, double weighted_target_sum, double weight_sum) {
  if (!(weight_sum > 0)) return 0;
  const double mean = weighted_target_sum / weight_sum;
  if (objective == Objective::squared_error) return mean;
  const double half_a_row = 0.5 / (weight_sum + 1);
  const double p = std::clamp(mean, half_a_row, 1 - half_a_row);
  return std::log(p / (1 - p));
}

BoostingState::BoostingState(const TrainingSet& set)
    : margin(set.matrix->rows()),
      pairs(set.matrix->rows()),
      set_(set),
      target_(set.matrix->rows()),
      weight_(set.matrix->rows()) {
  double sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::uint32_t row : set.rows) {
    target_[row] = set.target[row];
    weight_[row] = set.weight(row);
    sum += weight_[row] * target_[row];
    weight_sum_ += weight_[row];
    low = std::min(low, target_[row]);
    high = std::max(high, target_[row]);
  }
  constant_target_ = !(low < high) || !(weight_sum_ > 0);
  base_ = base_margin(set.objective, sum, weight_sum_);
  std::fill(margin.begin(), margin.end(), base_);
  double held_out_sum = 0;
  for (const std::uint32_t row : set.held_out) {
    held_out_target_.push_back(set.target[row]);
    held_out_weight_.push_back(set.weight(row));
    held_out_sum += held_out_weight_.back();
  }
  if (!(held_out_sum > 0)) std::fill(held_out_weight_.begin(), held_out_weight_.end(), 1.0);
  gathered_.resize(set.held_out.size());
}

GradientScale BoostingState::refresh_gradients() {
  if (set_.objective == Objective::logistic) {  // |g| <= w, h <= w / 4
    const GradientScale scale = gradient_scale(weight_sum_, weight_sum_ / 4);
    logistic_gradients(margin, target_, weight_, scale, pairs);
    return scale;
  }
  double sum = 0;
  for (std::size_t row = 0; row < margin.size(); ++row) {
    sum += weight_[row] * std::abs(target_[row] - margin[row]);
  }
  const GradientScale scale = gradient_scale(sum, weight_sum_);
  squared_gradients(margin, target_, weight_, scale, pairs);
  return scale;
}

double BoostingState::held_out_loss() {
  for (std::size_t i = 0; i < gathered_.size(); ++i) gathered_[i] = margin[set_.held_out[i]];
  return set_.objective == Objective::logistic
             ? logistic_loss(gathered_, held_out_target_, held_out_weight_)
             : squared_loss(gathered_, held_out_target_, held_out_weight_);
}

void BoostingState::add_tree(const TreeEnsemble& model, std::span<const std::uint32_t> rows) {
  gathered_.resize(std::max(gathered_.size(), rows.size()));
  const auto sums = std::span(gathered_).first(rows.size());
  std::fill(sums.begin(), sums.end(), 0.0);
  add_trees(model, model.trees() - 1, model.trees(), *set_.matrix, rows, sums);
  for (std::size_t i = 0; i < rows.size(); ++i) margin[rows[i]] += sums[i];
  gathered_.resize(set_.held_out.size());
}

void LossCurve::add(BoostingState& state) {
  if (state.set().held_out.empty()) return;
  losses_.push_back(state.held_out_loss());
  if (losses_.back() < losses_[best_]) best_ = losses_.size() - 1;
}

}  // namespace clientele::trees
