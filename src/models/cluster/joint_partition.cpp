#include "models/cluster/joint_partition.hpp"

#include <optional>
#include <unordered_map>

namespace clientele::cluster {
namespace {

Partition leaf(const Labels& labels, std::size_t clusters, std::size_t labelling) {
  Partition partition;
  partition.cells = clusters + 1;
  partition.labelling = labelling;
  partition.cell_of.resize(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    partition.cell_of[i] = static_cast<std::uint32_t>(
        labels[i] == kNoise ? clusters : static_cast<std::size_t>(labels[i]));
  }
  return partition;
}

// The common refinement, cells numbered by their first point in `order`; nullopt when it is too
// fine.
std::optional<Partition> refine(const std::vector<Partition>& all, std::size_t a, std::size_t b,
                                std::size_t most_cells, std::span<const std::uint32_t> order) {
  Partition joint;
  joint.children = {{a, {}}, {b, {}}};
  joint.cell_of.resize(all[a].cell_of.size());
  std::unordered_map<std::uint64_t, std::uint32_t> number;
  std::uint64_t last_pair = 0;
  std::uint32_t last_cell = 0;
  for (const std::uint32_t i : order) {
    const std::uint32_t x = all[a].cell_of[i];
    const std::uint32_t y = all[b].cell_of[i];
    const std::uint64_t pair = std::uint64_t{x} << 32 | y;
    if (number.empty() || pair != last_pair) {
      const auto [at, fresh] = number.try_emplace(pair, static_cast<std::uint32_t>(number.size()));
      if (fresh) {
        if (number.size() > most_cells) return std::nullopt;
        joint.children[0].cell_of.push_back(x);
        joint.children[1].cell_of.push_back(y);
      }
      last_pair = pair;
      last_cell = at->second;
    }
    joint.cell_of[i] = last_cell;
  }
  joint.cells = number.size();
  return joint;
}

void forget_cells(Partition& partition) {
  if (!partition.children.empty()) partition.cell_of = {};
}

}  // namespace

PartitionForest join_labellings(std::span<const Labels> labellings,
                                std::span<const std::size_t> clusters, std::size_t most_cells,
                                std::span<const std::uint32_t> order) {
  PartitionForest forest;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < labellings.size(); ++i) {
    open.push_back(forest.partitions.size());
    forest.partitions.push_back(leaf(labellings[i], clusters[i], i));
  }
  while (open.size() > 1) {
    std::vector<std::size_t> joined;
    for (std::size_t i = 0; i < open.size(); i += 2) {
      if (i + 1 == open.size()) {
        joined.push_back(open[i]);
      } else if (auto joint = refine(forest.partitions, open[i], open[i + 1], most_cells, order)) {
        forget_cells(forest.partitions[open[i]]);
        forget_cells(forest.partitions[open[i + 1]]);
        joined.push_back(forest.partitions.size());
        forest.partitions.push_back(std::move(*joint));
      } else {
        forest.roots.push_back(open[i]);
        forest.roots.push_back(open[i + 1]);
      }
    }
    open = std::move(joined);
  }
  forest.roots.insert(forest.roots.end(), open.begin(), open.end());
  return forest;
}

}  // namespace clientele::cluster
