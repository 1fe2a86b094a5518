// The least-squares problem of one user (or item) against fixed factors, solved exactly or improved
// from a solution that is near.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/factorization/conjugate_gradients.hpp"
#include "models/factorization/factor_matrix.hpp"

namespace clientele::factorization {

// Working memory of RowSolver::solve(); one per thread.
struct RowScratch {
  std::vector<float> panel;   // scaled rows of the fixed factors
  std::vector<float> system;  // matrix and right-hand side
  std::vector<float> solution;
  std::vector<float> roots;  // sqrt(alpha w) of each column
};

// Requires fixed factors in their principal axes, where their Gram matrix is diagonal.
class RowSolver {
 public:
  // `gram_diagonal` has fixed.dims() values >= 0. `fixed` must outlive the solver.
  RowSolver(const FactorMatrix& fixed, std::span<const float> gram_diagonal, float alpha);

  // Brings the fixed rows of a coming call towards the cache.
  void prefetch(std::span<const std::uint32_t> columns) const;

  // Writes the x that minimises
  //   sum over all rows y of fixed: (x.y - p)^2, p = 1 and weight 1 + alpha w for the rows named in
  //   `columns` (w in `values`), p = 0 and weight 1 for all others, + ridge |x|^2
  // to out[0 .. stride). No columns give 0. Requires: w > 0, ridge >= 0.
  // Complexity: O(n^2 d + n^3) for n <= d columns, O(n d^2 + d^3) for more.
  void solve(std::span<const std::uint32_t> columns, std::span<const float> values, float ridge,
             float* out, RowScratch& scratch) const;

  // Brings x, the solution of an iteration before in the axes of `fixed`, to where its loss is
  // above the minimum by about 1e-7 of itself. Complexity: O(n d) for each of one to three steps.
  void improve(std::span<const std::uint32_t> columns, std::span<const float> values, float ridge,
               float* x, DescentScratch& scratch) const;

 private:
  void solve_short(std::span<const std::uint32_t> columns, std::span<const float> values,
                   float ridge, float* out, RowScratch& scratch) const;
  void solve_long(std::span<const std::uint32_t> columns, std::span<const float> values,
                  float ridge, float* out, RowScratch& scratch) const;
  float floor(float ridge) const;
  float diagonal(std::size_t k, float ridge) const;

  const FactorMatrix& fixed_;
  std::vector<float> gram_diagonal_;  // padded like a row
  float alpha_;
  float largest_;  // of the diagonal
};

}  // namespace clientele::factorization
