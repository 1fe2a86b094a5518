// How often items are bought together: exact pair counts over orders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "models/basket/orders.hpp"

namespace clientele::basket {

struct CountOptions {
  std::uint32_t min_support = 1;         // items in fewer orders take no part in pairs
  std::size_t threads = 1;               // the counts do not depend on it
  std::uint64_t max_pairs = 32'000'000;  // distinct pairs held, 16 bytes each; more is an error
  const Cancellation* cancellation = nullptr;
};

// Supports and pair counts. Items that were kept have ranks 0 .. kept() - 1, by descending support,
// ties by ascending code. Immutable, so it may be read from several threads.
class CoOccurrence {
 public:
  static constexpr std::uint32_t kDropped = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t orders() const { return orders_; }
  std::uint32_t kept() const { return static_cast<std::uint32_t>(code_of_rank_.size()); }
  // Distinct pairs {i, j}, i != j, that at least one order holds.
  std::uint64_t pairs() const { return pairs_; }

  // Orders that hold `code`, counted for dropped items too. Requires: code < the orders'
  // code_count().
  std::uint32_t support(std::uint32_t code) const { return support_[code]; }
  // Orders that hold both; support(a) for a == b, 0 for dropped items. Complexity: O(log kept).
  std::uint32_t together(std::uint32_t a, std::uint32_t b) const;

  // kDropped for items below the minimal support.
  std::uint32_t rank_of(std::uint32_t code) const { return rank_of_code_[code]; }
  std::uint32_t code_of(std::uint32_t rank) const { return code_of_rank_[rank]; }

  // Calls visit(partner_rank, count) for every partner of `rank` with count > 0, partners
  // ascending.
  template <typename Visit>
  void for_each_partner(std::uint32_t rank, Visit&& visit) const {
    if (!dense_.empty()) {
      const std::uint32_t* row = dense_.data() + std::size_t{rank} * kept();
      for (std::uint32_t partner = 0; partner < kept(); ++partner) {
        if (row[partner] != 0) visit(partner, row[partner]);
      }
      return;
    }
    for (std::uint64_t at = row_begin_[rank]; at < row_begin_[rank + 1]; ++at) {
      visit(cells_[at].partner, cells_[at].count);
    }
  }

  // The counts of the orders of both. Requires: the same codes, min_support 1 on both sides.
  // Error: too_large as in count_pairs().
  friend Result<CoOccurrence> merge(const CoOccurrence& a, const CoOccurrence& b,
                                    std::uint64_t max_pairs);

 private:
  friend class PairCounter;

  struct Cell {
    std::uint32_t partner;
    std::uint32_t count;
  };

  void rank_items(std::uint32_t min_support);
  void store_rows(std::span<const std::vector<Cell>> half_rows,
                  std::span<const std::uint32_t> half_sizes);

  std::uint32_t orders_ = 0;
  std::uint64_t pairs_ = 0;
  std::vector<std::uint32_t> support_;       // by code
  std::vector<std::uint32_t> rank_of_code_;  // by code
  std::vector<std::uint32_t> code_of_rank_;
  std::vector<std::uint64_t> row_begin_;  // sparse form: kept + 1
  std::unique_ptr<Cell[]> cells_;         // both halves, partners ascending inside a row
  std::vector<std::uint32_t> dense_;      // dense form: kept x kept, zero diagonal; or empty
};

// Counts supports and pairs. Memory: O(lines + codes + distinct pairs), whatever the order sizes.
// Errors: too_large for more than max_pairs distinct pairs or 2^30 lines or orders;
// deadline_exceeded when cancelled. Deterministic: on any number of threads and for any order of
// the orders and lines.
Result<CoOccurrence> count_pairs(const Orders& orders, const CountOptions& options = {});

}  // namespace clientele::basket
