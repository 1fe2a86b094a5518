// Nearest-cluster search for Ward agglomeration while clusters merge. Internal to ward.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numeric/block_tree.hpp"

namespace clientele::cluster {

// Clusters by slot; a merged cluster keeps the slot of its larger part, and the other's is dead.
struct WardClusters {
  std::size_t d = 0;
  std::vector<double> centroids;  // slot-major
  std::vector<double> sizes;      // 0 = dead

  const double* centroid(std::uint32_t slot) const { return centroids.data() + d * slot; }
};

// The growth of the within-cluster sum of squares when clusters of sizes a and b merge whose
// centroids are sqrt(s) apart. Symmetric to the last bit. Height of the merge: sqrt(2 cost).
inline double ward_cost(double a, double b, double s) { return a * b / (a + b) * s; }

struct WardNeighbour {
  double cost;
  std::uint32_t slot;
  bool operator<(const WardNeighbour& other) const {
    return cost < other.cost || (cost == other.cost && slot < other.slot);
  }
};

// How many neighbours a search returns.
inline constexpr std::size_t kWardNear = 5;

// More than any cost between clusters of valid points, and more than any size.
inline constexpr double kAnyCost = 1e250;
inline constexpr double kNoSize = 1e30;

struct WardNeighbours {
  WardNeighbour found[kWardNear];  // ascending
  std::size_t count = 0;
  double worst = kAnyCost;  // a candidate must cost at most this
};

// Block trees over the live centroids, one for each class of similar sizes. Every box knows the
// smallest cluster in it: a cluster of size a finds nothing there below
// cost a m / (a + m) dist(centroid, box)^2, and within a class that bound is tight.
class WardIndex {
 public:
  explicit WardIndex(const WardClusters& clusters);

  // The clusters nearest to `slot` by (cost, slot), at most kWardNear, fewer when fewer live.
  void nearest(std::uint32_t slot, WardNeighbours& out) const;
  // To be called after the clusters `grown` have grown and moved, and those `gone` have died.
  void merged(const std::vector<std::uint32_t>& grown, const std::vector<std::uint32_t>& gone);
  // A lower bound on the size of every live cluster.
  double smallest() const;
  // Slots in an order in which near ones are near in space.
  std::vector<std::uint32_t> slots() const;

  // The clusters of one size class.
  struct Tree {
    numeric::BlockTree blocks;
    std::vector<double> sizes;                  // by position; dead and unused: kNoSize
    std::vector<std::uint32_t> slots;           // by position
    std::vector<std::vector<double>> smallest;  // per level and lane; empty: kNoSize
  };

 private:
  struct Place {
    std::uint32_t tree;
    std::uint32_t position;
  };

  void rebuild();
  void add_tree(const std::vector<std::uint32_t>& slots);
  void place(std::uint32_t slot);
  void refresh(Place place);

  const WardClusters& clusters_;
  std::vector<Tree> trees_;
  std::vector<Place> place_of_;  // by slot
  std::size_t live_ = 0;
  std::size_t built_ = 0;
};

}  // namespace clientele::cluster
