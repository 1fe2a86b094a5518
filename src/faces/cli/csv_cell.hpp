// Cells of a CSV file as JSON values.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clientele::cli {

enum class CellKind { text, number, boolean };

// A JSON number (RFC 8259, 6) within the range of double, as it stands in a cell.
bool is_json_number(std::string_view cell);

// Appends the cell: null when empty, and as text what is not of its kind.
void append_cell(std::string& json, std::string_view cell, CellKind kind);

// What an undeclared column holds, by all its cells.
CellKind kind_of(std::span<const std::string_view> cells);

}  // namespace clientele::cli
