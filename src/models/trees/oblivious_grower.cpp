#include "models/trees/oblivious_grower.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/trees/oblivious_scores.hpp"
#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

// cells[code * leaves + leaf] += pair over the listed positions.
void add_positions(const OrderedColumns& columns, std::span<const std::uint32_t> positions,
                   const GradientPair* pairs, const std::uint8_t* leaves, std::uint32_t level,
                   GradientPair* cells) {
  const std::size_t width = columns.columns().size();
  for (const std::uint32_t position : positions) {
    const std::uint16_t* codes = columns.codes(position);
    const GradientPair pair = pairs[position];
    GradientPair* leaf_cells = cells + leaves[position];
    std::size_t c = 0;
    for (; c + 4 <= width; c += 4) {
      leaf_cells[std::size_t{codes[c]} << level] += pair;
      leaf_cells[std::size_t{codes[c + 1]} << level] += pair;
      leaf_cells[std::size_t{codes[c + 2]} << level] += pair;
      leaf_cells[std::size_t{codes[c + 3]} << level] += pair;
    }
    for (; c < width; ++c) leaf_cells[std::size_t{codes[c]} << level] += pair;
  }
}

// The same over consecutive positions before the first split.
void add_range(const OrderedColumns& columns, std::uint32_t begin, std::uint32_t end,
               const GradientPair* pairs, GradientPair* cells) {
  const std::size_t width = columns.columns().size();
  for (std::uint32_t position = begin; position < end; ++position) {
    const std::uint16_t* codes = columns.codes(position);
    const GradientPair pair = pairs[position];
    std::size_t c = 0;
    for (; c + 4 <= width; c += 4) {
      cells[codes[c]] += pair;
      cells[codes[c + 1]] += pair;
      cells[codes[c + 2]] += pair;
      cells[codes[c + 3]] += pair;
    }
    for (; c < width; ++c) cells[codes[c]] += pair;
  }
}

// From (bin, leaf) cells to (bin, leaf + leaves * bit) cells, last bin first so that it works in
// place: `built` holds the rows whose bit is `bit`, the others are what is left.
CLIENTELE_SIMD void split_cells(std::size_t bins, std::size_t leaves, std::size_t bit,
                                const GradientPair* built, GradientPair* cells) {
  GradientPair old[1U << kMaxObliviousDepth];
  for (std::size_t bin = bins; bin-- > 0;) {
    const GradientPair* from = cells + bin * leaves;
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) old[leaf] = from[leaf];
    GradientPair* with = cells + bin * 2 * leaves + bit * leaves;
    GradientPair* without = cells + bin * 2 * leaves + (1 - bit) * leaves;
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
      with[leaf] = built[bin * leaves + leaf];
      without[leaf] = old[leaf] - built[bin * leaves + leaf];
    }
  }
}

// Every row is in one bin of the first column: its cells sum to the leaf totals.
void sum_totals(const OrderedColumn& column, std::size_t leaves, const GradientPair* cells,
                GradientPair* totals) {
  std::fill_n(totals, leaves, GradientPair{0});
  for (std::uint32_t bin = 0; bin < column.bins; ++bin) {
    const GradientPair* own = cells + std::size_t{column.offset + bin} * leaves;
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) totals[leaf] += own[leaf];
  }
}

CLIENTELE_SIMD std::uint32_t bits_of(const std::uint8_t* cells, std::size_t n, std::uint8_t low,
                                     std::uint8_t width, std::uint8_t* bits) {
  std::uint32_t ones = 0;
  for (std::size_t i = 0; i < n; ++i) {
    bits[i] = static_cast<std::uint8_t>(cells[i] - low) > width ? 1 : 0;
    ones += bits[i];
  }
  return ones;
}

CLIENTELE_SIMD void add_bits(const std::uint8_t* bits, std::size_t n, std::uint32_t level,
                             std::uint8_t* leaves) {
  for (std::size_t i = 0; i < n; ++i) {
    leaves[i] = static_cast<std::uint8_t>(leaves[i] | bits[i] << level);
  }
}

// About standard normal: four uniform words, centred and scaled to variance 1.
float noise_draw(WordStream& words) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<double>(words.next()) * 0x1p-32;
  return static_cast<float>((sum - 2.0) * 1.7320508075688772);
}

}  // namespace

ObliviousGrower::ObliviousGrower(std::size_t max_rows, std::uint32_t max_total_bins,
                                 std::uint32_t max_depth, std::size_t body_tails)
    : blocks_(2 * body_tails), listed_(max_rows), bits_(max_rows) {
  const std::size_t cells = std::size_t{max_total_bins} << (max_depth - 1);
  for (Block& block : blocks_) block.cells.resize(cells);
  scratch_.resize(cells / 2 + 1);
}

