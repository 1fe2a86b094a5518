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
#include "numeric/simd.hpp"

namespace clientele::factorization {
namespace {

constexpr std::size_t kRowsPerBlock = 2'048;
constexpr std::size_t kGatheredRows = 128;

std::size_t blocks_of(const FactorMatrix& factors) {
  return (factors.rows() + kRowsPerBlock - 1) / kRowsPerBlock;
}

Range rows_of(const FactorMatrix& factors, std::size_t block) {
  return {block * kRowsPerBlock,
          std::min<std::size_t>((block + 1) * kRowsPerBlock, factors.rows())};
}

CLIENTELE_SIMD void scale_row(const float* row, const float* scale, float factor, std::size_t size,
                              float* out) {
  for (std::size_t k = 0; k < size; ++k) out[k] = row[k] * scale[k] * factor;
}

// row <- row x rotation, with room for one row in `copy`.
CLIENTELE_SIMD void rotate_row(float* row, const float* rotation, std::size_t dims,
                               std::size_t stride, float* copy) {
  for (std::size_t k = 0; k < stride; ++k) {
    copy[k] = row[k];
    row[k] = 0;
  }
  for (std::size_t k = 0; k < dims; ++k) {
    for (std::size_t j = 0; j < stride; ++j) row[j] += copy[k] * rotation[k * stride + j];
  }
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
  scratch.solution.assign(width + stride, 0.0F);
  float* root = scratch.solution.data() + width;
  for (std::size_t k = 0; k < dims; ++k) root[k] = 1 / std::sqrt(diagonal(k, ridge));
  scratch.panel.resize(n * stride);
  scratch.transposed.assign(dims * width, 0.0F);
  scratch.system.assign(padded(n) * width, 0.0F);
  for (std::size_t j = 0; j < n; ++j) {
    float* row = scratch.panel.data() + j * stride;
    scale_row(fixed_.row(columns[j]), root, std::sqrt(alpha_ * values[j]), stride, row);
    for (std::size_t k = 0; k < dims; ++k) scratch.transposed[k * width + j] = row[k];
  }
  const Block system{scratch.system.data(), width};
  add_gram({scratch.transposed.data(), width}, dims, padded(n), system);
  for (std::size_t j = 0; j < n; ++j) {
    const float weight = alpha_ * values[j];
    system.values[j * width + j] += 1;
    system.values[j * width + n] = (1 + weight) / std::sqrt(weight);
  }
  solve_spd(system, n, 0.5F, scratch.solution.data());
  std::fill(out, out + stride, 0.0F);
  for (std::size_t j = 0; j < n; ++j) {
    add_scaled(scratch.panel.data() + j * stride, scratch.solution[j], stride, out);
  }
  for (std::size_t k = 0; k < dims; ++k) out[k] *= root[k];
}

void RowSolver::solve_long(std::span<const std::uint32_t> columns, std::span<const float> values,
                           float ridge, float* out, RowScratch& scratch) const {
  const std::size_t dims = fixed_.dims();
  const std::size_t stride = fixed_.stride();
  const std::size_t width = padded(dims + 1);
  scratch.panel.resize(kGatheredRows * stride);
  scratch.system.assign(stride * width, 0.0F);
  scratch.solution.assign(width + 2 * stride, 0.0F);
  float* right = scratch.solution.data() + width;
  float* ones = right + stride;
  std::fill(ones, ones + stride, 1.0F);
  const Block system{scratch.system.data(), width};
  for (std::size_t first = 0; first < columns.size(); first += kGatheredRows) {
    const std::size_t rows = std::min(kGatheredRows, columns.size() - first);
    for (std::size_t j = 0; j < rows; ++j) {
      const float weight = alpha_ * values[first + j];
      const float* row = fixed_.row(columns[first + j]);
      scale_row(row, ones, std::sqrt(weight), stride, scratch.panel.data() + j * stride);
      add_scaled(row, 1 + weight, stride, right);
    }
    add_gram({scratch.panel.data(), stride}, rows, stride, system);
  }
  float smallest = diagonal(0, ridge);
  for (std::size_t k = 0; k < dims; ++k) {
    smallest = std::min(smallest, diagonal(k, ridge));
    system.values[k * width + k] += diagonal(k, ridge);
    system.values[k * width + dims] = right[k];
  }
  solve_spd(system, dims, smallest / 2, scratch.solution.data());
  std::fill(out, out + stride, 0.0F);
  std::copy(scratch.solution.begin(), scratch.solution.begin() + static_cast<std::ptrdiff_t>(dims),
            out);
}

std::vector<double> gram_of(const FactorMatrix& factors, std::size_t threads) {
  const std::size_t stride = factors.stride();
  const std::size_t dims = factors.dims();
  std::vector<std::vector<float>> parts(blocks_of(factors));
  parallel_for(threads, parts.size(), [&](std::size_t block) {
    const Range rows = rows_of(factors, block);
    parts[block].assign(stride * stride, 0.0F);
    add_gram({factors.row(static_cast<std::uint32_t>(rows.begin)), stride}, rows.end - rows.begin,
             stride, {parts[block].data(), stride});
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
    std::vector<float> copy(stride);
    const Range rows = rows_of(factors, block);
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      rotate_row(factors.row(static_cast<std::uint32_t>(row)), rotation.data(), factors.dims(),
                 stride, copy.data());
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
