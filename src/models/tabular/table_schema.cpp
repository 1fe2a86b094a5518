#include "models/tabular/table_schema.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/number_text.hpp"

namespace clientele::tabular {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double number_of(const std::string& text) {
  double value = kMissing;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc{} && end == text.data() + text.size()) return value;
  if (text == "true") return 1;
  if (text == "false") return 0;
  return kMissing;
}

std::string text_of(double value, ColumnKind kind) {
  if (kind == ColumnKind::boolean) return value != 0 ? "true" : "false";
  std::string text;
  append_number(text, value);
  return text;
}

using Codes = std::unordered_map<std::string_view, std::uint32_t>;

Codes codes_of(const ColumnSchema& schema) {
  Codes codes;
  for (std::uint32_t i = 0; i < schema.levels.size(); ++i) codes.emplace(schema.levels[i], i);
  return codes;
}

std::uint32_t code_in(const Codes& codes, std::string_view text) {
  const auto found = codes.find(text);
  return found == codes.end() ? FeatureColumn::kMissingCode : found->second;
}

void fill_texts(const FeatureColumn& from, const ColumnSchema& schema, FeatureColumn& to) {
  const Codes codes = codes_of(schema);
  if (from.kind == ColumnKind::text) {
    std::vector<std::uint32_t> code_of_level;
    for (const std::string& level : from.levels) code_of_level.push_back(code_in(codes, level));
    for (const std::uint32_t code : from.codes) {
      to.codes.push_back(code < code_of_level.size() ? code_of_level[code]
                                                     : FeatureColumn::kMissingCode);
    }
    return;
  }
  for (const double value : from.numbers) {
    to.codes.push_back(std::isnan(value) ? FeatureColumn::kMissingCode
                                         : code_in(codes, text_of(value, from.kind)));
  }
}

void fill_numbers(const FeatureColumn& from, FeatureColumn& to) {
  if (from.kind != ColumnKind::text) {
    to.numbers = from.numbers;
    return;
  }
  std::vector<double> values;
  for (const std::string& level : from.levels) values.push_back(number_of(level));
  for (const std::uint32_t code : from.codes) {
    to.numbers.push_back(code < values.size() ? values[code] : kMissing);
  }
}

}  // namespace

std::vector<ColumnSchema> schema_of(const FeatureTable& table) {
  std::vector<ColumnSchema> schema;
  for (const FeatureColumn& column : table.columns) {
    schema.push_back({column.name, column.kind, column.levels});
  }
  return schema;
}

Alignment align(const std::vector<ColumnSchema>& schema, const FeatureTable& table) {
  Alignment aligned;
  aligned.table.rows = table.rows;
  std::unordered_map<std::string_view, const FeatureColumn*> by_name;
  for (const FeatureColumn& column : table.columns) by_name.emplace(column.name, &column);
  for (const ColumnSchema& wanted : schema) {
    const bool texts = wanted.kind == ColumnKind::text;
    FeatureColumn column{wanted.name, wanted.kind, {}, {}, wanted.levels};
    const auto found = by_name.find(wanted.name);
    if (found == by_name.end()) {
      aligned.missing.push_back(wanted.name);
      if (texts) column.codes.assign(table.rows, FeatureColumn::kMissingCode);
      if (!texts) column.numbers.assign(table.rows, kMissing);
    } else {
      const FeatureColumn& from = *found->second;
      if ((from.kind == ColumnKind::text) != texts) aligned.altered.push_back(wanted.name);
      if (texts) fill_texts(from, wanted, column);
      if (!texts) fill_numbers(from, column);
      by_name.erase(found);
    }
    aligned.table.columns.push_back(std::move(column));
  }
  for (const FeatureColumn& column : table.columns) {
    if (by_name.contains(column.name)) aligned.unknown.push_back(column.name);
  }
  return aligned;
}

}  // namespace clientele::tabular
