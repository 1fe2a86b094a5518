// Mixed columns as the sparse rows of a linear model.
//
// Numbers and booleans: missing -> median, centred, divided by their standard deviation. Texts:
// one 0/1 column for each of the most frequent levels (and for "missing" where it occurs); a row
// has at most one of them, so only its place is kept. Number columns with missing values have a 0/1
// "missing" column too. Columns that do not vary are left out. No label is read, so an encoder
// learnt from all rows leaks nothing into a fold.
#pragma once

#include <cstdint>
#include <vector>

#include "base/feature_table.hpp"

namespace clientele::linear {

// Most 0/1 columns of one text column.
inline constexpr std::uint32_t kMostLevels = 40;
inline constexpr std::uint32_t kNoColumn = ~std::uint32_t{0};

// How one source column is encoded.
struct ColumnCode {
  std::uint32_t source = 0;  // index in the table
  bool is_text = false;
  double median = 0;                         // numbers: stands for missing values
  double mean = 0;                           // numbers, after imputation
  double deviation = 1;                      // numbers, after imputation
  std::uint32_t number_column = kNoColumn;   // numbers: coefficient of the value
  std::uint32_t missing_column = kNoColumn;  // coefficient of "missing"
  std::vector<std::uint32_t> level_column;   // texts: coefficient by level code; kNoColumn = none
  bool operator==(const ColumnCode&) const = default;
};

struct DesignCode {
  std::vector<ColumnCode> columns;
  std::uint32_t coefficients = 0;  // numbers first, then the 0/1 columns
  std::uint32_t numbers = 0;
  std::vector<double> means;             // by coefficient
  std::vector<double> deviations;        // by coefficient; of numbers 1
  std::vector<std::uint32_t> source_of;  // by coefficient
  bool operator==(const DesignCode&) const = default;
};

// n rows: `numbers` standardised values and, for each slot, the coefficient that is 1 (or none).
struct Design {
  std::size_t rows = 0;
  std::uint32_t numbers = 0;
  std::uint32_t slots = 0;
  std::vector<float> values;        // row-major rows x numbers
  std::vector<std::uint32_t> ones;  // row-major rows x slots
};

// Complexity: O(cells), and a sort a number column.
DesignCode learn_design(const FeatureTable& table);

// Requires: the columns that `code` names are of the kinds that it learnt; levels as coded there.
Design encode(const DesignCode& code, const FeatureTable& table);

}  // namespace clientele::linear
