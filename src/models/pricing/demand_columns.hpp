// The history as columns of a linear model.
//
// Column 0 is the log price. The others are controls, each scaled to mean 0 and deviation 1 over
// the history: log competitor price, log(1 + inventory), time, weekdays, the controls' numbers, and
// one column for each level of a text that at least two rows have (12 most frequent; ties by name).
// A missing number is the column's mean. "Now" is held to the values seen: beyond them a control's
// effect is not known. Columns that never change are left out, and beyond
// kMostControlColumns the later ones. Complexity: O(n p).
#pragma once

#include <cstddef>
#include <vector>

#include "models/pricing/sales_history.hpp"

namespace clientele::pricing {

inline constexpr std::size_t kMostControlColumns = 48;

struct DemandColumns {
  std::size_t rows = 0;                      // of history; each column has one more, "now"
  std::vector<std::vector<double>> columns;  // [0] = log price
};

DemandColumns demand_columns(const SalesHistory& history);

}  // namespace clientele::pricing
