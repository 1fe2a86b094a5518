// Boosted trees and a random forest of log units, monotone in price, each averaged half and half
// with the log-log line: trees are flat between the prices that they have seen and beyond them, and
// the line says how demand goes on there.
//
// Fitted to log(units + c), c = 1/2 where any day sold nothing, else 0. Source: models/trees.
// Complexity: O(trees n f depth).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/pricing/sales_history.hpp"
#include "models/trees/binning.hpp"
#include "models/trees/ensemble.hpp"

namespace clientele::pricing {

enum class TreeKind { boosting, forest };

struct TreeSettings {
  TreeKind kind = TreeKind::boosting;
  bool allow_upward = false;  // no monotone constraint
  std::uint64_t seed = 42;
};

// The rows of a history and, after them, "now" at each of `prices`, binned for trees.
class TreeTable {
 public:
  TreeTable(const SalesHistory& history, std::span<const double> prices);

  // Log units expected in every row, hold-out and prices included, by a model of the first `rows`.
  std::vector<double> fit(std::size_t rows, const TreeSettings& settings) const;

 private:
  trees::BinnedMatrix matrix_;
  std::vector<double> target_;
  double shift_ = 0;
};

}  // namespace clientele::pricing
