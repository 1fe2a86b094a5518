// One row of weighted ridge regression with a diagonal plus low-rank matrix.
//
//   (D + V'V) x = V'r,  D = diag(eigenvalues) + ridge I,
//   V: rows sqrt(alpha w_j) y_j,  r_j = (1 + alpha w_j) / sqrt(alpha w_j).
//
// Few columns (n <= d): x = D^-1 V' (I + V D^-1 V')^-1 r, an n x n system (Woodbury); the principal
// axes make D diagonal for any ridge, so this is exact and needs no iteration. Many: the d x d
// system. Both matrices are at least the identity or the ridge, so Cholesky in single precision
// holds. Degenerate: n = 0 gives x = 0; a vanishing D is floored at 1e-7 of its largest entry.
// Source: Hu, Koren, Volinsky (2008), eq. 4; Golub, Van Loan 2.1.4. Complexity: see the header.
#include "models/factorization/row_solver.hpp"

#include <algorithm>
#include <cmath>
#include <Eigen/Eigenvalues>

#include "base/parallel.hpp"

namespace clientele::factorization {
namespace {

constexpr std::size_t kRowsPerBlock = 2'048;
constexpr std::size_t kGatheredRows = 64;  // half of the first cache at 64 floats a row

std::size_t blocks_of(const FactorMatrix& factors) {
  return (factors.rows() + kRowsPerBlock - 1) / kRowsPerBlock;
}

Range rows_of(const FactorMatrix& factors, std::size_t block) {
  return {block * kRowsPerBlock,
          std::min<std::size_t>((block + 1) * kRowsPerBlock, factors.rows())};
}

}  // namespace

RowSolver::RowSolver(const FactorMatrix& fixed, std::span<const float> gram_diagonal, float alpha)
    : fixed_(fixed),
      gram_diagonal_(gram_diagonal),
      alpha_(alpha),
      largest_(*std::max_element(gram_diagonal.begin(), gram_diagonal.end())) {}

float RowSolver::diagonal(std::size_t k, float ridge) const {
  return std::max(gram_diagonal_[k] + ridge, std::max(1e-7F * (largest_ + ridge), 1e-30F));
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
  scratch.system.resize(padded(n) * width);
  scratch.roots.resize(n);
  for (std::size_t j = 0; j < n; ++j) scratch.roots[j] = std::sqrt(alpha_ * values[j]);
  const Block scaled{scratch.panel.data(), width};  // V D^-1/2 by dimension
  gather_transposed(fixed, columns.data(), scratch.roots.data(), n, root, stride, scaled);
  const Block system{scratch.system.data(), width};
  set_gram({scaled.values, width}, dims, n, system);
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
  scratch.system.resize(stride * width);
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
    (first == 0 ? set_gram : add_gram)({scratch.panel.data(), stride}, rows, dims, system);
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

std::vector<double> gram_of(const FactorMatrix& factors, std::size_t threads) {
  const std::size_t stride = factors.stride();
  const std::size_t dims = factors.dims();
  std::vector<std::vector<float>> parts(blocks_of(factors));
  parallel_for(threads, parts.size(), [&](std::size_t block) {
    const Range rows = rows_of(factors, block);
    parts[block].assign(stride * stride, 0.0F);
    add_gram({factors.row(static_cast<std::uint32_t>(rows.begin)), stride}, rows.end - rows.begin,
             dims, {parts[block].data(), stride});
  });
  std::vector<double> gram(dims * dims);
  for (const std::vector<float>& part : parts) {
    for (std::size_t i = 0; i < dims; ++i) {
      for (std::size_t j = i; j < dims; ++j) gram[i * dims + j] += part[i * stride + j];
    }
  }
  for (std::size_t i = 0; i < dims; ++i) {
    for (std::size_t j = 0; j < i; ++j) gram[i * dims + j] = gram[j * dims + i];
  }
  return gram;
}

std::vector<float> rotate_to_principal_axes(FactorMatrix& factors, std::size_t threads) {
  const auto dims = static_cast<Eigen::Index>(factors.dims());
  const std::vector<double> gram = gram_of(factors, threads);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      Eigen::Map<const Eigen::MatrixXd>(gram.data(), dims, dims));
  const std::size_t stride = factors.stride();
  std::vector<float> rotation(factors.dims() * stride, 0.0F);
  std::vector<float> diagonal;
  for (Eigen::Index k = 0; k < dims; ++k) {
    diagonal.push_back(static_cast<float>(std::max(solver.eigenvalues()[k], 0.0)));
    for (Eigen::Index i = 0; i < dims; ++i) {
      rotation[static_cast<std::size_t>(i) * stride + static_cast<std::size_t>(k)] =
          static_cast<float>(solver.eigenvectors()(i, k));
    }
  }
  parallel_for(threads, blocks_of(factors), [&](std::size_t block) {
    std::vector<float> before(stride);
    const Range rows = rows_of(factors, block);
    for (std::size_t r = rows.begin; r < rows.end; ++r) {
      float* row = factors.row(static_cast<std::uint32_t>(r));
      std::copy(row, row + stride, before.begin());
      combine_gathered({rotation.data(), stride}, nullptr, before.data(), factors.dims(), stride,
                       row);
    }
  });
  return diagonal;
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += double{a[k]} * double{b[k]};
  return sum;
}

}  // namespace clientele::factorization
