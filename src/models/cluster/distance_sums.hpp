// Sums of Euclidean distances from tiles of points to cells of points. Internal to silhouette.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numeric/points.hpp"

namespace clientele::cluster {

// Points whose distances are computed at the same time.
inline constexpr std::size_t kTile = 32;

// All points, grouped by cell; runs of near points have coordinates relative to an origin of their
// own, so that single precision keeps the relative error of a distance near 1e-7 wherever the
// points lie. Real: float or double.
template <typename Real>
class DistanceSums {
 public:
  // cell_of: cell of each point, < cells. near_order: all points, near ones near to each other.
  DistanceSums(numeric::WeightedPoints points, std::span<const std::uint32_t> cell_of,
               std::size_t cells, std::span<const std::uint32_t> near_order);

  // sums[cell * kTile + i] = sum over the points p of the cell of weight(p) ||queries[i] - p||.
  // Requires: at most kTile queries; sums has cells * kTile places. Thread-safe.
  void of(std::span<const std::uint32_t> queries, double* sums) const;

  // Points [begin, end) of one cell.
  struct Block {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t cell;
  };

 private:
  void add_run(numeric::WeightedPoints points, std::span<const std::uint32_t> members,
               std::span<const std::uint32_t> cell_of);

  numeric::Points points_;
  std::size_t cells_;
  std::vector<Block> blocks_;
  std::vector<std::size_t> run_ends_;  // in blocks_
  std::vector<double> origins_;        // of each run
  std::vector<Real> local_;            // coordinates relative to the origin, row-major
  std::vector<Real> weights_;
};

extern template class DistanceSums<float>;
extern template class DistanceSums<double>;

}  // namespace clientele::cluster
