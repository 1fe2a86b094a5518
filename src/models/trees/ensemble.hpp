// Fitted binary trees over binned features, and their scoring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/trees/binning.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

// A row goes left when its bin lies in [low, low + width]; with `category_set`, when its bin is in
// set number low + 256 width of the tree. Thresholds with either direction for missing values (bin
// 0) and one-against-rest categories are all intervals.
struct TreeNode {
  std::uint32_t first_child = 0;  // within the tree; the right child is next to it; 0 = leaf
  std::uint16_t feature = 0;
  std::uint8_t low = 0;
  std::uint8_t width = 0;
  bool operator==(const TreeNode&) const = default;
};

using BinSet = std::array<std::uint64_t, 4>;  // bit b = bin b

inline bool contains(const BinSet& set, std::uint8_t bin) {
  return (set[bin >> 6] >> (bin & 63) & 1) != 0;
}

inline constexpr std::uint16_t kCategorySetFlag = 0x8000;  // in TreeNode::feature
inline constexpr std::size_t kAllTrees = std::numeric_limits<std::size_t>::max();

// Trees one after another in `nodes`; node 0 of a tree is its root, children follow their parent.
struct TreeEnsemble {
  std::uint32_t features = 0;
  Link link = Link::identity;
  bool average = false;  // raw output = base + mean (else sum) of the trees' leaf values
  double base = 0;
  std::vector<std::uint32_t> tree_begin{0};  // size trees + 1
  std::vector<TreeNode> nodes;
  std::vector<float> values;                // of a leaf; in inner nodes 0
  std::vector<float> covers;                // training weight that reached the node
  std::vector<std::uint32_t> set_begin{0};  // size trees + 1
  std::vector<BinSet> sets;

  std::size_t trees() const { return tree_begin.size() - 1; }
  // Keeps the first `count` trees.
  void truncate(std::size_t count);
  bool operator==(const TreeEnsemble&) const = default;
};

// Raw outputs of the first `trees` trees for rows of a matrix. Requires: out.size() == rows.size().
// Deterministic, whatever the batch. Complexity: O(rows trees depth); no allocation.
void predict_raw(const TreeEnsemble& model, const BinnedMatrix& matrix,
                 std::span<const std::uint32_t> rows, std::span<double> out,
                 std::size_t trees = kAllTrees);

// Adds the values of trees [first, last) to `out`, one number a row.
void add_trees(const TreeEnsemble& model, std::size_t first, std::size_t last,
               const BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
               std::span<double> out);

// predict_raw on the target's scale: probabilities for a classification, values for a regression.
void predict(const TreeEnsemble& model, const BinnedMatrix& matrix,
             std::span<const std::uint32_t> rows, std::span<double> out,
             std::size_t trees = kAllTrees);

}  // namespace clientele::trees
