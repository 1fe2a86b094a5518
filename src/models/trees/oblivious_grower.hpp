// Finds the splits of one oblivious tree after another, without allocating between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/logistic.hpp"
#include "models/trees/oblivious.hpp"
#include "models/trees/ordered_columns.hpp"
#include "models/trees/sampling.hpp"

namespace clientele::trees {

// One model of ordered boosting: its leaf averages come from rows [0, body_end) of the order, its
// split scores from rows [tail_begin, tail_end). Plain: both ranges are all rows.
struct BodyTail {
  std::uint32_t body_end = 0;
  std::uint32_t tail_begin = 0;
  std::uint32_t tail_end = 0;
  const GradientPair* pairs = nullptr;  // (gradient, weight) by position

  bool plain() const { return tail_begin == 0; }
};

struct ObliviousRules {
  std::uint32_t depth = 6;
  float l2 = 0;              // in hessian units
  float noise = 0;           // standard deviation added to a column's score
  double column_sample = 1;  // drawn per level
};

class ObliviousGrower {
 public:
  // Room for trees over any columns of at most this size. Requires: depth <= kMaxObliviousDepth.
  ObliviousGrower(std::size_t max_rows, std::uint32_t max_total_bins, std::uint32_t max_depth,
                  std::size_t body_tails);

  // Chooses the splits and writes each position's leaf. Returns the depth (0 without columns).
  std::uint32_t grow(const OrderedColumns& columns, std::span<const BodyTail> models,
                     const ObliviousRules& rules, WordStream& words,
                     std::span<ObliviousSplit> splits, std::span<std::uint8_t> leaves);

 private:
  struct Block {  // one range of rows with its histogram
    std::uint32_t begin;
    std::uint32_t end;
    const GradientPair* pairs;
    std::vector<GradientPair> cells;
    std::array<GradientPair, 1U << (kMaxObliviousDepth - 1)> totals;
  };

  void build_roots(const OrderedColumns& columns, std::span<const BodyTail> models);
  ObliviousSplit choose(const OrderedColumns& columns, std::span<const BodyTail> models,
                        const ObliviousRules& rules, std::uint32_t level, WordStream& words);
  void mark_bits(const OrderedColumns& columns, const ObliviousSplit& split);
  void split_histograms(const OrderedColumns& columns, std::uint32_t level,
                        std::span<const std::uint8_t> leaves);

  std::vector<Block> blocks_;
  std::size_t used_blocks_ = 0;
  std::vector<GradientPair> scratch_;
  std::vector<std::uint32_t> listed_;
  std::vector<std::uint8_t> bits_;
  std::uint32_t ones_ = 0;
};

}  // namespace clientele::trees
