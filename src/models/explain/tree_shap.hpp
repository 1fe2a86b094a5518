// Exact path-dependent SHAP of binary tree ensembles.
//
// For a leaf with value v and the d distinct features of its path, with o_j = 1 when the row meets
// all of feature j's conditions and z_j = product of the cover fractions along j's edges, the
// Shapley value
//   phi_i = v (o_i - z_i) int_0^1 prod_{j != i} (t o_j + (1 - t) z_j) dt
// has a polynomial of degree d - 1 under the integral, which ceil(d / 2) Gauss-Legendre points
// integrate exactly. Products of factors are carried down and leaf sums up the tree once, for eight
// rows together: O(nodes d) a row and tree. The factors are positive, so nothing cancels.
// Base value: the cover-weighted mean output. Additive: base + sum of the values = raw output.
// Sources: Lundberg et al. (2018), arXiv 1802.03888 (definition); Owen (1972), "Multilinear
// extensions of games" (integral form).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/explain/path_program.hpp"
#include "models/trees/ensemble.hpp"

namespace clientele::explain {

class TreeShap {
 public:
  // `model` must outlive the explainer. Requires: trees of at most kMaxTreeDepth levels.
  explicit TreeShap(const trees::TreeEnsemble& model);
  // Mean raw output over the training rows.
  double base() const { return base_; }
  // SHAP values of the raw output, row-major rows.size() x model.features. Bit-identical for any
  // thread count and any batch.
  void explain(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
               std::span<double> out, std::size_t threads) const;

 private:
  void explain_chunk(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
                     double* out) const;

  std::size_t features_;
  double base_ = 0;
  double scale_ = 1;                 // of the trees' values in the raw output
  std::vector<std::uint16_t> used_;  // features that any tree splits on
  std::vector<PathProgram> programs_;
};

}  // namespace clientele::explain
