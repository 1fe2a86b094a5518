#include "models/trees/ensemble.hpp"

#include <algorithm>

#include "models/trees/logistic.hpp"

namespace clientele::trees {
namespace {

constexpr std::size_t kBlock = 64;   // rows that walk down a tree together
constexpr std::size_t kChunk = 512;  // rows for which a tree stays near

struct TreeView {
  const TreeNode* nodes;
  const float* values;
  const BinSet* sets;
};

TreeView tree_of(const TreeEnsemble& model, std::size_t tree) {
  const std::size_t begin = model.tree_begin[tree];
  return {model.nodes.data() + begin, model.values.data() + begin,
          model.sets.data() + model.set_begin[tree]};
}

// 1 when the row goes right. Without branches: which way rows go is what a predictor cannot know.
template <bool kSets>
std::uint32_t goes_right(const TreeNode& node, const TreeView& tree, const std::uint8_t* cells,
                         std::size_t stride, std::uint32_t row) {
  const std::size_t feature = kSets ? node.feature & ~kCategorySetFlag : node.feature;
  const std::uint8_t cell = cells[feature * stride + row];
  const std::uint32_t outside = static_cast<std::uint8_t>(cell - node.low) > node.width ? 1 : 0;
  if constexpr (!kSets) return outside;
  const std::uint32_t is_set = node.feature >> 15;
  const std::size_t set = is_set * (node.low + 256U * node.width);
  const std::uint32_t not_in_set = contains(tree.sets[set], cell) ? 0 : 1;
  return outside ^ ((outside ^ not_in_set) & is_set);
}

// Adds the tree's value of every row. All rows step together until none moves.
template <bool kSets>
void add_tree(const TreeView& tree, const std::uint8_t* cells, std::size_t stride,
              std::span<const std::uint32_t> rows, double* out) {
  std::uint32_t at[kBlock] = {};
  bool moved = tree.nodes[0].first_child != 0;
  while (moved) {
    std::uint32_t any = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const TreeNode& node = tree.nodes[at[i]];
      const std::uint32_t child =
          node.first_child + goes_right<kSets>(node, tree, cells, stride, rows[i]);
      at[i] = node.first_child != 0 ? child : at[i];
      any |= node.first_child;
    }
    moved = any != 0;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] += tree.values[at[i]];
}

}  // namespace

void TreeEnsemble::truncate(std::size_t count) {
  if (count >= trees()) return;
  tree_begin.resize(count + 1);
  set_begin.resize(count + 1);
  sets.resize(set_begin.back());
  nodes.resize(tree_begin.back());
  values.resize(tree_begin.back());
  covers.resize(tree_begin.back());
}

void add_trees(const TreeEnsemble& model, std::size_t first, std::size_t last,
               const BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
               std::span<double> out) {
  const std::uint8_t* cells = matrix.features() > 0 ? matrix.column(0).data() : nullptr;
  for (std::size_t chunk = 0; chunk < rows.size(); chunk += kChunk) {
    const std::size_t end = std::min(rows.size(), chunk + kChunk);
    for (std::size_t t = first; t < last; ++t) {
      const TreeView tree = tree_of(model, t);
      const bool sets = model.set_begin[t + 1] > model.set_begin[t];
      for (std::size_t begin = chunk; begin < end; begin += kBlock) {
        const auto block = rows.subspan(begin, std::min(kBlock, end - begin));
        if (sets) {
          add_tree<true>(tree, cells, matrix.rows(), block, out.data() + begin);
        } else {
          add_tree<false>(tree, cells, matrix.rows(), block, out.data() + begin);
        }
      }
    }
  }
}

void predict_raw(const TreeEnsemble& model, const BinnedMatrix& matrix,
                 std::span<const std::uint32_t> rows, std::span<double> out, std::size_t trees) {
  const std::size_t count = std::min(trees, model.trees());
  std::fill(out.begin(), out.end(), model.average ? 0.0 : model.base);
  add_trees(model, 0, count, matrix, rows, out);
  if (!model.average) return;
  const double share = 1.0 / static_cast<double>(std::max<std::size_t>(count, 1));
  for (double& value : out) value = model.base + value * share;
}

void predict(const TreeEnsemble& model, const BinnedMatrix& matrix,
             std::span<const std::uint32_t> rows, std::span<double> out, std::size_t trees) {
  predict_raw(model, matrix, rows, out, trees);
  if (model.link == Link::logistic) logistic(out, out);
}

}  // namespace clientele::trees
