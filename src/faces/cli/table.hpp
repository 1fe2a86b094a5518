// Rows of text as an aligned table for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace clientele::cli {

// n rows of at most header.size() cells; missing cells are empty. Any bytes may stand in a cell.
struct TextTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

struct TableOptions {
  std::size_t width = 80;  // of the terminal; 0: as wide as the cells
  std::size_t max_rows = 20;
  bool colour = false;  // bold header, dim rule and remarks (ANSI SGR), else no escape at all
};

// Header, rule, rows, one line each. Columns whose cells are all numbers are set right. Cells are
// made printable (see printable()). In a table that is too wide, headers are broken at _ . and
// blanks, then the widest columns are cut, with … at the end of a cell; columns that do not fit
// even so are left out and counted in a last line, as are rows over max_rows ("… and 7 more rows").
// Every line fits `width`, and ends with a line feed.
std::string render_table(const TextTable& table, const TableOptions& options = {});

}  // namespace clientele::cli
