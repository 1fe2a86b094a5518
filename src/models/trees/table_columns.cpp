#include "models/trees/table_columns.hpp"

namespace clientele::trees {

std::vector<Column> columns_of(const FeatureTable& table) {
  std::vector<Column> columns;
  columns.reserve(table.columns.size());
  for (const FeatureColumn& column : table.columns) {
    if (column.kind == ColumnKind::text) {
      columns.emplace_back(
          CategoricalColumn{column.codes, static_cast<std::uint32_t>(column.levels.size())});
    } else {
      columns.emplace_back(NumericColumn{column.numbers});
    }
  }
  return columns;
}

}  // namespace clientele::trees
