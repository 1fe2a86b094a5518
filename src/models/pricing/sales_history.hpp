// What was sold of one product at which price, and under which circumstances.
#pragma once

#include <cstddef>
#include <vector>

#include "base/date.hpp"
#include "base/feature_table.hpp"

namespace clientele::pricing {

// Rows in chronological order. Every column has rows() + 1 entries: the last one is "now", the
// situation for which a price is wanted (its price and units are not read).
// Requires: prices > 0, units >= 0.
struct SalesHistory {
  std::vector<Date> date;
  std::vector<double> price;
  std::vector<double> units;
  std::vector<double> competitor_price;  // NaN = unknown; empty = no such column
  std::vector<double> inventory;         // NaN = unknown; empty = no such column
  std::vector<FeatureColumn> controls;   // segments and the caller's own columns

  std::size_t rows() const { return date.size() - 1; }
};

}  // namespace clientele::pricing
