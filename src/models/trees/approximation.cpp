#include "models/trees/approximation.hpp"

#include <array>
#include <bit>
#include <cmath>

#include "models/trees/oblivious.hpp"
#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

constexpr std::size_t kMaxLeaves = std::size_t{1} << kMaxObliviousDepth;

// Same gradients, with the weight in place of the hessian.
CLIENTELE_SIMD void swap_in_weights(const GradientPair* by_hessian, const double* weight,
                                    double units, std::size_t n, GradientPair* out) {
  constexpr double kRounder = 0x1.8p52;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t rounded = std::bit_cast<std::int64_t>(weight[i] * units + kRounder) -
                                 std::bit_cast<std::int64_t>(kRounder);
    out[i] = (by_hessian[i] & ~std::int64_t{0xFFFFFFFF}) + rounded;
  }
}

CLIENTELE_SIMD void add_values(const std::uint8_t* leaves, const float* values, std::size_t n,
                               double* margin) {
  for (std::size_t i = 0; i < n; ++i) margin[i] += static_cast<double>(values[leaves[i]]);
}

}  // namespace

OrderedTargets::OrderedTargets(const TrainingSet& set, std::span<const std::uint32_t> order) {
  target.reserve(order.size());
  weight.reserve(order.size());
  for (const std::uint32_t row : order) {
    target.push_back(set.target[row]);
    weight.push_back(set.weight(row));
  }
}

Approximation::Approximation(Objective objective, const OrderedTargets& targets, std::size_t body,
                             std::size_t size, double base)
    : objective_(objective),
      target_(targets.target.data(), size),
      weight_(targets.weight.data(), size),
      body_(body),
      margin_(size, base),
      by_hessian_(size),
      by_weight_(size) {
  for (const double weight : weight_) weight_sum_ += weight;
}

double Approximation::gradient_bound() const {
  if (objective_ == Objective::logistic) return weight_sum_;
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i) sum += weight_[i] * std::abs(target_[i] - margin_[i]);
  return sum;
}

void Approximation::refresh(const GradientScale& scale) {
  scale_ = scale;
  if (objective_ == Objective::squared_error) {
    squared_gradients(margin_, target_, weight_, scale, by_hessian_);
    by_weight_ = by_hessian_;
    return;
  }
  logistic_gradients(margin_, target_, weight_, scale, by_hessian_);
  swap_in_weights(by_hessian_.data(), weight_.data(), scale.hessian, size(), by_weight_.data());
}

double Approximation::gradient_rms() const {
  double sum = 0;
  for (const GradientPair pair : by_hessian_) {
    const double gradient = gradient_of(pair);
    sum += gradient * gradient;
  }
  return std::sqrt(sum / static_cast<double>(size())) / scale_.gradient;
}

void Approximation::leaf_values(std::span<const std::uint8_t> leaves, double l2, double rate,
                                std::span<float> values) const {
  std::array<GradientPair, kMaxLeaves> even{}, odd{};
  std::size_t i = 0;
  for (; i + 2 <= body_; i += 2) {
    even[leaves[i]] += by_hessian_[i];
    odd[leaves[i + 1]] += by_hessian_[i + 1];
  }
  if (i < body_) even[leaves[i]] += by_hessian_[i];
  for (std::size_t leaf = 0; leaf < values.size(); ++leaf) {
    const GradientPair sum = even[leaf] + odd[leaf];
    const double hessian = hessian_of(sum) / scale_.hessian + l2;
    const double step = hessian > 0 ? gradient_of(sum) / scale_.gradient / hessian : 0;
    values[leaf] = static_cast<float>(rate * step);
  }
}

void Approximation::add(std::span<const std::uint8_t> leaves, std::span<const float> values) {
  add_values(leaves.data(), values.data(), size(), margin_.data());
}

}  // namespace clientele::trees
