// Exact path-dependent SHAP of oblivious trees by tables.
//
// A row's SHAP vector in one oblivious tree depends on its leaf alone, so the values of all 2^depth
// leaves are computed once (tree_shap.hpp says how) and explaining a row is one table row a tree.
// Target statistics count for their source feature. Leaves that no training row reached have cover
// 0. Complexity: tables O(trees 4^depth depth), a row O(trees depth).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/oblivious.hpp"

namespace clientele::explain {

class ObliviousShap {
 public:
  // `model` must outlive the explainer.
  explicit ObliviousShap(const trees::ObliviousEnsemble& model);
  double base() const { return base_; }
  // As TreeShap::explain: row-major rows.size() x model.features.
  void explain(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
               std::span<double> out, std::size_t threads) const;

 private:
  struct Table {
    std::vector<std::uint32_t> features;  // distinct sources of the tree's splits
    std::vector<double> values;           // leaves x features
  };
  Table table_of(std::size_t tree, double& mean) const;

  const trees::ObliviousEnsemble* model_;
  double base_ = 0;
  std::vector<Table> tables_;
};

}  // namespace clientele::explain
