#include "models/trees/logistic.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

constexpr double kLn2High = 0x1.62e42fefa0000p-1;
constexpr double kLn2Low = 0x1.cf79abc9e3b39p-40;
// Adding it leaves the nearest integer in the low bits of a double's pattern.
constexpr double kRounder = 0x1.8p52;
constexpr std::size_t kLanes = 8;

// e^x for |x| <= 708: 2^n times the Taylor series of the rest, |rest| <= ln 2 / 2.
CLIENTELE_SIMD_INLINE double exponential(double x) {
  x = x < -708.0 ? -708.0 : x;
  x = x > 708.0 ? 708.0 : x;
  const double shifted = x * 0x1.71547652b82fep0 + kRounder;
  const double n = shifted - kRounder;
  const double r = (x - n * kLn2High) - n * kLn2Low;
  constexpr std::array<double, 12> kInverseFactorials{
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
      1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5};
  double series = kInverseFactorials[0];
  for (std::size_t i = 1; i < kInverseFactorials.size(); ++i) {
    series = series * r + kInverseFactorials[i];
  }
  series = (series * r + 1.0) * r + 1.0;
  const std::int64_t exponent =
      std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(kRounder);
  return series * std::bit_cast<double>((exponent + 1023) << 52);
}

// ln(1 + u) for 0 <= u <= 1, absolute error below 1e-15: 2 artanh of a ratio within +-0.172.
CLIENTELE_SIMD_INLINE double log_one_plus(double u) {
  const double z = 1.0 + u;
  const bool upper = z > 1.4142135623730951;
  const double reduced = upper ? z * 0.5 : z;
  const double t = (reduced - 1.0) / (reduced + 1.0);
  const double t2 = t * t;
  double series = 1.0 / 21;
  constexpr std::array<double, 10> kOdd{1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                        1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
  for (const double coefficient : kOdd) series = series * t2 + coefficient;
  return 2.0 * t * series + (upper ? 0.6931471805599453 : 0.0);
}

CLIENTELE_SIMD_INLINE double probability(double margin) {
  return 1.0 / (1.0 + exponential(-margin));
}

CLIENTELE_SIMD_INLINE std::int64_t rounded(double x) {
  return std::bit_cast<std::int64_t>(x + kRounder) - std::bit_cast<std::int64_t>(kRounder);
}

CLIENTELE_SIMD_INLINE double log_loss_of(double margin, double target) {
  const double magnitude = margin < 0 ? -margin : margin;
  const double positive = margin > 0 ? margin : 0.0;
  return positive + log_one_plus(exponential(-magnitude)) - target * margin;
}

CLIENTELE_SIMD_INLINE double squared_loss_of(double margin, double target) {
  return (target - margin) * (target - margin);
}

// Weighted sum of `loss` over rows in kLanes partial sums, so that vectors of any width agree.
template <typename Loss>
CLIENTELE_SIMD_INLINE double mean_loss(const double* margin, const double* target,
                                       const double* weight, std::size_t n, Loss loss) {
  double sums[kLanes] = {};
  double weights[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += weight[i + lane] * loss(margin[i + lane], target[i + lane]);
      weights[lane] += weight[i + lane];
    }
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) {
    sums[lane] += weight[i] * loss(margin[i], target[i]);
    weights[lane] += weight[i];
  }
  double sum = 0, total = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sum += sums[lane];
    total += weights[lane];
  }
  return sum / total;
}

CLIENTELE_SIMD void logistic_kernel(const double* x, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = probability(x[i]);
}

CLIENTELE_SIMD double logistic_loss_kernel(const double* margin, const double* target,
                                           const double* weight, std::size_t n) {
  return mean_loss(margin, target, weight, n, log_loss_of);
}

CLIENTELE_SIMD double squared_loss_kernel(const double* margin, const double* target,
                                          const double* weight, std::size_t n) {
  return mean_loss(margin, target, weight, n, squared_loss_of);
}

CLIENTELE_SIMD void logistic_gradient_kernel(const double* margin, const double* target,
                                             const double* weight, double gradient_units,
                                             double hessian_units, GradientPair* out,
                                             std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double p = probability(margin[i]);
    const double gradient = weight[i] * (target[i] - p) * gradient_units;
    const double hessian = weight[i] * p * (1.0 - p) * hessian_units;
    out[i] = (rounded(gradient) << 32) + rounded(hessian);
  }
}

CLIENTELE_SIMD void squared_gradient_kernel(const double* margin, const double* target,
                                            const double* weight, double gradient_units,
                                            double hessian_units, GradientPair* out,
                                            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double gradient = weight[i] * (target[i] - margin[i]) * gradient_units;
    out[i] = (rounded(gradient) << 32) + rounded(weight[i] * hessian_units);
  }
}

double power_of_two_below(double x) {
  if (!(x > 0) || !std::isfinite(x)) return 1;
  int exponent = 0;
  std::frexp(x, &exponent);
  return std::ldexp(1.0, exponent - 1);
}

}  // namespace

void logistic(std::span<const double> x, std::span<double> out) {
  logistic_kernel(x.data(), out.data(), x.size());
}

double logistic_loss(std::span<const double> margin, std::span<const double> target,
                     std::span<const double> weight) {
  return logistic_loss_kernel(margin.data(), target.data(), weight.data(), margin.size());
}

double squared_loss(std::span<const double> margin, std::span<const double> target,
                    std::span<const double> weight) {
  return squared_loss_kernel(margin.data(), target.data(), weight.data(), margin.size());
}

GradientScale gradient_scale(double sum_absolute_gradient, double sum_hessian) {
  constexpr double kTotal = 0x1p29;
  return {power_of_two_below(kTotal / sum_absolute_gradient),
          power_of_two_below(kTotal / sum_hessian)};
}

void logistic_gradients(std::span<const double> margin, std::span<const double> target,
                        std::span<const double> weight, const GradientScale& scale,
                        std::span<GradientPair> out) {
  logistic_gradient_kernel(margin.data(), target.data(), weight.data(), scale.gradient,
                           scale.hessian, out.data(), out.size());
}

void squared_gradients(std::span<const double> margin, std::span<const double> target,
                       std::span<const double> weight, const GradientScale& scale,
                       std::span<GradientPair> out) {
  squared_gradient_kernel(margin.data(), target.data(), weight.data(), scale.gradient,
                          scale.hessian, out.data(), out.size());
}

}  // namespace clientele::trees
