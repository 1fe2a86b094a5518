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

}  // namespace clientele::lifetime
