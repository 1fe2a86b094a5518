// For point i in cluster C: a = mean distance to the other members of C, b = the smallest mean
// distance to another cluster, s = (b - a) / max(a, b); 0 for the only member of its cluster and
// where a = b = 0. The score is the mean of s.
//
// All labellings share the n^2 distances: they are summed per cell of a partition that refines all
// labellings, and the sums folded down a tree of partitions into the clusters of each.
// Source: Rousseeuw (1987), "Silhouettes: a graphical aid".
#include "models/cluster/silhouette.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/cluster/distance_sums.hpp"
#include "models/cluster/joint_partition.hpp"
#include "numeric/block_tree.hpp"
#include "numeric/simd.hpp"

namespace clientele::cluster {
namespace {

constexpr std::size_t kExactPoints = 5000;  // up to here in double precision
// A cell's sums cost as much as the distances to about so many points: with more cells a second
// pass over all distances costs less.
constexpr std::size_t kPointsPerCell = 4;
constexpr std::size_t kFewCells = 2048;
constexpr std::size_t kMostCells = 65'536;  // for the memory of their sums

// A labelling with its cluster sizes.
struct Grouping {
  const Labels* labels;
  std::vector<double> sizes;  // customers
};

// Sums over query points.
struct Tally {
  double customers = 0;
  double sum = 0;
  double sum_of_squares = 0;
};

std::vector<Grouping> measure(numeric::WeightedPoints points, std::span<const Labels> labellings) {
  std::vector<Grouping> groupings;
  for (const Labels& labels : labellings) {
    Grouping grouping{&labels, {}};
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] == kNoise) continue;
      const auto cluster = static_cast<std::size_t>(labels[i]);
      if (grouping.sizes.size() <= cluster) grouping.sizes.resize(cluster + 1, 0.0);
      grouping.sizes[cluster] += points.weight(i);
    }
    groupings.push_back(std::move(grouping));
  }
  return groupings;
}

bool has_score(const Grouping& grouping) {
  const double customers = std::accumulate(grouping.sizes.begin(), grouping.sizes.end(), 0.0);
  const auto empty = std::count(grouping.sizes.begin(), grouping.sizes.end(), 0.0);
  const auto clusters = static_cast<double>(grouping.sizes.size()) - static_cast<double>(empty);
  return clusters >= 2 && clusters < customers;
}

// s of the query at place `i` of a tile, from the sums of distances to each cluster.
double silhouette_of(const Grouping& grouping, std::size_t own, std::size_t i, const double* sums) {
  const double others = grouping.sizes[own] - 1;
  if (others == 0) return 0;
  const double a = sums[own * kTile + i] / others;
  double b = std::numeric_limits<double>::infinity();
  for (std::size_t cluster = 0; cluster < grouping.sizes.size(); ++cluster) {
    if (cluster == own || grouping.sizes[cluster] == 0) continue;
    b = std::min(b, sums[cluster * kTile + i] / grouping.sizes[cluster]);
  }
  const double larger = std::max(a, b);
  return larger > 0 ? (b - a) / larger : 0.0;
}

// Adds each cell's sums to those of the cell that holds it.
CLIENTELE_SIMD void add_cells(const double* from, const std::vector<std::uint32_t>& cell_of,
                              double* to) {
  for (std::size_t cell = 0; cell < cell_of.size(); ++cell) {
    const double* __restrict part = from + cell * kTile;
    double* __restrict whole = to + cell_of[cell] * kTile;
    for (std::size_t i = 0; i < kTile; ++i) whole[i] += part[i];
  }
}

// One tile's way from the sums of a root partition to the tallies of its labellings.
class Folding {
 public:
  Folding(numeric::WeightedPoints points, const PartitionForest& forest,
          const std::vector<Grouping>& groupings)
      : points_(points), forest_(forest), groupings_(groupings), sums_(forest.partitions.size()) {}

  std::vector<double>& sums(std::size_t partition) {
    sums_[partition].resize(forest_.partitions[partition].cells * kTile);
    return sums_[partition];
  }

  void fold(std::size_t at, std::span<const std::uint32_t> queries, Tally* tallies) {
    const Partition& partition = forest_.partitions[at];
    if (partition.children.empty()) return tally(partition, queries, tallies[partition.labelling]);
    for (const Partition::Child& child : partition.children) {
      std::vector<double>& below = sums(child.partition);
      std::fill(below.begin(), below.end(), 0.0);
      add_cells(sums_[at].data(), child.cell_of, below.data());
      fold(child.partition, queries, tallies);
    }
  }

