// Logistic regression with a quadratic penalty on standardised columns.
//
// max sum log P(y | x) - penalty / 2 |beta|^2, intercept free, by Newton steps. Columns: numbers
// with mean 0 and deviation 1 (missing = mean), one a frequent level of a text. Degenerate: one
// class gives a constant near its rate. Complexity: O(steps (n p^2 + p^3)).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/feature_table.hpp"

namespace clientele::uplift {

inline constexpr std::size_t kMostLinearColumns = 48;

class LinearColumns {
 public:
  // Learns scales from all rows; no outcome is read.
  explicit LinearColumns(const FeatureTable& table);

  std::size_t columns() const { return columns_; }
  // columns() values and a 1 for the intercept.
  const float* row(std::size_t row) const { return cells_.data() + row * (columns_ + 1); }

 private:
  std::size_t columns_ = 0;
  std::vector<float> cells_;
};

// Coefficients with the intercept last. `positive[row]` is the label. Requires: rows not empty.
std::vector<double> fit_ridge_logistic(const LinearColumns& columns,
                                       std::span<const std::uint8_t> positive,
                                       std::span<const std::uint32_t> rows, double penalty);

double ridge_probability(const LinearColumns& columns, std::span<const double> coefficients,
                         std::size_t row);

}  // namespace clientele::uplift
