// Rows of orders: each an order of its own, or lines of transactions that belong together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/context.hpp"
#include "numeric/exact_sum.hpp"

namespace clientele::vocabulary {

inline constexpr std::string_view kMergeLinesSummary =
    "Count rows of one customer that share a transaction_id as one order: their values are summed, "
    "and the earliest day counts.";

// Row: date, amount, transaction_id (text, maybe optional) and, if it has one, an optional cost.
template <typename Row>
class OrderLines {
 public:
  explicit OrderLines(bool merge) : merge_(merge) {}

  // The orders behind one customer's rows, in the order of their first rows; valid until the next
  // call. A merged order has a cost when all its rows have one. Rows without id stay as they are.
  // The result depends on the order of the rows only by the places of the orders in it.
  std::span<const Row> orders(const std::vector<Row>& rows) {
    if (rows.size() < 2) return rows;
    places_.clear();
    merged_.clear();
    sums_.clear();
    for (const Row& row : rows) {
      const std::optional<std::string_view> id(row.transaction_id);
      const auto [place, fresh] =
          id ? places_.try_emplace(*id, merged_.size()) : std::pair{places_.end(), true};
      if (!fresh) ++repeats_;
      if (!merge_) continue;
      if (fresh) {
        merged_.push_back(row);
        sums_.emplace_back();
      }
      add(row, fresh ? merged_.size() - 1 : place->second);
    }
    if (!merge_) return rows;
    for (std::size_t i = 0; i < merged_.size(); ++i) {
      merged_[i].amount = sums_[i].amount.value();
      if constexpr (requires { merged_[i].cost; }) {
        if (merged_[i].cost) merged_[i].cost = sums_[i].cost.value();
      }
    }
    return merged_;
  }

  // Says so when rows were counted as orders although they share a transaction_id.
  void warn(Context& context) const {
    if (merge_ || repeats_ == 0) return;
    context.warn("repeated_transactions",
                 std::to_string(repeats_) + (repeats_ == 1 ? " row repeats" : " rows repeat") +
                     " a transaction_id of the same customer and counted as an order of its own; "
                     "set merge_lines to true to count each transaction once.");
  }

 private:
  struct Sums {
    ExactSum amount;
    ExactSum cost;
  };

  void add(const Row& row, std::size_t place) {
    Row& order = merged_[place];
    order.date = std::min(order.date, row.date);
    sums_[place].amount.add(row.amount);
    if constexpr (requires { row.cost; }) {
      if (row.cost) sums_[place].cost.add(*row.cost);
      if (!row.cost) order.cost.reset();
    }
  }

  bool merge_;
  std::size_t repeats_ = 0;
  std::unordered_map<std::string_view, std::size_t> places_;
  std::vector<Row> merged_;
  std::vector<Sums> sums_;
};

}  // namespace clientele::vocabulary
