// Several labellings of the same points as one tree of partitions, so that sums over cells that all
// of them share can be folded into every labelling's clusters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

// A partition of the points into cells. A leaf is a labelling: its cells are the clusters 0..k-1
// and, last, the noise. An inner partition is the common refinement of its two children.
struct Partition {
  struct Child {
    std::size_t partition;
    std::vector<std::uint32_t> cell_of;  // cell of the parent -> cell of the child
  };

  std::size_t cells = 0;
  std::vector<std::uint32_t> cell_of;  // by point; kept for roots and leaves only
  std::vector<Child> children;         // two, or none for a leaf
  std::size_t labelling = 0;           // of a leaf
};

struct PartitionForest {
  std::vector<Partition> partitions;
  std::vector<std::size_t> roots;
};

// Joins neighbouring labellings pairwise, and pairs of pairs, as long as a joint partition has at
// most `most_cells` cells. Labels: 0..clusters[i]-1 and kNoise. order: all points; cells of inner
// partitions are numbered by their first point in it. Complexity: O(labellings n).
PartitionForest join_labellings(std::span<const Labels> labellings,
                                std::span<const std::size_t> clusters, std::size_t most_cells,
                                std::span<const std::uint32_t> order);

}  // namespace clientele::cluster
