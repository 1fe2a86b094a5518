#include "models/trees/model_bytes.hpp"

#include <algorithm>
#include <cmath>

#include "models/trees/byte_stream.hpp"
#include "models/trees/model_envelope.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint32_t kDeepest = 32;

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

bool all_covers(std::span<const float> covers) {
  return std::all_of(covers.begin(), covers.end(),
                     [](float cover) { return std::isfinite(cover) && cover >= 0; });
}

Link link_from(std::uint8_t byte, bool& known) {
  known = known && byte <= static_cast<std::uint8_t>(Link::logistic);
  return static_cast<Link>(byte);
}

// Inner nodes: child distance and split; leaves: distance 0 and value. Covers of both.
void write_nodes(const TreeEnsemble& model, std::size_t tree, ByteWriter& out) {
  const std::uint32_t begin = model.tree_begin[tree];
  out.varint(model.tree_begin[tree + 1] - begin);
  for (std::uint32_t i = begin; i < model.tree_begin[tree + 1]; ++i) {
    const TreeNode& node = model.nodes[i];
    out.varint(node.first_child == 0 ? 0 : node.first_child - (i - begin));
    out.number(model.covers[i]);
    if (node.first_child == 0) {
      out.number(model.values[i]);
      continue;
    }
    out.number(node.feature);
    out.number(node.low);
    out.number(node.width);
  }
  out.varint(model.set_begin[tree + 1] - model.set_begin[tree]);
  for (std::uint32_t s = model.set_begin[tree]; s < model.set_begin[tree + 1]; ++s) {
    for (const std::uint64_t word : model.sets[s]) out.number(word);
  }
}

void read_nodes(ByteReader& in, TreeEnsemble& model) {
  const std::size_t count = in.count(9);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    TreeNode node;
    const std::uint64_t distance = in.varint();
    model.covers.push_back(in.number<float>());
    float value = 0;
    if (distance == 0) {
      value = in.number<float>();
    } else {
      node.first_child = static_cast<std::uint32_t>(std::min<std::uint64_t>(i + distance, ~0U));
      node.feature = in.number<std::uint16_t>();
      node.low = in.number<std::uint8_t>();
      node.width = in.number<std::uint8_t>();
    }
    model.nodes.push_back(node);
    model.values.push_back(value);
  }
  const std::size_t sets = in.count(sizeof(BinSet));
  for (std::size_t s = 0; s < sets; ++s) {
    BinSet set{};
    for (std::uint64_t& word : set) word = in.number<std::uint64_t>();
    model.sets.push_back(set);
  }
  model.tree_begin.push_back(static_cast<std::uint32_t>(model.nodes.size()));
  model.set_begin.push_back(static_cast<std::uint32_t>(model.sets.size()));
}

// A proper tree: every node but the root is the child of one earlier node.
const char* broken_rule_of_tree(const TreeEnsemble& model, std::size_t tree) {
  const std::size_t begin = model.tree_begin[tree];
  const std::size_t count = model.tree_begin[tree + 1] - begin;
  const std::size_t sets = model.set_begin[tree + 1] - model.set_begin[tree];
  if (count == 0) return "a tree without nodes";
  std::vector<std::uint8_t> depth(count, 0);
  std::size_t children = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const TreeNode& node = model.nodes[begin + i];
    if (i > 0 && depth[i] == 0) return "a node without a parent";
    if (node.first_child == 0) continue;
    if (node.first_child <= i || node.first_child + std::size_t{1} >= count) {
      return "a child outside its tree";
    }
    if (depth[node.first_child] != 0 || depth[node.first_child + 1] != 0) {
      return "a node with two parents";
    }
    if (depth[i] >= kDeepest) return "a tree too deep";
    depth[node.first_child] = depth[node.first_child + 1] = static_cast<std::uint8_t>(depth[i] + 1);
    children += 2;
    const auto feature = static_cast<std::uint32_t>(node.feature & ~kCategorySetFlag);
    if (feature >= model.features) return "a split on a column that does not exist";
    const bool is_set = (node.feature & kCategorySetFlag) != 0;
    if (is_set && node.low + std::size_t{256} * node.width >= sets) return "a missing set";
  }
  return children + 1 == count ? nullptr : "nodes that belong to no tree";
}

