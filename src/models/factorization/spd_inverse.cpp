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
constexpr std::size_t kBlockSize = kBlock * kBlock;

std::size_t whole_blocks(std::size_t n) { return (n + kBlock - 1) / kBlock * kBlock; }

// The blocks (i, j), i <= j, of a matrix; each lies in one piece, so that a product touches few
// pages.
class Triangle {
 public:
  explicit Triangle(std::size_t blocks) : values_(blocks * (blocks + 1) / 2 * kBlockSize, 0.0F) {}

  float* at(std::size_t i, std::size_t j) { return values_.data() + place(i, j); }
  const float* at(std::size_t i, std::size_t j) const { return values_.data() + place(i, j); }

 private:
  static std::size_t place(std::size_t i, std::size_t j) {
    return (j * (j + 1) / 2 + i) * kBlockSize;
  }

  std::vector<float> values_;
};

// target -= left' right, all blocks in one piece.
void subtract_block(const float* left, const float* right, float* target) {
  subtract_products({left, kBlock}, {right, kBlock}, kBlock, kBlock, kBlock, {target, kBlock});
}

using Small = std::vector<float>;  // one block

// Factors the diagonal block in place (upper) and returns -(U^-1), upper.
Small factor_diagonal(float* block, float floor) {
  for (std::size_t k = 0; k < kBlock; ++k) {
    float* pivot_row = block + k * kBlock;
    const float scale = 1 / std::sqrt(std::max(pivot_row[k], floor));
    for (std::size_t j = k; j < kBlock; ++j) pivot_row[j] *= scale;
    for (std::size_t i = k + 1; i < kBlock; ++i) {
      const float factor = pivot_row[i];
      float* row = block + i * kBlock;
      for (std::size_t j = i; j < kBlock; ++j) row[j] -= factor * pivot_row[j];
    }
  }
  Small inverse(kBlockSize, 0.0F);
  for (std::size_t i = kBlock; i-- > 0;) {  // row i of U^-1 from the rows below it
    float* row = inverse.data() + i * kBlock;
    row[i] = 1;
    for (std::size_t k = i + 1; k < kBlock; ++k) {
      const float factor = block[i * kBlock + k];
      const float* other = inverse.data() + k * kBlock;
      for (std::size_t j = k; j < kBlock; ++j) row[j] -= factor * other[j];
    }
    const float scale = 1 / block[i * kBlock + i];
    for (std::size_t j = i; j < kBlock; ++j) row[j] *= scale;
  }
  for (float& value : inverse) value = -value;
  return inverse;
}

// Replaces the block at `target` by U'^-1 times it; `negated` is -(U^-1).
void apply_inverse(const Small& negated, float* target) {
  const Small before(target, target + kBlockSize);
  std::fill_n(target, kBlockSize, 0.0F);
  subtract_block(negated.data(), before.data(), target);
}

class Inversion {
 public:
  Inversion(SquareMatrix& a, std::size_t threads, const Cancellation* cancellation)
      : a_(a),
        threads_(threads),
        cancellation_(cancellation),
        blocks_(a.stride / kBlock),
        u_(blocks_),
        w_(blocks_) {}

  void invert() {
    factor();
    invert_factor();
    multiply();
  }

  bool stopped() const { return cancellation_ != nullptr && cancellation_->requested(); }

 private:
  // U from A.
  void factor() {
    float largest = 0;
    for (std::size_t i = 0; i < a_.n; ++i) largest = std::max(largest, a_.row(i)[i]);
    const float floor = std::max(1e-6F * largest, 1e-30F);
    parallel_for(threads_, blocks_, [&](std::size_t i) {
      for (std::size_t j = i; j < blocks_; ++j) {
        for (std::size_t r = 0; r < kBlock; ++r) {
          std::copy_n(a_.row(i * kBlock + r) + j * kBlock, kBlock, u_.at(i, j) + r * kBlock);
        }
      }
    });
    for (std::size_t k = 0; k < blocks_ && !stopped(); ++k) {
      diagonal_.push_back(factor_diagonal(u_.at(k, k), floor));
      const std::size_t rest = blocks_ - k - 1;
      parallel_for(threads_, rest,
                   [&](std::size_t j) { apply_inverse(diagonal_[k], u_.at(k, k + 1 + j)); });
      parallel_for(threads_, rest, [&](std::size_t i) {
        for (std::size_t j = i; j < rest; ++j) {
          subtract_block(u_.at(k, k + 1 + i), u_.at(k, k + 1 + j), u_.at(k + 1 + i, k + 1 + j));
        }
      });
    }
  }

  // W = U'^-1, lower: its block (k, j) is kept at (j, k).
  void invert_factor() {
    parallel_for(threads_, blocks_, [&](std::size_t j) {
      for (std::size_t k = j; k < blocks_ && !stopped(); ++k) {
        float* target = w_.at(j, k);
        if (k == j) {
          for (std::size_t i = 0; i < kBlock; ++i) target[i * kBlock + i] = 1;
        }
        for (std::size_t m = j; m < k; ++m) {
          subtract_block(u_.at(m, k), w_.at(j, m), target);
        }
        apply_inverse(diagonal_[k], target);
      }
    });
  }

  // W'W into A, both triangles.
  void multiply() {
    parallel_for(threads_, blocks_, [&](std::size_t i) {
      for (std::size_t j = i; j < blocks_ && !stopped(); ++j) {
        Small sum(kBlockSize, 0.0F);
        for (std::size_t k = j; k < blocks_; ++k) {
          subtract_block(w_.at(i, k), w_.at(j, k), sum.data());
        }
        for (float& value : sum) value = -value;
        for (std::size_t r = 0; r < kBlock; ++r) {
          std::copy_n(sum.data() + r * kBlock, kBlock, a_.row(i * kBlock + r) + j * kBlock);
        }
        if (i == j) continue;
        transpose({sum.data(), kBlock}, kBlock, kBlock,
                  {a_.row(j * kBlock) + i * kBlock, a_.stride});
      }
    });
  }

  SquareMatrix& a_;
  std::size_t threads_;
  const Cancellation* cancellation_;
  std::size_t blocks_;
  Triangle u_;
  Triangle w_;
  std::vector<Small> diagonal_;  // -(U_kk^-1)
};

}  // namespace

SquareMatrix::SquareMatrix(std::size_t order)
    : n(order), stride(whole_blocks(order)), values(stride * stride, 0.0F) {}

Result<SquareMatrix> inverse_of_spd(SquareMatrix a, std::size_t threads,
                                    const Cancellation* cancellation) {
  for (std::size_t i = a.n; i < a.stride; ++i) a.row(i)[i] = 1;
  Inversion inversion(a, threads, cancellation);
  inversion.invert();
  if (inversion.stopped()) {
    Error error;
    error.kind = ErrorKind::deadline_exceeded;
    error.detail = "The inversion was cancelled.";
    return error;
  }
  return a;
}

}  // namespace clientele::factorization
