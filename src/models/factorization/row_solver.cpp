// One row of weighted ridge regression with a diagonal plus low-rank matrix, directly; improve() is
// in conjugate_gradients.cpp.
//
//   (D + V'V) x = V'r,  D = diag(eigenvalues) + ridge I,
//   V: rows sqrt(alpha w_j) y_j,  r_j = (1 + alpha w_j) / sqrt(alpha w_j).
//
// solve(): few columns (n <= d): x = D^-1 V' (I + V D^-1 V')^-1 r, an n x n system (Woodbury); the
// principal axes make D diagonal for any ridge, so this is exact. Many: the d x d system. Both
// matrices are at least the identity or the ridge, so Cholesky in single precision holds.
// Degenerate: n = 0 gives x = 0; a vanishing D is floored at 1e-7 of its largest entry. Source: Hu,
// Koren, Volinsky (2008), eq. 4; Golub, Van Loan 2.1.4. Complexity: see the header.
#include "models/factorization/row_solver.hpp"

#include <algorithm>
#include <cmath>

#include "models/factorization/conjugate_gradients.hpp"

namespace clientele::factorization {
namespace {

// One more step would lower the loss by less than single precision shows; the second number only
// bounds the time where confidences of thousands leave no such end.
constexpr DescentLimits kLimits{1e-7F, 32};
constexpr std::size_t kGatheredRows = 64;  // half of the first cache at 64 floats a row

}  // namespace

RowSolver::RowSolver(const FactorMatrix& fixed, std::span<const float> gram_diagonal, float alpha)
    : fixed_(fixed),
      gram_diagonal_(gram_diagonal.begin(), gram_diagonal.end()),
      alpha_(alpha),
      largest_(*std::max_element(gram_diagonal.begin(), gram_diagonal.end())) {
  gram_diagonal_.resize(fixed.stride(), 0.0F);
}

float RowSolver::floor(float ridge) const { return std::max(1e-7F * (largest_ + ridge), 1e-30F); }

float RowSolver::diagonal(std::size_t k, float ridge) const {
  return std::max(gram_diagonal_[k] + ridge, floor(ridge));
}

void RowSolver::prefetch(std::span<const std::uint32_t> columns) const {
  for (const std::uint32_t column : columns.first(std::min(columns.size(), kGatheredRows))) {
    for (std::size_t k = 0; k < fixed_.stride(); k += kLanes) {
      __builtin_prefetch(fixed_.row(column) + k, 0, 2);
    }
  }
}

void RowSolver::solve(std::span<const std::uint32_t> columns, std::span<const float> values,
                      float ridge, float* out, RowScratch& scratch) const {
  if (columns.empty()) {
    std::fill(out, out + fixed_.stride(), 0.0F);
  } else if (columns.size() <= fixed_.dims()) {
    solve_short(columns, values, ridge, out, scratch);
  } else {
    solve_long(columns, values, ridge, out, scratch);
  }
}

void RowSolver::improve(std::span<const std::uint32_t> columns, std::span<const float> values,
                        float ridge, float* x, DescentScratch& scratch) const {
  if (columns.empty()) {
    std::fill(x, x + fixed_.stride(), 0.0F);
    return;
  }
  descend({fixed_.row(0), fixed_.stride()}, columns, values, alpha_,
          {gram_diagonal_, ridge, floor(ridge)}, kLimits, x, scratch);
}

void RowSolver::solve_short(std::span<const std::uint32_t> columns, std::span<const float> values,
                            float ridge, float* out, RowScratch& scratch) const {
  const std::size_t n = columns.size();
  const std::size_t dims = fixed_.dims();
  const std::size_t stride = fixed_.stride();
  const std::size_t width = padded(n + 1);
  const Panel fixed{fixed_.row(0), stride};
  scratch.solution.resize(width + 2 * stride);
  float* root = scratch.solution.data() + width;  // of the inverse of D
  float* sum = root + stride;
  std::fill(root + dims, root + stride, 0.0F);
  for (std::size_t k = 0; k < dims; ++k) root[k] = 1 / std::sqrt(diagonal(k, ridge));
  scratch.panel.resize(stride * width);
  scratch.system.assign(padded(n) * width, 0.0F);
  scratch.roots.resize(n);
  for (std::size_t j = 0; j < n; ++j) scratch.roots[j] = std::sqrt(alpha_ * values[j]);
  const Block scaled{scratch.panel.data(), width};  // V D^-1/2 by dimension
  gather_transposed(fixed, columns.data(), scratch.roots.data(), n, root, stride, scaled);
  const Block system{scratch.system.data(), width};
  add_gram({scaled.values, width}, dims, n, system);
  for (std::size_t j = 0; j < n; ++j) {
    system.values[j * width + j] += 1;
    system.values[j * width + n] = (1 + alpha_ * values[j]) / scratch.roots[j];
  }
  float* solution = scratch.solution.data();
  solve_spd(system, n, 0.5F, solution);
  for (std::size_t j = 0; j < n; ++j) solution[j] *= scratch.roots[j];
  combine_gathered(fixed, columns.data(), solution, n, stride, sum);
  for (std::size_t k = 0; k < stride; ++k) out[k] = root[k] * root[k] * sum[k];
}

void RowSolver::solve_long(std::span<const std::uint32_t> columns, std::span<const float> values,
                           float ridge, float* out, RowScratch& scratch) const {
  const std::size_t dims = fixed_.dims();
  const std::size_t stride = fixed_.stride();
  const std::size_t width = padded(dims + 1);
  const Panel fixed{fixed_.row(0), stride};
  scratch.panel.resize(kGatheredRows * stride);
  scratch.system.assign(stride * width, 0.0F);
  scratch.solution.resize(width + stride);
  scratch.roots.resize(columns.size());
  float* right = scratch.solution.data() + width;
  const Block system{scratch.system.data(), width};
  for (std::size_t j = 0; j < columns.size(); ++j) {
    scratch.roots[j] = std::sqrt(alpha_ * values[j]);
  }
  for (std::size_t first = 0; first < columns.size(); first += kGatheredRows) {
    const std::size_t rows = std::min(kGatheredRows, columns.size() - first);
    gather_scaled(fixed, columns.data() + first, scratch.roots.data() + first, rows, stride,
                  scratch.panel.data());
    add_gram({scratch.panel.data(), stride}, rows, dims, system);
  }
  for (std::size_t j = 0; j < columns.size(); ++j) scratch.roots[j] = 1 + alpha_ * values[j];
  combine_gathered(fixed, columns.data(), scratch.roots.data(), columns.size(), stride, right);
  float smallest = diagonal(0, ridge);
  for (std::size_t k = 0; k < dims; ++k) {
    smallest = std::min(smallest, diagonal(k, ridge));
    system.values[k * width + k] += diagonal(k, ridge);
    system.values[k * width + dims] = right[k];
  }
  solve_spd(system, dims, smallest / 2, scratch.solution.data());
  std::copy_n(scratch.solution.begin(), dims, out);
  std::fill(out + dims, out + stride, 0.0F);
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += double{a[k]} * double{b[k]};
  return sum;
}

}  // namespace clientele::factorization