const char* broken_rule(const TreeEnsemble& model) {
  if (model.features > kMaxFeatures) return "too many columns";
  if (!std::isfinite(model.base) || !all_finite(model.values)) return "a value that is no number";
  if (!all_covers(model.covers)) return "a cover that is no weight";
  for (std::size_t tree = 0; tree < model.trees(); ++tree) {
    if (const char* rule = broken_rule_of_tree(model, tree)) return rule;
  }
  return nullptr;
}

const char* broken_rule(const ObliviousEnsemble& model) {
  if (model.features > kMaxFeatures || model.statistics.size() > kMaxFeatures) {
    return "too many columns";
  }
  if (!std::isfinite(model.base) || !all_finite(model.values)) return "a value that is no number";
  if (!all_covers(model.covers) || model.covers.size() != model.values.size()) {
    return "a cover that is no weight";
  }
  for (const ObliviousSplit& split : model.splits) {
    if (split.column >= model.columns()) return "a split on a column that does not exist";
  }
  std::size_t next_split = 0, next_leaf = 0;
  for (const ObliviousTree& tree : model.trees) {
    if (tree.depth > kMaxObliviousDepth) return "a tree too deep";
    if (tree.first_split != next_split || tree.first_leaf != next_leaf) return "trees out of order";
    next_split += tree.depth;
    next_leaf += std::size_t{1} << tree.depth;
  }
  if (next_split != model.splits.size() || next_leaf != model.values.size()) {
    return "splits or leaves that belong to no tree";
  }
  for (const TargetStatistic& statistic : model.statistics) {
    if (statistic.feature >= model.features) return "a statistic of a column that does not exist";
    if (statistic.bin_of_category.empty()) return "a statistic without categories";
  }
  return nullptr;
}

const char* broken_rule(const std::vector<FeatureBinning>& features) {
  if (features.size() > kMaxFeatures) return "too many columns";
  std::size_t bins = 0;
  for (const FeatureBinning& feature : features) {
    if (feature.cuts.size() >= kMaxValueBins) return "too many cuts";
    if (!std::is_sorted(feature.cuts.begin(), feature.cuts.end(), std::less_equal<>())) {
      return "cuts out of order";
    }
    for (const double cut : feature.cuts) {
      if (std::isnan(cut)) return "a cut that is no number";
    }
    bins += feature.bins();
  }
  return bins <= 65535 ? nullptr : "too many bins";
}

}  // namespace

std::vector<std::byte> to_bytes(const Binning& binning) {
  ByteWriter out;
  out.varint(binning.features().size());
  for (const FeatureBinning& feature : binning.features()) {
    out.number(static_cast<std::uint8_t>(feature.categorical));
    if (feature.categorical) {
      out.numbers(feature.bin_of_level);
    } else {
      out.numbers(feature.cuts);
    }
  }
  return enveloped(ModelKind::binning, out.take());
}

std::vector<std::byte> to_bytes(const TreeEnsemble& model) {
  ByteWriter out;
  out.varint(model.features);
  out.number(static_cast<std::uint8_t>(model.link));
  out.number(static_cast<std::uint8_t>(model.average));
  out.number(model.base);
  out.varint(model.trees());
  for (std::size_t tree = 0; tree < model.trees(); ++tree) write_nodes(model, tree, out);
  return enveloped(ModelKind::tree_ensemble, out.take());
}

std::vector<std::byte> to_bytes(const ObliviousEnsemble& model) {
  ByteWriter out;
  out.varint(model.features);
  out.number(static_cast<std::uint8_t>(model.link));
  out.number(static_cast<std::uint8_t>(model.ordered));
  out.number(model.base);
  out.varint(model.trees.size());
  for (const ObliviousTree& tree : model.trees) out.number(static_cast<std::uint8_t>(tree.depth));
  for (const ObliviousSplit& split : model.splits) {
    out.number(split.column);
    out.number(split.low);
    out.number(split.width);
  }
  out.numbers(model.values);
  out.numbers(model.covers);
  out.varint(model.statistics.size());
  for (const TargetStatistic& statistic : model.statistics) {
    out.varint(statistic.feature);
    out.numbers(statistic.bin_of_category);
  }
  return enveloped(ModelKind::oblivious_ensemble, out.take());
}

