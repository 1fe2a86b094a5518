// Branch-free exp and log whose loops the compiler vectorises; the same bits on every instruction
// set. Error: below 2 ulp on the stated domains. Complexity: about twenty multiplications each.
#pragma once

#include <bit>
#include <cstdint>

#include "numeric/simd.hpp"

namespace clientele::lifetime {

// e^x; arguments beyond +-700 are clamped there, so the result is finite and positive.
CLIENTELE_SIMD_INLINE double exp_clamped(double x) {
  x = x < -700.0 ? -700.0 : x;
  x = x > 700.0 ? 700.0 : x;
  constexpr double kRound = 0x1.8p52;
  const double shifted = x * 1.4426950408889634 + kRound;
  const double k = shifted - kRound;
  const double f = (x - k * 0x1.62e42fefa0000p-1) - k * 0x1.cf79abc9e3b3ap-40;
  double p = 1.0 / 6227020800.0;
  p = p * f + 1.0 / 479001600.0;
  p = p * f + 1.0 / 39916800.0;
  p = p * f + 1.0 / 3628800.0;
  p = p * f + 1.0 / 362880.0;
  p = p * f + 1.0 / 40320.0;
  p = p * f + 1.0 / 5040.0;
  p = p * f + 1.0 / 720.0;
  p = p * f + 1.0 / 120.0;
  p = p * f + 1.0 / 24.0;
  p = p * f + 1.0 / 6.0;
  p = p * f + 0.5;
  p = p * f + 1.0;
  p = p * f + 1.0;
  const std::uint64_t exponent =
      (std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(kRound)) << 52;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + exponent);
}

// atanh(s) / s - 1 as a polynomial in t = s^2, for |s| <= 0.1716.
CLIENTELE_SIMD_INLINE double atanh_tail(double t) {
  double p = 1.0 / 21.0;
  p = p * t + 1.0 / 19.0;
  p = p * t + 1.0 / 17.0;
  p = p * t + 1.0 / 15.0;
  p = p * t + 1.0 / 13.0;
  p = p * t + 1.0 / 11.0;
  p = p * t + 1.0 / 9.0;
  p = p * t + 1.0 / 7.0;
  p = p * t + 1.0 / 5.0;
  return (p * t + 1.0 / 3.0) * t;
}

// ln x. Requires: x is a positive normal number.
CLIENTELE_SIMD_INLINE double log_positive(double x) {
  constexpr std::uint64_t kHalfRoot = 0x3FE6A09E667F3BCDULL;  // sqrt(1/2)
  constexpr std::uint64_t kBias = 1024ULL << 52;
  constexpr std::uint64_t kMantissa = (1ULL << 52) - 1;
  const std::uint64_t e = std::bit_cast<std::uint64_t>(x) - kHalfRoot + kBias;
  const double m = std::bit_cast<double>((e & kMantissa) + kHalfRoot);
  const double k = std::bit_cast<double>((e >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1024.0);
  const double s = (m - 1.0) / (m + 1.0);
  const double tail = 2.0 * s * atanh_tail(s * s) + k * 0x1.cf79abc9e3b3ap-40;
  return k * 0x1.62e42fefa0000p-1 + (2.0 * s + tail);
}

// ln(1 + w), accurate relative to w. Requires: 0 <= w < 1e300. Source: Kahan's quotient, in which
// the rounding of 1 + w cancels.
CLIENTELE_SIMD_INLINE double log1p_positive(double w) {
  const double sum = 1.0 + w;
  const double kept = sum - 1.0;
  const double ln = log_positive(sum) * (w / (kept > 0 ? kept : 1.0));
  return kept > 0 ? ln : w;
}

// (e^y - 1) / y, 1 at y = 0. Requires: y <= 700.
CLIENTELE_SIMD_INLINE double expm1_ratio(double y) {
  double p = 1.0 / 87178291200.0;
  p = p * y + 1.0 / 6227020800.0;
  p = p * y + 1.0 / 479001600.0;
  p = p * y + 1.0 / 39916800.0;
  p = p * y + 1.0 / 3628800.0;
  p = p * y + 1.0 / 362880.0;
  p = p * y + 1.0 / 40320.0;
  p = p * y + 1.0 / 5040.0;
  p = p * y + 1.0 / 720.0;
  p = p * y + 1.0 / 120.0;
  p = p * y + 1.0 / 24.0;
  p = p * y + 1.0 / 6.0;
  p = p * y + 0.5;
  p = p * y + 1.0;
  const bool near = y > -0.5 && y < 0.5;
  const double far = (exp_clamped(y) - 1.0) / (near ? 1.0 : y);
  return near ? p : far;
}

}  // namespace clientele::lifetime
