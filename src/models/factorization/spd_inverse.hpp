// Inverse of a large symmetric positive definite matrix in single precision.
#pragma once

#include <cstddef>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace clientele::factorization {

// n x n in rows of `stride` floats; stride and the number of rows are padded for the kernels.
struct SquareMatrix {
  explicit SquareMatrix(std::size_t order);

  float* row(std::size_t i) { return values.data() + i * stride; }
  const float* row(std::size_t i) const { return values.data() + i * stride; }

  std::size_t n;
  std::size_t stride;
  std::vector<float> values;  // zero at first
};

// The inverse of the matrix given on and above the diagonal of `a`; both triangles of the result
// are filled. Uses `a` as working memory and once more as much. Deterministic: the same bits on any
// number of threads. Errors: deadline_exceeded when cancelled.
Result<SquareMatrix> inverse_of_spd(SquareMatrix a, std::size_t threads,
                                    const Cancellation* cancellation = nullptr);

}  // namespace clientele::factorization
