// Eigenvectors of the Gram matrix, summed in single precision by blocks of rows and in double
// precision over them. Degenerate: no rows give zeros. Source: Golub, Van Loan, Matrix
// Computations, 8.3. Complexity: see the header.
#include "models/factorization/principal_axes.hpp"

#include <algorithm>
#include <Eigen/Eigenvalues>

namespace clientele::factorization {
namespace {

constexpr std::size_t kRowsPerBlock = 2'048;
constexpr std::size_t kRowsAtOnce = 64;  // half of the first cache at 64 floats a row

std::size_t blocks_of(const FactorMatrix& factors) {
  return (factors.rows() + kRowsPerBlock - 1) / kRowsPerBlock;
}

Range rows_of(const FactorMatrix& factors, std::size_t block) {
  return {block * kRowsPerBlock,
          std::min<std::size_t>((block + 1) * kRowsPerBlock, factors.rows())};
}

}  // namespace

std::vector<double> gram_of(const FactorMatrix& factors, std::size_t threads) {
  const std::size_t stride = factors.stride();
  const std::size_t dims = factors.dims();
  std::vector<std::vector<float>> parts(blocks_of(factors));
  parallel_for(threads, parts.size(), [&](std::size_t block) {
    const Range rows = rows_of(factors, block);
    parts[block].assign(stride * stride, 0.0F);
    for (std::size_t first = rows.begin; first < rows.end; first += kRowsAtOnce) {
      add_gram({factors.row(static_cast<std::uint32_t>(first)), stride},
               std::min(kRowsAtOnce, rows.end - first), dims, {parts[block].data(), stride});
    }
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

PrincipalAxes principal_axes(const FactorMatrix& factors, std::size_t threads) {
  const auto dims = static_cast<Eigen::Index>(factors.dims());
  const std::vector<double> gram = gram_of(factors, threads);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      Eigen::Map<const Eigen::MatrixXd>(gram.data(), dims, dims));
  const std::size_t stride = factors.stride();
  PrincipalAxes axes;
  axes.direction.assign(factors.dims() * stride, 0.0F);
  for (Eigen::Index k = 0; k < dims; ++k) {
    axes.diagonal.push_back(static_cast<float>(std::max(solver.eigenvalues()[k], 0.0)));
    for (Eigen::Index i = 0; i < dims; ++i) {
      axes.direction[static_cast<std::size_t>(i) * stride + static_cast<std::size_t>(k)] =
          static_cast<float>(solver.eigenvectors()(i, k));
    }
  }
  return axes;
}

void rotate(const PrincipalAxes& axes, Range rows, FactorMatrix& factors) {
  const std::size_t stride = factors.stride();
  multiply_rows(factors.row(static_cast<std::uint32_t>(rows.begin)), rows.end - rows.begin,
                {axes.direction.data(), stride}, factors.dims());
}

void rotate(const PrincipalAxes& axes, std::size_t threads, FactorMatrix& factors) {
  parallel_for(threads, blocks_of(factors),
               [&](std::size_t block) { rotate(axes, rows_of(factors, block), factors); });
}

}  // namespace clientele::factorization
