// Warm-started conjugate gradients for the least-squares problem of one row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/factorization/dense_kernel.hpp"

namespace clientele::factorization {

// Working memory of descend(); one per thread.
struct DescentScratch {
  std::vector<const float*> rows;  // one a column
  std::vector<float> weights;      // each four times
  std::vector<float> zeros;        // the row that fills up the last group of columns
};

// diag(max(gram_k + ridge, floor)); `gram` has a value for each float of a row, padding too.
struct RidgedDiagonal {
  std::span<const float> gram;
  float ridge;
  float floor;  // > 0
};

// When to stop: the loss is above its minimum by at most this share of what it was at the start, or
// so many steps are done.
struct DescentLimits {
  float excess;
  std::size_t steps;
};

// Improves x, which minimises in the end
//   x'Dx + sum_j w_j (x.y_j)^2 - 2 sum_j (1 + w_j) x.y_j,  y_j = row columns[j] of `fixed`,
//   w_j = alpha values[j]. Returns the steps taken. Requires: w > 0; rows of at most kLongestRow
//   floats (a multiple of kLanes); zeros in the padding of y and x. Complexity: O(n d) a step.
std::size_t descend(Panel fixed, std::span<const std::uint32_t> columns,
                    std::span<const float> values, float alpha, const RidgedDiagonal& diagonal,
                    const DescentLimits& limits, float* x, DescentScratch& scratch);

}  // namespace clientele::factorization