Result<Binning> binning_from_bytes(std::span<const std::byte> bytes) {
  const auto payload = opened(ModelKind::binning, bytes);
  if (!payload) return payload.error();
  ByteReader in(*payload);
  std::vector<FeatureBinning> features(in.count(2));
  for (FeatureBinning& feature : features) {
    feature.categorical = in.number<std::uint8_t>() != 0;
    if (feature.categorical) {
      feature.bin_of_level = in.numbers<std::uint8_t>();
    } else {
      feature.cuts = in.numbers<double>();
    }
  }
  if (!in.at_end()) return broken_model("lengths that do not add up");
  if (const char* rule = broken_rule(features)) return broken_model(rule);
  return Binning(std::move(features));
}

Result<TreeEnsemble> tree_ensemble_from_bytes(std::span<const std::byte> bytes) {
  const auto payload = opened(ModelKind::tree_ensemble, bytes);
  if (!payload) return payload.error();
  ByteReader in(*payload);
  TreeEnsemble model;
  bool known = true;
  model.features = static_cast<std::uint32_t>(std::min<std::uint64_t>(in.varint(), ~0U));
  model.link = link_from(in.number<std::uint8_t>(), known);
  model.average = in.number<std::uint8_t>() != 0;
  model.base = in.number<double>();
  const std::size_t trees = in.count(10);
  for (std::size_t tree = 0; tree < trees && in.ok(); ++tree) read_nodes(in, model);
  if (!in.at_end() || !known) return broken_model("lengths that do not add up");
  if (const char* rule = broken_rule(model)) return broken_model(rule);
  return model;
}

Result<ObliviousEnsemble> oblivious_ensemble_from_bytes(std::span<const std::byte> bytes) {
  const auto payload = opened(ModelKind::oblivious_ensemble, bytes);
  if (!payload) return payload.error();
  ByteReader in(*payload);
  ObliviousEnsemble model;
  bool known = true;
  model.features = static_cast<std::uint32_t>(std::min<std::uint64_t>(in.varint(), ~0U));
  model.link = link_from(in.number<std::uint8_t>(), known);
  model.ordered = in.number<std::uint8_t>() != 0;
  model.base = in.number<double>();
  model.trees.resize(in.count(1));
  std::uint32_t splits = 0, leaves = 0;
  for (ObliviousTree& tree : model.trees) {
    tree = {splits, in.number<std::uint8_t>(), leaves};
    if (tree.depth > kMaxObliviousDepth) return broken_model("a tree too deep");
    splits += tree.depth;
    leaves += 1U << tree.depth;
  }
  for (std::uint32_t i = 0; i < splits && in.ok(); ++i) {
    ObliviousSplit split;
    split.column = in.number<std::uint16_t>();
    split.low = in.number<std::uint8_t>();
    split.width = in.number<std::uint8_t>();
    model.splits.push_back(split);
  }
  model.values = in.numbers<float>();
  model.covers = in.numbers<float>();
  model.statistics.resize(in.count(2));
  for (TargetStatistic& statistic : model.statistics) {
    statistic.feature = static_cast<std::uint32_t>(std::min<std::uint64_t>(in.varint(), ~0U));
    statistic.bin_of_category = in.numbers<std::uint8_t>();
  }
  if (!in.at_end() || !known) return broken_model("lengths that do not add up");
  if (const char* rule = broken_rule(model)) return broken_model(rule);
  return model;
}

bool fits(const TreeEnsemble& model, const Binning& binning) {
  return model.features == binning.features().size();
}

bool fits(const ObliviousEnsemble& model, const Binning& binning) {
  return model.features == binning.features().size() &&
         std::all_of(model.statistics.begin(), model.statistics.end(),
                     [&](const TargetStatistic& statistic) {
                       return binning.features()[statistic.feature].categorical;
                     });
}

}  // namespace clientele::trees
