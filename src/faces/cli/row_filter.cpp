#include "faces/cli/row_filter.hpp"

#include <array>
#include <charconv>
#include <numeric>
#include <optional>

namespace clientele::cli {
namespace {

enum class Comparison { equal, unequal, less, less_equal, greater, greater_equal };

struct Operator {
  std::string_view text;
  Comparison comparison;
};
constexpr std::array kOperators{
    Operator{"!=", Comparison::unequal},       Operator{"<=", Comparison::less_equal},
    Operator{">=", Comparison::greater_equal}, Operator{"=", Comparison::equal},
    Operator{"<", Comparison::less},           Operator{">", Comparison::greater}};

struct Condition {
  std::size_t column;
  Comparison comparison;
  std::string value;
  std::optional<double> number;
};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Result<Condition> parse(const CsvTable& table, const std::string& text) {
  const std::size_t at = text.find_first_of("!<>=");
  for (const Operator& candidate : kOperators) {
    if (at == std::string::npos || !std::string_view(text).substr(at).starts_with(candidate.text)) {
      continue;
    }
    const std::string_view name = trimmed(std::string_view(text).substr(0, at));
    const auto column = table.find(name);
    if (!column) {
      return invalid("", "unknown_column",
                     "--where: the file has no column '" + std::string(name) + "'.", table.names());
    }
    const std::string_view value =
        trimmed(std::string_view(text).substr(at + candidate.text.size()));
    return Condition{*column, candidate.comparison, std::string(value), number_of(value)};
  }
  return invalid(
      "", "bad_condition",
      "--where takes COLUMN OP VALUE with OP one of = != < <= > >=; got '" + text + "'.");
}

template <typename Value>
bool compare(const Value& left, Comparison comparison, const Value& right) {
  switch (comparison) {
    case Comparison::equal:
      return left == right;
    case Comparison::unequal:
      return left != right;
    case Comparison::less:
      return left < right;
    case Comparison::less_equal:
      return left <= right;
    case Comparison::greater:
      return left > right;
    case Comparison::greater_equal:
      return left >= right;
  }
  return false;
}

bool meets(std::string_view cell, const Condition& condition) {
  if (condition.number) {
    if (const auto number = number_of(trimmed(cell))) {
      return compare(*number, condition.comparison, *condition.number);
    }
    return condition.comparison == Comparison::unequal;
  }
  return compare(cell, condition.comparison, std::string_view(condition.value));
}

}  // namespace

Result<std::vector<std::uint32_t>> filter_rows(const CsvTable& table,
                                               const std::vector<std::string>& conditions) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  for (const std::string& text : conditions) {
    auto condition = parse(table, text);
    if (!condition) return std::move(condition).error();
    const auto cells = table.column(condition->column);
    std::erase_if(rows, [&](std::uint32_t row) { return !meets(cells[row], *condition); });
  }
  return rows;
}

}  // namespace clientele::cli