void ObliviousGrower::build_roots(const OrderedColumns& columns, std::span<const BodyTail> models) {
  used_blocks_ = 0;
  const auto add_block = [&](std::uint32_t begin, std::uint32_t end, const GradientPair* pairs) {
    Block& block = blocks_[used_blocks_++];
    block.begin = begin;
    block.end = end;
    block.pairs = pairs;
    std::fill_n(block.cells.begin(), columns.total_bins(), GradientPair{0});
    add_range(columns, begin, end, pairs, block.cells.data());
  };
  for (const BodyTail& model : models) {
    add_block(0, model.body_end, model.pairs);
    if (!model.plain()) add_block(model.tail_begin, model.tail_end, model.pairs);
  }
}

ObliviousSplit ObliviousGrower::choose(const OrderedColumns& columns,
                                       std::span<const BodyTail> models,
                                       const ObliviousRules& rules, std::uint32_t level,
                                       WordStream& words) {
  const std::size_t leaves = std::size_t{1} << level;
  std::array<PairHistograms, kMaxBodyTails> pairs;
  std::size_t next = 0;
  for (std::size_t p = 0; p < models.size(); ++p) {
    const Block& body = blocks_[next++];
    const Block& tail = models[p].plain() ? body : blocks_[next++];
    pairs[p] = {body.cells.data(), tail.cells.data(), body.totals.data(), tail.totals.data()};
  }
  const std::span<const PairHistograms> used(pairs.data(), models.size());
  const auto keep = static_cast<std::uint32_t>(std::lround(rules.column_sample * 65536));
  ObliviousSplit best;
  float best_score = -std::numeric_limits<float>::infinity();
  for (const OrderedColumn& column : columns.columns()) {
    const bool last_chance = !std::isfinite(best_score) && &column == &columns.columns().back();
    if (words.next() >> 16 >= keep && !last_chance) continue;
    const ColumnScore found = best_split(column, used, leaves, rules.l2);
    const float score = found.score + rules.noise * noise_draw(words);
    if (!(score > best_score)) continue;
    best_score = score;
    best = {column.column, found.low, found.width};
  }
  return best;
}

void ObliviousGrower::mark_bits(const OrderedColumns& columns, const ObliviousSplit& split) {
  const auto cells = columns.cells(columns.index_of(split.column));
  ones_ = bits_of(cells.data(), cells.size(), split.low, split.width, bits_.data());
}

void ObliviousGrower::split_histograms(const OrderedColumns& columns, std::uint32_t level,
                                       std::span<const std::uint8_t> leaves) {
  const std::size_t leaf_count = std::size_t{1} << level;
  const std::uint8_t minority = ones_ * 2 <= columns.rows() ? 1 : 0;
  for (std::size_t b = 0; b < used_blocks_; ++b) {
    Block& block = blocks_[b];
    std::size_t count = 0;
    for (std::uint32_t i = block.begin; i < block.end; ++i) {
      listed_[count] = i;
      count += bits_[i] == minority ? 1 : 0;
    }
    std::fill_n(scratch_.begin(), columns.total_bins() * leaf_count, GradientPair{0});
    add_positions(columns, std::span(listed_).first(count), block.pairs, leaves.data(), level,
                  scratch_.data());
    split_cells(columns.total_bins(), leaf_count, minority, scratch_.data(), block.cells.data());
  }
}

std::uint32_t ObliviousGrower::grow(const OrderedColumns& columns, std::span<const BodyTail> models,
                                    const ObliviousRules& rules, WordStream& words,
                                    std::span<ObliviousSplit> splits,
                                    std::span<std::uint8_t> leaves) {
  std::fill(leaves.begin(), leaves.end(), std::uint8_t{0});
  if (columns.columns().empty()) return 0;
  build_roots(columns, models);
  for (std::uint32_t level = 0; level < rules.depth; ++level) {
    for (std::size_t b = 0; b < used_blocks_; ++b) {
      sum_totals(columns.columns()[0], std::size_t{1} << level, blocks_[b].cells.data(),
                 blocks_[b].totals.data());
    }
    splits[level] = choose(columns, models, rules, level, words);
    mark_bits(columns, splits[level]);
    if (level + 1 < rules.depth) split_histograms(columns, level, leaves);
    add_bits(bits_.data(), columns.rows(), level, leaves.data());
  }
  return rules.depth;
}

}  // namespace clientele::trees
