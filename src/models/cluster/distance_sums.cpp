#include "models/cluster/distance_sums.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

namespace clientele::cluster {
namespace {

// Short enough for a sum in single precision.
constexpr std::size_t kRunPoints = 64;

// One run of blocks, as the kernel sees it.
template <typename Real>
struct Run {
  const double* origin;
  const typename DistanceSums<Real>::Block* first;
  const typename DistanceSums<Real>::Block* last;
  const Real* local;    // of all points
  const Real* weights;  // of all points
  std::size_t d;
};

// total[i] += weight ||query i - x||.
template <typename Real, std::size_t D>
CLIENTELE_SIMD_INLINE void add_point(const Real* queries, const Real* x, Real weight,
                                     std::size_t dimensions, Real* total) {
  if constexpr (D > 0) {
    for (std::size_t i = 0; i < kTile; ++i) {
      Real squared = 0;
      for (std::size_t j = 0; j < D; ++j) {
        const Real difference = queries[j * kTile + i] - x[j];
        squared += difference * difference;
      }
      total[i] += weight * std::sqrt(squared);
    }
  } else {
    Real squared[kTile] = {};
    for (std::size_t j = 0; j < dimensions; ++j) {
      for (std::size_t i = 0; i < kTile; ++i) {
        const Real difference = queries[j * kTile + i] - x[j];
        squared[i] += difference * difference;
      }
    }
    for (std::size_t i = 0; i < kTile; ++i) total[i] += weight * std::sqrt(squared[i]);
  }
}

// What one run adds to its cells' sums. `tile`: coordinate j of query i at [j * kTile + i];
// `shifted`: room for as many.
template <typename Real, std::size_t D>
CLIENTELE_SIMD void add_run(const double* tile, const Run<Real>& run, Real* shifted, double* sums) {
  const std::size_t d = D > 0 ? D : run.d;
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t i = 0; i < kTile; ++i) {
      shifted[j * kTile + i] = static_cast<Real>(tile[j * kTile + i] - run.origin[j]);
    }
  }
  for (const auto* block = run.first; block != run.last; ++block) {
    Real total[kTile] = {};
    for (std::size_t p = block->begin; p < block->end; ++p) {
      add_point<Real, D>(shifted, run.local + p * d, run.weights[p], d, total);
    }
    double* cell = sums + block->cell * kTile;
    for (std::size_t i = 0; i < kTile; ++i) cell[i] += static_cast<double>(total[i]);
  }
}

template <typename Real>
void add_run(const double* tile, const Run<Real>& run, Real* shifted, double* sums) {
  switch (run.d) {
    case 1:
      return add_run<Real, 1>(tile, run, shifted, sums);
    case 2:
      return add_run<Real, 2>(tile, run, shifted, sums);
    case 3:
      return add_run<Real, 3>(tile, run, shifted, sums);
    case 4:
      return add_run<Real, 4>(tile, run, shifted, sums);
    case 5:
      return add_run<Real, 5>(tile, run, shifted, sums);
    case 6:
      return add_run<Real, 6>(tile, run, shifted, sums);
    default:
      return add_run<Real, 0>(tile, run, shifted, sums);
  }
}

// Points by cell, cells by their first point in `order`, points within a cell in `order`.
std::vector<std::uint32_t> group_by_cell(std::span<const std::uint32_t> cell_of, std::size_t cells,
                                         std::span<const std::uint32_t> order) {
  std::vector<std::size_t> size(cells, 0);
  for (const std::uint32_t cell : cell_of) ++size[cell];
  std::vector<std::size_t> next(cells, 0);
  std::vector<bool> seen(cells, false);
  std::size_t start = 0;
  std::vector<std::uint32_t> grouped(order.size());
  for (const std::uint32_t point : order) {
    const std::uint32_t cell = cell_of[point];
    if (!seen[cell]) {
      seen[cell] = true;
      next[cell] = start;
      start += size[cell];
    }
    grouped[next[cell]++] = point;
  }
  return grouped;
}

}  // namespace

template <typename Real>
DistanceSums<Real>::DistanceSums(numeric::WeightedPoints points,
                                 std::span<const std::uint32_t> cell_of, std::size_t cells,
                                 std::span<const std::uint32_t> near_order)
    : points_(points.points), cells_(cells) {
  const std::vector<std::uint32_t> grouped = group_by_cell(cell_of, cells, near_order);
  for (std::size_t begin = 0; begin < grouped.size(); begin += kRunPoints) {
    const std::size_t count = std::min(kRunPoints, grouped.size() - begin);
    add_run(points, std::span(grouped).subspan(begin, count), cell_of);
  }
}

template <typename Real>
void DistanceSums<Real>::add_run(numeric::WeightedPoints points,
                                 std::span<const std::uint32_t> members,
                                 std::span<const std::uint32_t> cell_of) {
  const std::size_t d = points_.d;
  const std::size_t at = origins_.size();
  const double share = 1.0 / static_cast<double>(members.size());
  origins_.resize(at + d, 0.0);
  for (const std::uint32_t point : members) {
    for (std::size_t j = 0; j < d; ++j) origins_[at + j] += share * points_.row(point)[j];
  }
  bool fresh = true;
  for (const std::uint32_t point : members) {
    for (std::size_t j = 0; j < d; ++j) {
      local_.push_back(static_cast<Real>(points_.row(point)[j] - origins_[at + j]));
    }
    const auto position = static_cast<std::uint32_t>(weights_.size());
    weights_.push_back(static_cast<Real>(points.weight(point)));
    if (fresh || blocks_.back().cell != cell_of[point]) {
      blocks_.push_back({position, position, cell_of[point]});
    }
    blocks_.back().end = position + 1;
    fresh = false;
  }
  run_ends_.push_back(blocks_.size());
}

template <typename Real>
void DistanceSums<Real>::of(std::span<const std::uint32_t> queries, double* sums) const {
  const std::size_t d = points_.d;
  std::vector<double> tile(d * kTile);
  for (std::size_t i = 0; i < kTile; ++i) {  // unused places repeat the last query
    const double* row = points_.row(queries[std::min(i, queries.size() - 1)]);
    for (std::size_t j = 0; j < d; ++j) tile[j * kTile + i] = row[j];
  }
  std::vector<Real> shifted(d * kTile);
  std::fill(sums, sums + cells_ * kTile, 0.0);
  std::size_t first = 0;
  for (std::size_t run = 0; run < run_ends_.size(); ++run) {
    cluster::add_run<Real>(tile.data(),
                           {origins_.data() + run * d, blocks_.data() + first,
                            blocks_.data() + run_ends_[run], local_.data(), weights_.data(), d},
                           shifted.data(), sums);
    first = run_ends_[run];
  }
}

template class DistanceSums<float>;
template class DistanceSums<double>;

}  // namespace clientele::cluster
