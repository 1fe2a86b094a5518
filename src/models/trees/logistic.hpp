// Vectorised logistic functions of boosting, the same bits on every instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace clientele::trees {

// 1 / (1 + e^-x); relative error below 1e-15. In place is allowed.
void logistic(std::span<const double> x, std::span<double> out);

// Mean of w (softplus(m) - y m), the weighted log loss of margins m, over the sum of weights.
// Requires: equal sizes; a positive sum of weights.
double logistic_loss(std::span<const double> margin, std::span<const double> target,
                     std::span<const double> weight);

// Mean of w (y - m)^2 over the sum of weights.
double squared_loss(std::span<const double> margin, std::span<const double> target,
                    std::span<const double> weight);

// One packed integer pair a row: negative gradient in the upper 32 bits (signed), hessian or weight
// in the lower 32. Sums of pairs are sums of both parts, in any order, as long as the totals fit.
using GradientPair = std::int64_t;

inline std::int32_t gradient_of(GradientPair pair) { return static_cast<std::int32_t>(pair >> 32); }
inline std::uint32_t hessian_of(GradientPair pair) { return static_cast<std::uint32_t>(pair); }

// Units of the packed integers: real gradient = integer / gradient, real hessian = integer /
// hessian.
struct GradientScale {
  double gradient = 1;
  double hessian = 1;
};

// Largest powers of two for which the totals stay below 2^30 (rounding included up to 2^30 rows).
// Requires: finite sums.
GradientScale gradient_scale(double sum_absolute_gradient, double sum_hessian);

// pair = (w (y - logistic(m)), w p (1 - p)), rounded in units of `scale`.
void logistic_gradients(std::span<const double> margin, std::span<const double> target,
                        std::span<const double> weight, const GradientScale& scale,
                        std::span<GradientPair> out);

// pair = (w (y - m), w).
void squared_gradients(std::span<const double> margin, std::span<const double> target,
                       std::span<const double> weight, const GradientScale& scale,
                       std::span<GradientPair> out);

}  // namespace clientele::trees
