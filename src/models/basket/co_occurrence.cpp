// Pair counts stored by row, both halves, so that one row is one stretch of memory.
//
// Ranks by descending support bring the frequent items together, which keeps the rows that are read
// most in cache. Rows are lists of (partner, count); when more than a quarter of the matrix would
// be filled a plain matrix of counts is smaller and is used instead. Complexity: storing O(pairs),
// merging O(pairs of both + kept^2 / cache line only when dense).
#include "models/basket/co_occurrence.hpp"

#include <algorithm>
#include <numeric>

#include "models/basket/pair_counter.hpp"

namespace clientele::basket {

std::uint32_t CoOccurrence::together(std::uint32_t a, std::uint32_t b) const {
  const std::uint32_t row = rank_of_code_[a];
  const std::uint32_t partner = rank_of_code_[b];
  if (row == kDropped || partner == kDropped) return 0;
  if (row == partner) return support_[a];
  if (!dense_.empty()) return dense_[std::size_t{row} * kept() + partner];
  const auto begin = cells_.get() + row_begin_[row];
  const auto end = cells_.get() + row_begin_[row + 1];
  const auto found = std::lower_bound(
      begin, end, partner,
      [](const Cell& cell, std::uint32_t wanted) { return cell.partner < wanted; });
  return found != end && found->partner == partner ? found->count : 0;
}

void CoOccurrence::rank_items(std::uint32_t min_support) {
  min_support = std::max<std::uint32_t>(min_support, 1);
  for (std::uint32_t code = 0; code < support_.size(); ++code) {
    if (support_[code] >= min_support) code_of_rank_.push_back(code);
  }
  std::stable_sort(code_of_rank_.begin(), code_of_rank_.end(),
                   [this](auto a, auto b) { return support_[a] > support_[b]; });
  rank_of_code_.assign(support_.size(), kDropped);
  for (std::uint32_t rank = 0; rank < kept(); ++rank) rank_of_code_[code_of_rank_[rank]] = rank;
}

void CoOccurrence::store_rows(std::span<const std::vector<Cell>> half_rows,
                              std::span<const std::uint32_t> half_sizes) {
  std::vector<std::uint64_t> width(half_sizes.begin(), half_sizes.end());
  pairs_ = 0;
  for (const auto& chunk : half_rows) {
    pairs_ += chunk.size();
    for (const Cell& cell : chunk) ++width[cell.partner];
  }
  const std::uint64_t square = std::uint64_t{kept()} * kept();
  const bool is_dense = 4 * pairs_ > square;
  if (is_dense) {
    dense_.assign(square, 0);
  } else {
    row_begin_.assign(kept() + std::size_t{1}, 0);
    std::partial_sum(width.begin(), width.end(), row_begin_.begin() + 1);
    cells_ = std::make_unique_for_overwrite<Cell[]>(2 * pairs_);
  }
  std::vector<std::uint64_t> next_upper(is_dense ? 0 : kept());
  for (std::size_t rank = 0; rank < next_upper.size(); ++rank) {
    next_upper[rank] = row_begin_[rank] + half_sizes[rank];
  }
  std::uint32_t row = 0;
  std::uint32_t left = kept() == 0 ? 0 : half_sizes[0];
  for (const auto& chunk : half_rows) {
    for (const Cell& cell : chunk) {
      while (left == 0) left = half_sizes[++row];
      if (is_dense) {
        dense_[std::size_t{row} * kept() + cell.partner] = cell.count;
        dense_[std::size_t{cell.partner} * kept() + row] = cell.count;
      } else {
        cells_[row_begin_[row] + (half_sizes[row] - left)] = cell;
        cells_[next_upper[cell.partner]++] = {row, cell.count};
      }
      --left;
    }
  }
}

Result<CoOccurrence> merge(const CoOccurrence& a, const CoOccurrence& b, std::uint64_t max_pairs) {
  CoOccurrence sum;
  sum.orders_ = a.orders_ + b.orders_;
  sum.support_ = a.support_;
  for (std::size_t code = 0; code < sum.support_.size(); ++code) {
    sum.support_[code] += b.support_[code];
  }
  sum.rank_items(1);
  std::vector<std::vector<CoOccurrence::Cell>> half_rows(1);
  std::vector<std::uint32_t> half_sizes(sum.kept());
  std::vector<std::uint32_t> counts(sum.kept());
  for (std::uint32_t row = 0; row < sum.kept(); ++row) {
    const std::size_t before = half_rows[0].size();
    for (const CoOccurrence* part : {&a, &b}) {
      const std::uint32_t rank = part->rank_of(sum.code_of(row));
      if (rank == CoOccurrence::kDropped) continue;
      part->for_each_partner(rank, [&](std::uint32_t partner, std::uint32_t count) {
        const std::uint32_t column = sum.rank_of(part->code_of(partner));
        if (column >= row) return;
        if (counts[column] == 0) half_rows[0].push_back({column, 0});
        counts[column] += count;
      });
    }
    const auto cells = std::span(half_rows[0]).subspan(before);
    std::sort(cells.begin(), cells.end(),
              [](const auto& x, const auto& y) { return x.partner < y.partner; });
    for (CoOccurrence::Cell& cell : cells) cell.count = std::exchange(counts[cell.partner], 0);
    half_sizes[row] = static_cast<std::uint32_t>(cells.size());
    if (half_rows[0].size() > max_pairs) return too_many_pairs(max_pairs);
  }
  sum.store_rows(half_rows, half_sizes);
  return sum;
}

}  // namespace clientele::basket
