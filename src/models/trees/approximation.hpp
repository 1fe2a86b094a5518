// Margins and gradients of one model of ordered boosting, over a prefix of a row order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/logistic.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

// Targets and weights of the training rows in one order.
struct OrderedTargets {
  std::vector<double> target;
  std::vector<double> weight;
  OrderedTargets(const TrainingSet& set, std::span<const std::uint32_t> order);
};

// Leaf values are fitted on rows [0, body) and applied to rows [0, size).
class Approximation {
 public:
  // `targets` must outlive the approximation.
  Approximation(Objective objective, const OrderedTargets& targets, std::size_t body,
                std::size_t size, double base);

  std::size_t body() const { return body_; }
  std::size_t size() const { return margin_.size(); }
  // Sum of |gradient| at the present margins; an upper bound where the objective has one.
  double gradient_bound() const;
  // Recomputes the gradients in units of `scale`.
  void refresh(const GradientScale& scale);
  const GradientPair* by_weight() const { return by_weight_.data(); }
  // Root mean square of the gradients.
  double gradient_rms() const;
  // One Newton step a leaf, G / (H + l2) times `rate`, from the body's rows; values by leaf as
  // stored.
  void leaf_values(std::span<const std::uint8_t> leaves, double l2, double rate,
                   std::span<float> values) const;
  void add(std::span<const std::uint8_t> leaves, std::span<const float> values);

 private:
  Objective objective_;
  std::span<const double> target_;
  std::span<const double> weight_;
  std::size_t body_;
  double weight_sum_ = 0;
  GradientScale scale_;
  std::vector<double> margin_;
  std::vector<GradientPair> by_hessian_;  // (gradient, hessian)
  std::vector<GradientPair> by_weight_;   // (gradient, weight)
};

}  // namespace clientele::trees
