#include "faces/cli/csv_cell.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "schema/write.hpp"

namespace clientele::cli {

bool is_json_number(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size()) return false;
  const auto is_digit = [&cell](std::size_t at) {
    return at < cell.size() && cell[at] >= '0' && cell[at] <= '9';
  };
  const std::size_t first = cell[0] == '-' ? 1 : 0;
  const std::size_t point = cell.find('.');
  return is_digit(first) && !(cell[first] == '0' && is_digit(first + 1)) &&
         (point == std::string_view::npos || is_digit(point + 1));
}

void append_cell(std::string& json, std::string_view cell, CellKind kind) {
  if (cell.empty()) {
    json += "null";
  } else if (kind == CellKind::number && is_json_number(cell)) {
    json += cell;
  } else if (kind == CellKind::boolean &&
             (cell == "true" || cell == "TRUE" || cell == "True" || cell == "1")) {
    json += "true";
  } else if (kind == CellKind::boolean &&
             (cell == "false" || cell == "FALSE" || cell == "False" || cell == "0")) {
    json += "false";
  } else {
    schema::append_json_string(json, cell);
  }
}

CellKind kind_of(std::span<const std::string_view> cells) {
  const auto all = [&](auto&& accepts) {
    return std::all_of(cells.begin(), cells.end(),
                       [&](std::string_view cell) { return cell.empty() || accepts(cell); });
  };
  if (all(is_json_number)) return CellKind::number;
  if (all([](std::string_view c) { return c == "true" || c == "false"; })) return CellKind::boolean;
  return CellKind::text;
}

}  // namespace clientele::cli
