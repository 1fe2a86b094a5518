#include "models/trees/oblivious_scores.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

// Numerator and squared norm of the cosine, in lanes that are added in a fixed order.
template <std::size_t kLanes>
struct Cosine {
  float product[kLanes] = {};
  float norm[kLanes] = {};

  CLIENTELE_SIMD_INLINE float score() const {
    float p[kLanes], q[kLanes];
    std::copy_n(product, kLanes, p);
    std::copy_n(norm, kLanes, q);
    for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) {
        p[i] += p[i + half];
        q[i] += q[i + half];
      }
    }
    return p[0] / std::sqrt(q[0] + 1e-30F);
  }
};

struct Side {
  float gradient;
  float weight;
};

CLIENTELE_SIMD_INLINE Side side_of(GradientPair pair) {
  return {static_cast<float>(static_cast<std::int32_t>(pair >> 32)),
          static_cast<float>(static_cast<std::int32_t>(pair))};
}

// Adds both children of every leaf; `inside` are the sums of the rows on the split's inner side.
template <std::size_t kLeaves, std::size_t kLanes>
CLIENTELE_SIMD_INLINE void add_pair(const GradientPair* inside_body,
                                    const GradientPair* inside_tail, const PairHistograms& pair,
                                    float l2, Cosine<kLanes>& cosine) {
  for (std::size_t group = 0; group < kLeaves; group += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t leaf = group + lane;
      const Side body_in = side_of(inside_body[leaf]);
      const Side body_out = side_of(pair.body_total[leaf] - inside_body[leaf]);
      const Side tail_in = side_of(inside_tail[leaf]);
      const Side tail_out = side_of(pair.tail_total[leaf] - inside_tail[leaf]);
      const float weight_in = body_in.weight + l2, weight_out = body_out.weight + l2;
      const float inverse = 1.0F / (weight_in * weight_out);
      const float a_in = body_in.gradient * weight_out * inverse;
      const float a_out = body_out.gradient * weight_in * inverse;
      cosine.product[lane] += a_in * tail_in.gradient + a_out * tail_out.gradient;
      cosine.norm[lane] += a_in * a_in * tail_in.weight + a_out * a_out * tail_out.weight;
    }
  }
}

template <std::size_t kLeaves>
CLIENTELE_SIMD_INLINE ColumnScore search(const OrderedColumn& column, const PairHistograms* pairs,
                                         std::size_t pair_count, float l2) {
  constexpr std::size_t kLanes = kLeaves < 8 ? kLeaves : 8;
  alignas(64) GradientPair body[kMaxBodyTails][kLeaves] = {};
  alignas(64) GradientPair tail[kMaxBodyTails][kLeaves] = {};
  ColumnScore best;
  const std::uint32_t candidates = column.one_hot ? column.bins : column.bins - 1;
  for (std::uint32_t bin = 0; bin < candidates; ++bin) {
    Cosine<kLanes> cosine;
    for (std::size_t p = 0; p < pair_count; ++p) {
      const std::size_t cell = std::size_t{column.offset + bin} * kLeaves;
      for (std::size_t leaf = 0; leaf < kLeaves; ++leaf) {
        body[p][leaf] = (column.one_hot ? 0 : body[p][leaf]) + pairs[p].body[cell + leaf];
        tail[p][leaf] = (column.one_hot ? 0 : tail[p][leaf]) + pairs[p].tail[cell + leaf];
      }
      add_pair<kLeaves, kLanes>(body[p], tail[p], pairs[p], l2, cosine);
    }
    const float score = cosine.score();
    if (!(score > best.score)) continue;
    best.score = score;
    best.low = column.one_hot ? static_cast<std::uint8_t>(bin) : std::uint8_t{0};
    best.width = column.one_hot ? std::uint8_t{0} : static_cast<std::uint8_t>(bin);
  }
  return best;
}

CLIENTELE_SIMD ColumnScore search_any(const OrderedColumn& column, const PairHistograms* pairs,
                                      std::size_t pair_count, std::size_t leaves, float l2) {
  switch (leaves) {
    case 1:
      return search<1>(column, pairs, pair_count, l2);
    case 2:
      return search<2>(column, pairs, pair_count, l2);
    case 4:
      return search<4>(column, pairs, pair_count, l2);
    case 8:
      return search<8>(column, pairs, pair_count, l2);
    case 16:
      return search<16>(column, pairs, pair_count, l2);
    case 32:
      return search<32>(column, pairs, pair_count, l2);
    case 64:
      return search<64>(column, pairs, pair_count, l2);
    default:
      return search<128>(column, pairs, pair_count, l2);
  }
}

}  // namespace

ColumnScore best_split(const OrderedColumn& column, std::span<const PairHistograms> pairs,
                       std::size_t leaves, float l2) {
  return search_any(column, pairs.data(), pairs.size(), leaves, l2);
}

}  // namespace clientele::trees
