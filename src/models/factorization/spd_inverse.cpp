// A = U'U by blocks, W = U'^-1 by forward substitution of whole block rows, A^-1 = W'W.
//
// All work on whole blocks is subtract_products(); only the blocks on the diagonal are factored
// and inverted entry by entry. Every entry is a sum in a fixed order, so threads share out blocks
// freely. Degenerate: n = 0; pivots below 1e-6 of the largest diagonal entry count as that much.
// Source: Golub, Van Loan, Matrix Computations, 4.2.6. Complexity: n^3 multiply-adds in all, O(n^2)
// memory.
#include "models/factorization/spd_inverse.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/parallel.hpp"
#include "models/factorization/dense_kernel.hpp"

namespace clientele::factorization {
namespace {

constexpr std::size_t kBlock = 128;  // a block of the right operand stays in the second cache

std::size_t whole_blocks(std::size_t n) { return (n + kBlock - 1) / kBlock * kBlock; }

using Small = std::vector<float>;  // kBlock x kBlock

// Factors the diagonal block in place (upper) and returns -(U^-1), upper.
Small factor_diagonal(float* block, std::size_t stride, float floor) {
  for (std::size_t k = 0; k < kBlock; ++k) {
    float* pivot_row = block + k * stride;
    const float scale = 1 / std::sqrt(std::max(pivot_row[k], floor));
    for (std::size_t j = k; j < kBlock; ++j) pivot_row[j] *= scale;
    for (std::size_t i = k + 1; i < kBlock; ++i) {
      const float factor = pivot_row[i];
      float* row = block + i * stride;
      for (std::size_t j = i; j < kBlock; ++j) row[j] -= factor * pivot_row[j];
    }
  }
  Small inverse(kBlock * kBlock, 0.0F);
  for (std::size_t i = kBlock; i-- > 0;) {  // row i of U^-1 from the rows below it
    float* row = inverse.data() + i * kBlock;
    row[i] = 1;
    for (std::size_t k = i + 1; k < kBlock; ++k) {
      const float factor = block[i * stride + k];
      const float* other = inverse.data() + k * kBlock;
      for (std::size_t j = k; j < kBlock; ++j) row[j] -= factor * other[j];
    }
    const float scale = 1 / block[i * stride + i];
    for (std::size_t j = i; j < kBlock; ++j) row[j] *= scale;
  }
  for (float& value : inverse) value = -value;
  return inverse;
}

// Replaces the block at `target` by U'^-1 times it; `negated` is -(U^-1).
void apply_inverse(const Small& negated, float* target, std::size_t stride) {
  Small before(kBlock * kBlock);
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::copy_n(target + i * stride, kBlock, before.data() + i * kBlock);
    std::fill_n(target + i * stride, kBlock, 0.0F);
  }
  subtract_products({negated.data(), kBlock}, {before.data(), kBlock}, kBlock, kBlock, kBlock,
                    {target, stride});
}

float* at(SquareMatrix& matrix, std::size_t i, std::size_t j) {
  return matrix.row(i * kBlock) + j * kBlock;
}
const float* at(const SquareMatrix& matrix, std::size_t i, std::size_t j) {
  return matrix.row(i * kBlock) + j * kBlock;
}

class Inversion {
 public:
  Inversion(SquareMatrix& a, std::size_t threads, const Cancellation* cancellation)
      : a_(a), threads_(threads), cancellation_(cancellation), blocks_(a.stride / kBlock) {}

  // A becomes U, on and above the diagonal.
  void factor() {
    float largest = 0;
    for (std::size_t i = 0; i < a_.n; ++i) largest = std::max(largest, a_.row(i)[i]);
    const float floor = std::max(1e-6F * largest, 1e-30F);
    for (std::size_t k = 0; k < blocks_ && !stopped(); ++k) {
      diagonal_.push_back(factor_diagonal(at(a_, k, k), a_.stride, floor));
      const std::size_t rest = blocks_ - k - 1;
      parallel_for(threads_, rest, [&](std::size_t j) {
        apply_inverse(diagonal_[k], at(a_, k, k + 1 + j), a_.stride);
      });
      parallel_for(threads_, rest, [&](std::size_t i) {
        for (std::size_t j = i; j < rest; ++j) {
          subtract_products({at(a_, k, k + 1 + i), a_.stride}, {at(a_, k, k + 1 + j), a_.stride},
                            kBlock, kBlock, kBlock, {at(a_, k + 1 + i, k + 1 + j), a_.stride});
        }
      });
    }
  }

  // W, on and below the diagonal.
  SquareMatrix invert_factor() {
    SquareMatrix w(a_.n);
    parallel_for(threads_, blocks_, [&](std::size_t j) {
      for (std::size_t k = j; k < blocks_ && !stopped(); ++k) {
        float* target = at(w, k, j);
        if (k == j) {
          for (std::size_t i = 0; i < kBlock; ++i) target[i * w.stride + i] = 1;
        }
        for (std::size_t m = j; m < k; ++m) {
          subtract_products({at(a_, m, k), a_.stride}, {at(w, m, j), w.stride}, kBlock, kBlock,
                            kBlock, {target, w.stride});
        }
        apply_inverse(diagonal_[k], target, w.stride);
      }
    });
    return w;
  }

  // W'W into A, both triangles.
  void multiply(const SquareMatrix& w) {
    parallel_for(threads_, blocks_, [&](std::size_t i) {
      for (std::size_t j = i; j < blocks_ && !stopped(); ++j) {
        float* target = at(a_, i, j);
        for (std::size_t r = 0; r < kBlock; ++r) std::fill_n(target + r * a_.stride, kBlock, 0.0F);
        for (std::size_t k = j; k < blocks_; ++k) {
          subtract_products({at(w, k, i), w.stride}, {at(w, k, j), w.stride}, kBlock, kBlock,
                            kBlock, {target, a_.stride});
        }
        for (std::size_t r = 0; r < kBlock; ++r) {
          for (std::size_t c = 0; c < kBlock; ++c) {
            target[r * a_.stride + c] = -target[r * a_.stride + c];
          }
        }
      }
    });
    parallel_for(threads_, blocks_, [&](std::size_t i) {
      for (std::size_t j = 0; j < i; ++j) {
        transpose({at(a_, j, i), a_.stride}, kBlock, kBlock, {at(a_, i, j), a_.stride});
      }
    });
  }

  bool stopped() const { return cancellation_ != nullptr && cancellation_->requested(); }

 private:
  SquareMatrix& a_;
  std::size_t threads_;
  const Cancellation* cancellation_;
  std::size_t blocks_;
  std::vector<Small> diagonal_;  // -(U_kk^-1)
};

}  // namespace

SquareMatrix::SquareMatrix(std::size_t order)
    : n(order), stride(whole_blocks(order)), values(stride * stride, 0.0F) {}

Result<SquareMatrix> inverse_of_spd(SquareMatrix a, std::size_t threads,
                                    const Cancellation* cancellation) {
  for (std::size_t i = a.n; i < a.stride; ++i) a.row(i)[i] = 1;
  Inversion inversion(a, threads, cancellation);
  inversion.factor();
  if (!inversion.stopped()) {
    const SquareMatrix w = inversion.invert_factor();
    inversion.multiply(w);
  }
  if (inversion.stopped()) {
    Error error;
    error.kind = ErrorKind::deadline_exceeded;
    error.detail = "The inversion was cancelled.";
    return error;
  }
  return a;
}

}  // namespace clientele::factorization
