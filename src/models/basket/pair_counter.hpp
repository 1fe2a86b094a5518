// The counting pass behind count_pairs().
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "models/basket/co_occurrence.hpp"

namespace clientele::basket {

Error too_many_pairs(std::uint64_t max_pairs);

// Counts the pairs of one set of orders; used once.
class PairCounter {
 public:
  PairCounter(const Orders& orders, const CountOptions& options);
  Result<CoOccurrence> run();

 private:
  // The ranks below one line's own rank in its order: lines_[begin] .. lines_[begin + size - 1].
  struct Prefix {
    std::uint32_t begin;
    std::uint32_t size;
  };
  // What one block of orders adds up for each code, later for each rank.
  struct BlockTotals {
    std::vector<std::uint32_t> lines;  // orders with the code; then prefixes of the rank
    std::vector<std::uint64_t> work;   // sum of the prefix sizes of the rank
  };
  // Counts by rank, and a bit for each that is not 0: no counter is looked at in vain.
  struct Histogram {
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> seen;
  };
  using Cells = std::vector<CoOccurrence::Cell>;

  void clean_block(std::size_t block);
  void rank_block(std::size_t block);
  void index_prefixes();
  std::vector<std::uint32_t> chunk_rows() const;
  void count_rows(std::uint32_t first, std::uint32_t last, Cells& out);
  std::span<const Prefix> prefixes_of(std::uint32_t row) const {
    return std::span(prefixes_).subspan(prefix_begin_[row],
                                        prefix_begin_[row + 1] - prefix_begin_[row]);
  }
  // Appends the counts of `row` with smaller ranks to `out`, partners ascending; empties
  // `histogram`.
  void count_row(std::uint32_t row, Histogram& histogram, Cells& out) const;

  const Orders orders_;
  const CountOptions options_;
  const std::size_t blocks_;
  CoOccurrence result_;
  std::vector<std::uint32_t> lines_;    // distinct codes of each order, later ascending ranks
  std::vector<std::uint32_t> lengths_;  // of each order
  std::vector<BlockTotals> totals_;
  std::vector<std::uint32_t> prefix_begin_;  // by rank, kept + 1
  std::vector<Prefix> prefixes_;
  std::vector<std::uint64_t> work_;        // by rank
  std::vector<std::uint32_t> half_sizes_;  // distinct partners of smaller rank
  std::atomic<std::uint64_t> pairs_{0};
  std::atomic<bool> stopped_{false};
};

}  // namespace clientele::basket
