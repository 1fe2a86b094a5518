// Weighted sums of ln (q)_x = sum_{j<x} ln(q + j) and their derivatives in q: what stands in the
// likelihoods in place of differences of log-gamma functions.
#pragma once

#include <cstdint>
#include <span>

namespace clientele::lifetime {

struct LogRising {
  double value = 0;
  double first = 0;   // d/dq
  double second = 0;  // d2/dq2
};

// sum_g w_g ln (q)_{x_g + shift}, given the distinct x ascending and tail[g] = w_g + w_{g+1} + ...
// Requires: q > 0. Complexity: O(min(max x, 64 groups)) logarithms.
LogRising weighted_log_rising(double q, std::span<const std::uint32_t> x,
                              std::span<const double> tail, std::uint32_t shift);

// sum_g w_g ln[(b)_{x_g + shift} / (a + b)_{x_g + shift}] with its derivatives in ln a and ln b,
// each accurate relative to itself also where b is far larger than a.
struct LogRisingQuotient {
  double value = 0;
  double by_a = 0, by_b = 0;
  double by_aa = 0, by_ab = 0, by_bb = 0;
};
// The same requirements. Complexity: O(max x).
LogRisingQuotient weighted_log_rising_quotient(double a, double b, std::span<const std::uint32_t> x,
                                               std::span<const double> tail, std::uint32_t shift);

}  // namespace clientele::lifetime