 private:
  void tally(const Partition& leaf, std::span<const std::uint32_t> queries, Tally& tally) {
    const Grouping& grouping = groupings_[leaf.labelling];
    const double* sums = sums_[&leaf - forest_.partitions.data()].data();
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const std::int32_t own = (*grouping.labels)[queries[i]];
      if (own == kNoise) continue;
      const double s = silhouette_of(grouping, static_cast<std::size_t>(own), i, sums);
      const double weight = points_.weight(queries[i]);
      tally.customers += weight;
      tally.sum += weight * s;
      tally.sum_of_squares += weight * s * s;
    }
  }

  numeric::WeightedPoints points_;
  const PartitionForest& forest_;
  const std::vector<Grouping>& groupings_;
  std::vector<std::vector<double>> sums_;  // by partition
};

// Tallies of all labellings under one root, added to `tallies`.
template <typename Real>
void add_root(numeric::WeightedPoints points, const PartitionForest& forest, std::size_t root,
              const std::vector<Grouping>& groupings, std::span<const std::uint32_t> near_order,
              std::span<const std::uint32_t> queries, const SilhouetteOptions& options,
              std::vector<Tally>& tallies) {
  const Partition& top = forest.partitions[root];
  const DistanceSums<Real> distances(points, top.cell_of, top.cells, near_order);
  const std::size_t tiles = (queries.size() + kTile - 1) / kTile;
  const std::size_t chunks = std::min<std::size_t>(tiles, 16);
  std::vector<std::vector<Tally>> of_tile(tiles, std::vector<Tally>(groupings.size()));
  parallel_for(options.threads, chunks, [&](std::size_t chunk) {
    Folding folding(points, forest, groupings);
    const auto [begin, end] = chunk_range(tiles, chunks, chunk);
    for (std::size_t tile = begin; tile < end && !options.cancelled(); ++tile) {
      const std::size_t first = tile * kTile;
      const auto some = queries.subspan(first, std::min(kTile, queries.size() - first));
      distances.of(some, folding.sums(root).data());
      folding.fold(root, some, of_tile[tile].data());
    }
  });
  for (const std::vector<Tally>& some : of_tile) {
    for (std::size_t i = 0; i < some.size(); ++i) {
      tallies[i].customers += some[i].customers;
      tallies[i].sum += some[i].sum;
      tallies[i].sum_of_squares += some[i].sum_of_squares;
    }
  }
}

// All points in near order, or a random sample of them.
std::vector<std::uint32_t> choose_queries(const std::vector<std::uint32_t>& near_order,
                                          const SilhouetteOptions& options) {
  std::vector<std::uint32_t> queries = near_order;
  if (options.sample_points == 0 || options.sample_points >= queries.size()) return queries;
  Rng rng(options.seed);
  for (std::size_t i = 0; i < options.sample_points; ++i) {
    std::swap(queries[i], queries[i + rng.below(queries.size() - i)]);
  }
  queries.resize(options.sample_points);
  return queries;
}

}  // namespace

std::vector<Silhouette> silhouettes(numeric::WeightedPoints points,
                                    std::span<const Labels> labellings,
                                    const SilhouetteOptions& options) {
  const std::vector<Grouping> groupings = measure(points, labellings);
  std::vector<std::size_t> clusters;
  for (const Grouping& grouping : groupings) clusters.push_back(grouping.sizes.size());
  const auto near_order = numeric::build_block_tree(points.points).order;
  const PartitionForest forest = join_labellings(
      labellings, clusters, std::clamp(points.points.n / kPointsPerCell, kFewCells, kMostCells),
      near_order);
  const std::vector<std::uint32_t> queries = choose_queries(near_order, options);
  const bool exact = points.points.n <= kExactPoints;
  std::vector<Tally> tallies(labellings.size());
  for (const std::size_t root : forest.roots) {
    const auto add = exact ? add_root<double> : add_root<float>;
    add(points, forest, root, groupings, near_order, queries, options, tallies);
  }
  std::vector<Silhouette> scores(labellings.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const Tally& tally = tallies[i];
    scores[i].sampled = queries.size() < near_order.size();
    if (!has_score(groupings[i]) || tally.customers == 0) continue;
    const double mean = tally.sum / tally.customers;
    scores[i].mean = mean;
    const double variance = std::max(0.0, tally.sum_of_squares / tally.customers - mean * mean);
    if (scores[i].sampled) scores[i].standard_error = std::sqrt(variance / tally.customers);
  }
  return scores;
}

}  // namespace clientele::cluster
