// Customers reduced to (repeats, recency, age) and collapsed: what the purchase models are fitted
// on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace clientele::lifetime {

// Distinct (repeats, age, recency) rows in ascending order, grouped by repeats. The order of the
// customers leaves no trace but `row_of`.
struct SummaryTable {
  std::vector<std::uint32_t> repeats;  // distinct, ascending: one a group
  std::vector<std::size_t> begin;      // first row of each group, and one past the last row
  std::vector<double> age;             // per row, time units since the first purchase
  std::vector<double> recency;         // per row, age at the last purchase
  std::vector<double> count;           // per row, customers that share it
  std::vector<std::uint32_t> row_of;   // per customer
  double longest_age = 0;

  std::size_t rows() const { return age.size(); }
  std::size_t groups() const { return repeats.size(); }
  std::size_t customers() const { return row_of.size(); }
};

// Collapses customers given by columns of one length. Faults: no customer, columns of unequal
// length, or a row that breaks 0 <= recency <= age < infinity, recency > 0 exactly if repeats > 0.
// Complexity: O(n log n).
Result<SummaryTable> collapse(std::span<const std::uint32_t> repeats,
                              std::span<const double> recency, std::span<const double> age);

// Every `step`-th row, with its customers; row_of is left empty. Requires: step >= 1.
SummaryTable thinned(const SummaryTable& table, std::size_t step);

// One weight a row (a count of customers, or a bootstrap draw of it) with the sums every fit needs.
struct Weighting {
  std::vector<double> row;
  std::vector<double> group;       // sum over the rows of a group
  std::vector<double> group_tail;  // sum over a group and all later ones
  double customers = 0;
  double repeats = 0;
};
// Requires: row.size() == table.rows(), weights >= 0.
Weighting weighting(const SummaryTable& table, std::vector<double> row);
Weighting weighting(const SummaryTable& table);

// A stretch of rows of one group: the unit of parallel work, at most kBlockRows long.
struct Block {
  std::size_t group;
  std::size_t begin;
  std::size_t end;
};
inline constexpr std::size_t kBlockRows = 2048;
std::vector<Block> blocks(const SummaryTable& table);

}  // namespace clientele::lifetime
