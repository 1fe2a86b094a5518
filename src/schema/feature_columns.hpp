// Builds a FeatureTable value by value, while the kinds of its columns are still being discovered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/feature_table.hpp"

namespace clientele::schema {

// Rows may lack a column (missing) and a column may mix kinds: a boolean beside numbers counts as
// 0/1, and anything beside texts becomes its text.
class FeatureColumns {
 public:
  // At most `most_columns` columns and `most_cells` rows x columns.
  FeatureColumns(std::size_t most_columns, std::size_t most_cells);
  ~FeatureColumns();

  // Index of the column of that name, made if new; -1 when there are too many.
  int column(std::string_view name);
  std::string_view name(int column) const;

  // What happened to a value.
  enum class Put { stored, repeated, too_many_cells };
  // Rows must come in ascending order within each column.
  Put put_number(int column, std::size_t row, double value);
  Put put_boolean(int column, std::size_t row, bool value);
  Put put_text(int column, std::size_t row, std::string_view text);
  // An explicit null: the value is missing, but the key was there.
  Put put_missing(int column, std::size_t row);

  std::size_t most_columns() const { return most_columns_; }
  std::size_t most_cells() const { return most_cells_; }

  // The finished table of `rows` rows. False when rows x columns passes most_cells().
  bool finish(std::size_t rows, FeatureTable& table) &&;

 private:
  struct Builder;
  Put advance(Builder& builder, std::size_t row);
  static void become_text(Builder& builder);

  std::size_t most_columns_;
  std::size_t most_cells_;
  std::size_t cells_ = 0;
  std::vector<std::unique_ptr<Builder>> builders_;
  std::unordered_map<std::string, int> by_name_;
};

}  // namespace clientele::schema
