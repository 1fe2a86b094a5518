#include "models/cluster/distance_sums.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

namespace clientele::cluster {
namespace {

// Short enough for a sum in single precision.
constexpr std::size_t kBlockPoints = 64;

// The blocks of a DistanceSums, as its kernel sees them.
template <typename Real>
struct Targets {
  const double* origin;
  const Real* local;
  const Real* weights;
  std::size_t count;
  std::size_t d;
};

// What one block adds to its cell's sums. `tile`: coordinate j of query i at [j * kTile + i];
// `shifted`: room for as many.
template <typename Real, std::size_t D>
CLIENTELE_SIMD void add_block(const double* tile, const Targets<Real>& targets, Real* shifted,
                              double* sums) {
  const std::size_t d = D > 0 ? D : targets.d;
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t i = 0; i < kTile; ++i) {
      shifted[j * kTile + i] = static_cast<Real>(tile[j * kTile + i] - targets.origin[j]);
    }
  }
  Real total[kTile] = {};
  Real squared[kTile];
  for (std::size_t p = 0; p < targets.count; ++p) {
    const Real* x = targets.local + p * d;
    const Real weight = targets.weights[p];
    if constexpr (D > 0) {
      for (std::size_t i = 0; i < kTile; ++i) {
        Real sum = 0;
        for (std::size_t j = 0; j < D; ++j) {
          const Real difference = shifted[j * kTile + i] - x[j];
          sum += difference * difference;
        }
        total[i] += weight * std::sqrt(sum);
      }
    } else {
      std::fill(squared, squared + kTile, Real{0});
      for (std::size_t j = 0; j < d; ++j) {
        for (std::size_t i = 0; i < kTile; ++i) {
          const Real difference = shifted[j * kTile + i] - x[j];
          squared[i] += difference * difference;
        }
      }
      for (std::size_t i = 0; i < kTile; ++i) total[i] += weight * std::sqrt(squared[i]);
    }
  }
  for (std::size_t i = 0; i < kTile; ++i) sums[i] += static_cast<double>(total[i]);
}

template <typename Real>
void add_block(const double* tile, const Targets<Real>& targets, Real* shifted, double* sums) {
  switch (targets.d) {
    case 1: return add_block<Real, 1>(tile, targets, shifted, sums);
    case 2: return add_block<Real, 2>(tile, targets, shifted, sums);
    case 3: return add_block<Real, 3>(tile, targets, shifted, sums);
    case 4: return add_block<Real, 4>(tile, targets, shifted, sums);
    case 5: return add_block<Real, 5>(tile, targets, shifted, sums);
    case 6: return add_block<Real, 6>(tile, targets, shifted, sums);
    default: return add_block<Real, 0>(tile, targets, shifted, sums);
  }
}

}  // namespace

template <typename Real>
DistanceSums<Real>::DistanceSums(numeric::WeightedPoints points,
                                 std::span<const std::uint32_t> cell_of, std::size_t cells,
                                 std::span<const std::uint32_t> near_order)
    : points_(points.points), cells_(cells) {
  std::vector<std::size_t> start(cells + 1, 0);
  for (const std::uint32_t cell : cell_of) ++start[cell + 1];
  for (std::size_t cell = 0; cell < cells; ++cell) start[cell + 1] += start[cell];
  std::vector<std::uint32_t> grouped(cell_of.size());
  std::vector<std::size_t> next(start.begin(), start.end() - 1);
  for (const std::uint32_t point : near_order) grouped[next[cell_of[point]]++] = point;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    for (std::size_t begin = start[cell]; begin < start[cell + 1]; begin += kBlockPoints) {
      const std::size_t count = std::min(kBlockPoints, start[cell + 1] - begin);
      add_points(points, std::span(grouped).subspan(begin, count),
                 static_cast<std::uint32_t>(cell));
    }
  }
}

template <typename Real>
void DistanceSums<Real>::add_points(numeric::WeightedPoints points,
                                    std::span<const std::uint32_t> members, std::uint32_t cell) {
  const std::size_t d = points_.d;
  const std::size_t at = origins_.size();
  const double share = 1.0 / static_cast<double>(members.size());
  origins_.resize(at + d, 0.0);
  for (const std::uint32_t point : members) {
    for (std::size_t j = 0; j < d; ++j) origins_[at + j] += share * points_.row(point)[j];
  }
  const auto begin = static_cast<std::uint32_t>(weights_.size());
  for (const std::uint32_t point : members) {
    for (std::size_t j = 0; j < d; ++j) {
      local_.push_back(static_cast<Real>(points_.row(point)[j] - origins_[at + j]));
    }
    weights_.push_back(static_cast<Real>(points.weight(point)));
  }
  blocks_.push_back({begin, static_cast<std::uint32_t>(weights_.size()), cell});
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
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const Block& block = blocks_[b];
    const Targets<Real> targets{origins_.data() + b * d, local_.data() + block.begin * d,
                                weights_.data() + block.begin, block.end - block.begin, d};
    add_block<Real>(tile.data(), targets, shifted.data(), sums + block.cell * kTile);
  }
}

template class DistanceSums<float>;
template class DistanceSums<double>;

}  // namespace clientele::cluster
