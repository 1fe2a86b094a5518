#include "models/cluster/kmeans_step.hpp"

#include "numeric/lanes.hpp"

namespace clientele::cluster {
namespace {

using numeric::kLanes;
using numeric::kWidth;
using numeric::Lanes;
using numeric::LaneTest;
using numeric::load;
using numeric::store;

// Bounds err by this much on the safe side, so that rounding never misplaces a point.
constexpr double kRounding = 1.0 + 1e-12;

// For eight boxes: their least squared distance to each centre (k x 8), and the least over the
// centres of their largest.
template <std::size_t D>
CLIENTELE_SIMD_INLINE void bound_boxes(const double* lower, const double* upper,
                                       const std::vector<double>& centres, std::size_t k,
                                       std::size_t dimensions, double* least, Lanes& reach) {
  const std::size_t d = D > 0 ? D : dimensions;
  for (std::size_t c = 0; c < k; ++c) {
    Lanes nearest = {};
    Lanes farthest = {};
    Lanes below;
    Lanes above;
    for (std::size_t j = 0; j < d; ++j) {
      load(below, lower + j * kLanes);
      load(above, upper + j * kLanes);
      below -= centres[c * d + j];
      above = centres[c * d + j] - above;
      Lanes outside = below > above ? below : above;
      outside = outside > 0.0 ? outside : Lanes{};
      nearest += outside * outside;
      const Lanes across = below < above ? below : above;  // minus the way to the far side
      farthest += across * across;
    }
    store(least + c * kWidth, nearest);
    if (c == 0)
      reach = farthest;
    else
      reach = farthest < reach ? farthest : reach;
  }
}

// The nearest of the candidate centres for sixteen points: index and squared distance.
template <std::size_t D>
CLIENTELE_SIMD_INLINE void nearest_centres(const double* points, const std::vector<double>& centres,
                                           const std::uint32_t* candidates, std::size_t count,
                                           std::size_t dimensions, double* index, double* squared) {
  const std::size_t d = D > 0 ? D : dimensions;
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    Lanes best = {};
    Lanes chosen = {};
    for (std::size_t i = 0; i < count; ++i) {
      const double* centre = centres.data() + candidates[i] * d;
      Lanes distance = {};
      Lanes x;
      for (std::size_t j = 0; j < d; ++j) {
        load(x, points + j * kLanes + half);
        x -= centre[j];
        distance += x * x;
      }
      const Lanes number = Lanes{} + static_cast<double>(candidates[i]);
      const LaneTest nearer = distance < best;
      chosen = i == 0 ? number : nearer ? number : chosen;
      best = i == 0 ? distance : nearer ? distance : best;
    }
    store(index + half, chosen);
    store(squared + half, best);
  }
}

CLIENTELE_SIMD_INLINE void add_points(const PointBlocks& data, std::size_t b, const double* index,
                                      Shares& shares) {
  for (std::size_t l = 0; l < kLanes; ++l) {
    const auto c = static_cast<std::size_t>(index[l]);
    const double weight = data.weights[b * kLanes + l];
    shares.weights[c] += weight;
    double* sums = shares.sums.data() + c * data.d;
    const double* x = data.block(b) + l;
    for (std::size_t j = 0; j < data.d; ++j) sums[j] += weight * x[j * kLanes];
  }
}

CLIENTELE_SIMD_INLINE void add_block(const PointBlocks& data, std::size_t b, std::size_t c,
                                     Shares& shares) {
  shares.weights[c] += data.block_weights[b];
  const double* from = data.sums.data() + b / kLanes * data.d * kLanes + b % kLanes;
  for (std::size_t j = 0; j < data.d; ++j) shares.sums[c * data.d + j] += from[j * kLanes];
}

template <std::size_t D>
CLIENTELE_SIMD void share_out_in(const PointBlocks& data, const std::vector<double>& centres,
                                 Shares& shares) {
  const std::size_t k = shares.weights.size();
  std::vector<double> least(k * kWidth);
  std::vector<std::uint32_t> candidates(k);
  double index[kLanes];
  double squared[kLanes];
  for (std::size_t first = 0; first < data.blocks; first += kWidth) {
    const std::size_t at = first / kLanes * data.d * kLanes + first % kLanes;
    Lanes reach = {};
    bound_boxes<D>(data.lower.data() + at, data.upper.data() + at, centres, k, data.d, least.data(),
                   reach);
    reach *= kRounding;
    for (std::size_t l = 0; l < kWidth && first + l < data.blocks; ++l) {
      std::size_t count = 0;
      for (std::uint32_t c = 0; c < k; ++c) {
        candidates[count] = c;
        count += least[c * kWidth + l] <= reach[l] ? 1 : 0;
        if (count == k) break;
      }
      if (count == 1) {
        add_block(data, first + l, candidates[0], shares);
        continue;
      }
      nearest_centres<D>(data.block(first + l), centres, candidates.data(), count, data.d, index,
                         squared);
      add_points(data, first + l, index, shares);
    }
  }
}

template <std::size_t D>
CLIENTELE_SIMD double assign_in(const PointBlocks& data, const std::vector<double>& centres,
                                std::vector<std::int32_t>& cluster, std::vector<double>& squared) {
  std::vector<std::uint32_t> all(centres.size() / data.d);
  for (std::uint32_t c = 0; c < all.size(); ++c) all[c] = c;
  double index[kLanes];
  double inertia = 0;
  for (std::size_t b = 0; b < data.blocks; ++b) {
    double* distances = squared.data() + b * kLanes;
    nearest_centres<D>(data.block(b), centres, all.data(), all.size(), data.d, index, distances);
    for (std::size_t l = 0; l < kLanes; ++l) {
      cluster[b * kLanes + l] = static_cast<std::int32_t>(index[l]);
      inertia += data.weights[b * kLanes + l] * distances[l];
    }
  }
  return inertia;
}

}  // namespace

void share_out(const PointBlocks& data, const std::vector<double>& centres, Shares& shares) {
  const std::size_t k = centres.size() / data.d;
  shares.weights.assign(k, 0.0);
  shares.sums.assign(k * data.d, 0.0);
  switch (data.d) {
    case 2:
      return share_out_in<2>(data, centres, shares);
    case 3:
      return share_out_in<3>(data, centres, shares);
    case 4:
      return share_out_in<4>(data, centres, shares);
    case 6:
      return share_out_in<6>(data, centres, shares);
    default:
      return share_out_in<0>(data, centres, shares);
  }
}

double assign(const PointBlocks& data, const std::vector<double>& centres,
              std::vector<std::int32_t>& cluster, std::vector<double>& squared) {
  cluster.resize(data.blocks * kLanes);
  squared.resize(data.blocks * kLanes);
  switch (data.d) {
    case 2:
      return assign_in<2>(data, centres, cluster, squared);
    case 3:
      return assign_in<3>(data, centres, cluster, squared);
    case 4:
      return assign_in<4>(data, centres, cluster, squared);
    case 6:
      return assign_in<6>(data, centres, cluster, squared);
    default:
      return assign_in<0>(data, centres, cluster, squared);
  }
}

}  // namespace clientele::cluster
