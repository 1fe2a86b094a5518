// The columns that a model was trained on, and later tables brought into their form.
#pragma once

#include <string>
#include <vector>

#include "base/feature_table.hpp"

namespace clientele::tabular {

struct ColumnSchema {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::vector<std::string> levels;  // texts, in the order of their codes
  bool operator==(const ColumnSchema&) const = default;
};

std::vector<ColumnSchema> schema_of(const FeatureTable& table);

struct Alignment {
  FeatureTable table;                // the schema's columns in the schema's order and codes
  std::vector<std::string> missing;  // columns of the schema that the table lacks: all missing
  std::vector<std::string> unknown;  // columns of the table that the schema lacks: not used
  std::vector<std::string> altered;  // columns of another kind: read as far as they can be
};

// Numbers among texts become their text; texts among numbers are read as numbers or are missing.
// Levels never seen in training are missing. Complexity: O(cells).
Alignment align(const std::vector<ColumnSchema>& schema, const FeatureTable& table);

}  // namespace clientele::tabular
