// Rows described by the caller's own columns: numbers, texts or booleans, with missing values.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace clientele {

enum class ColumnKind { number, text, boolean };

// One column of n values. Numbers and booleans (0/1) are in `numbers`, missing = NaN; texts are
// codes into `levels` (in order of first appearance), missing = kMissingCode.
struct FeatureColumn {
  static constexpr std::uint32_t kMissingCode = std::numeric_limits<std::uint32_t>::max();

  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::vector<double> numbers;
  std::vector<std::uint32_t> codes;
  std::vector<std::string> levels;
};

// n rows x c columns, in the order in which the columns first appeared.
struct FeatureTable {
  std::size_t rows = 0;
  std::vector<FeatureColumn> columns;

  // The column of that name, or nullptr. Complexity: O(c).
  const FeatureColumn* find(std::string_view name) const {
    for (const FeatureColumn& column : columns) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
};

}  // namespace clientele
