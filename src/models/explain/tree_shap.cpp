#include "models/explain/tree_shap.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "models/explain/path_kernel.hpp"

namespace clientele::explain {
namespace {

constexpr std::size_t kChunkRows = 256;
constexpr std::uint16_t kUnused = 0xFFFF;

std::uint16_t feature_of(const trees::TreeNode& node) {
  return static_cast<std::uint16_t>(node.feature & ~trees::kCategorySetFlag);
}

// Nodes of one tree, with features numbered as in `position`.
std::vector<PathNode> path_nodes(const trees::TreeEnsemble& model, std::size_t tree,
                                 const std::vector<std::uint16_t>& position) {
  std::vector<PathNode> nodes;
  for (std::size_t i = model.tree_begin[tree]; i < model.tree_begin[tree + 1]; ++i) {
    const trees::TreeNode& node = model.nodes[i];
    PathNode path;
    path.first_child = node.first_child;
    path.cover = model.covers[i];
    path.value = model.values[i];
    if (node.first_child != 0) {
      path.column = path.group = position[feature_of(node)];
      path.low = node.low;
      path.width = node.width;
      if ((node.feature & trees::kCategorySetFlag) != 0) {
        path.set = &model.sets[model.set_begin[tree] + node.low + std::size_t{256} * node.width];
      }
    }
    nodes.push_back(path);
  }
  return nodes;
}

}  // namespace

TreeShap::TreeShap(const trees::TreeEnsemble& model) : features_(model.features) {
  std::vector<std::uint16_t> position(model.features, kUnused);
  for (const trees::TreeNode& node : model.nodes) {
    if (node.first_child != 0) position[feature_of(node)] = 0;
  }
  for (std::size_t f = 0; f < position.size(); ++f) {
    if (position[f] == kUnused) continue;
    position[f] = static_cast<std::uint16_t>(used_.size());
    used_.push_back(static_cast<std::uint16_t>(f));
  }
  double mean = 0;
  programs_.reserve(model.trees());
  for (std::size_t tree = 0; tree < model.trees(); ++tree) {
    programs_.push_back(path_program(path_nodes(model, tree, position)));
    mean += programs_.back().mean;
  }
  if (model.average) scale_ = 1.0 / static_cast<double>(std::max<std::size_t>(model.trees(), 1));
  base_ = model.base + mean * scale_;
}

void TreeShap::explain_chunk(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
                             double* out) const {
  const std::size_t blocks = (rows.size() + kRowLanes - 1) / kRowLanes;
  const std::size_t stride = used_.size() * kRowLanes;
  std::vector<std::uint8_t> cells(blocks * stride);
  std::vector<double> values(blocks * stride);
  for (std::size_t u = 0; u < used_.size(); ++u) {
    const auto column = matrix.column(used_[u]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      cells[i / kRowLanes * stride + u * kRowLanes + i % kRowLanes] = column[rows[i]];
    }
  }
  for (const PathProgram& program : programs_) {
    for (std::size_t block = 0; block < blocks; ++block) {
      add_path_values(program, cells.data() + block * stride, values.data() + block * stride);
    }
  }
  std::fill_n(out, rows.size() * features_, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t u = 0; u < used_.size(); ++u) {
      out[i * features_ + used_[u]] =
          values[i / kRowLanes * stride + u * kRowLanes + i % kRowLanes] * scale_;
    }
  }
}

void TreeShap::explain(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
                       std::span<double> out, std::size_t threads) const {
  const std::size_t chunks = (rows.size() + kChunkRows - 1) / kChunkRows;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const std::size_t begin = chunk * kChunkRows;
    const auto own = rows.subspan(begin, std::min(kChunkRows, rows.size() - begin));
    explain_chunk(matrix, own, out.data() + begin * features_);
  });
}

}  // namespace clientele::explain
