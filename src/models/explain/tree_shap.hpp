// Exact path-dependent SHAP of binary tree ensembles.
//
// For a leaf with value v and the d distinct features of its path, with o_j = 1 when the row meets
// all of feature j's conditions and z_j = product of the cover fractions along j's edges, the
// Shapley value
//   phi_i = v (o_i - z_i) int_0^1 prod_{j != i} (t o_j + (1 - t) z_j) dt
// has a polynomial of degree d - 1 under the integral, which ceil(d / 2) Gauss-Legendre points
// integrate exactly. All products are carried down and all leaf sums up the tree once, for a block
// of rows together, so a row costs O(nodes d) a tree; every factor is positive, nothing cancels.
// Base value: the cover-weighted mean output. Additive: base + sum of the values = raw output.
// Sources: Lundberg et al. (2018) arXiv 1802.03888 (definition); Owen (1972) (integral form).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"

namespace clientele::explain {

class TreeShap {
 public:
  // `model` must outlive the explainer. Requires: at most kMaxPathFeatures features on a path.
  explicit TreeShap(const trees::TreeEnsemble& model);
  // Mean raw output over the training rows.
  double base() const { return base_; }
  // SHAP values of the raw output, row-major rows x features. Bit-identical for any thread count.
  void explain(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
               std::span<double> out, std::size_t threads) const;

 private:
  const trees::TreeEnsemble* model_;
  double base_ = 0;
};

}  // namespace clientele::explain
