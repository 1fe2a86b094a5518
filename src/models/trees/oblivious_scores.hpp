// Cosine scores of all splits of one column over all leaves of a half-grown oblivious tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/trees/logistic.hpp"
#include "models/trees/ordered_columns.hpp"

namespace clientele::trees {

inline constexpr std::size_t kMaxBodyTails = 8;

// Histograms of one body/tail pair, cell (bin, leaf) at bin * leaves + leaf, and their sums by
// leaf. Plain boosting: tail == body.
struct PairHistograms {
  const GradientPair* body = nullptr;
  const GradientPair* tail = nullptr;
  const GradientPair* body_total = nullptr;
  const GradientPair* tail_total = nullptr;
};

struct ColumnScore {
  float score = -1;  // of the best split; -1 = none
  std::uint8_t low = 0;
  std::uint8_t width = 0;
};

// With averages a = G/(W + l2) from the bodies and tail sums (G', W') on both sides of a split:
// score = sum a G' / sqrt(sum a^2 W'). Ties: the lowest bin. `leaves` = 1, 2, 4, ... 128.
ColumnScore best_split(const OrderedColumn& column, std::span<const PairHistograms> pairs,
                       std::size_t leaves, float l2);

}  // namespace clientele::trees
