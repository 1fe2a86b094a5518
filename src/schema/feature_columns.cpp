#include "schema/feature_columns.hpp"

#include <cmath>
#include <limits>

#include "base/number_text.hpp"

namespace clientele::schema {
namespace {
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNoRow = std::numeric_limits<std::size_t>::max();
}  // namespace

struct FeatureColumns::Builder {
  FeatureColumn column;
  bool has_numbers = false;
  bool has_booleans = false;
  bool has_texts = false;
  std::size_t last_row = kNoRow;
  std::unordered_map<std::string, std::uint32_t> codes;

  std::size_t size() const { return has_texts ? column.codes.size() : column.numbers.size(); }
  std::uint32_t code_of(std::string text) {
    const auto [found, added] =
        codes.try_emplace(std::move(text), static_cast<std::uint32_t>(column.levels.size()));
    if (added) column.levels.push_back(found->first);
    return found->second;
  }
};

FeatureColumns::FeatureColumns(std::size_t most_columns, std::size_t most_cells)
    : most_columns_(most_columns), most_cells_(most_cells) {}
FeatureColumns::~FeatureColumns() = default;

int FeatureColumns::column(std::string_view name) {
  const auto found = by_name_.find(std::string(name));
  if (found != by_name_.end()) return found->second;
  if (builders_.size() >= most_columns_) return -1;
  const int index = static_cast<int>(builders_.size());
  auto builder = std::make_unique<Builder>();
  builder->column.name = name;
  builders_.push_back(std::move(builder));
  by_name_.emplace(name, index);
  return index;
}

std::string_view FeatureColumns::name(int column) const {
  return builders_[static_cast<std::size_t>(column)]->column.name;
}

// Pads the column with missing values up to `row`.
FeatureColumns::Put FeatureColumns::advance(Builder& builder, std::size_t row) {
  if (builder.last_row == row) return Put::repeated;
  const std::size_t before = builder.size();
  cells_ += row + 1 - before;
  if (cells_ > most_cells_) return Put::too_many_cells;
  builder.last_row = row;
  if (builder.has_texts) {
    builder.column.codes.resize(row, FeatureColumn::kMissingCode);
  } else {
    builder.column.numbers.resize(row, kMissing);
  }
  return Put::stored;
}

// Gives every number so far its text and a code.
void FeatureColumns::become_text(Builder& builder) {
  builder.has_texts = true;
  builder.column.codes.reserve(builder.column.numbers.size());
  const bool only_booleans = builder.has_booleans && !builder.has_numbers;
  for (const double value : builder.column.numbers) {
    if (std::isnan(value)) {
      builder.column.codes.push_back(FeatureColumn::kMissingCode);
      continue;
    }
    std::string text;
    if (only_booleans) {
      text = value != 0 ? "true" : "false";
    } else {
      append_number(text, value);
    }
    builder.column.codes.push_back(builder.code_of(std::move(text)));
  }
  builder.column.numbers = {};
}

FeatureColumns::Put FeatureColumns::put_number(int column, std::size_t row, double value) {
  Builder& builder = *builders_[static_cast<std::size_t>(column)];
  if (builder.has_texts) {
    std::string text;
    append_number(text, value);
    return put_text(column, row, text);
  }
  const Put put = advance(builder, row);
  if (put == Put::stored) builder.column.numbers.push_back(value);
  builder.has_numbers = true;
  return put;
}

FeatureColumns::Put FeatureColumns::put_boolean(int column, std::size_t row, bool value) {
  Builder& builder = *builders_[static_cast<std::size_t>(column)];
  if (builder.has_texts) return put_text(column, row, value ? "true" : "false");
  const Put put = advance(builder, row);
  if (put == Put::stored) builder.column.numbers.push_back(value ? 1.0 : 0.0);
  builder.has_booleans = true;
  return put;
}

FeatureColumns::Put FeatureColumns::put_text(int column, std::size_t row, std::string_view text) {
  Builder& builder = *builders_[static_cast<std::size_t>(column)];
  if (!builder.has_texts) become_text(builder);
  const Put put = advance(builder, row);
  if (put == Put::stored) builder.column.codes.push_back(builder.code_of(std::string(text)));
  return put;
}

FeatureColumns::Put FeatureColumns::put_missing(int column, std::size_t row) {
  Builder& builder = *builders_[static_cast<std::size_t>(column)];
  const Put put = advance(builder, row);
  if (put != Put::stored) return put;
  if (builder.has_texts) {
    builder.column.codes.push_back(FeatureColumn::kMissingCode);
  } else {
    builder.column.numbers.push_back(kMissing);
  }
  return put;
}

bool FeatureColumns::finish(std::size_t rows, FeatureTable& table) && {
  if (rows != 0 && builders_.size() > most_cells_ / rows) return false;
  table.rows = rows;
  table.columns.reserve(builders_.size());
  for (const auto& builder : builders_) {
    FeatureColumn& column = builder->column;
    if (builder->has_texts) {
      column.kind = ColumnKind::text;
      column.codes.resize(rows, FeatureColumn::kMissingCode);
    } else {
      const bool boolean = builder->has_booleans && !builder->has_numbers;
      column.kind = boolean ? ColumnKind::boolean : ColumnKind::number;
      column.numbers.resize(rows, kMissing);
    }
    table.columns.push_back(std::move(column));
  }
  return true;
}

}  // namespace clientele::schema
