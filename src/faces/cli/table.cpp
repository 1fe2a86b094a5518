#include "faces/cli/table.hpp"

#include <algorithm>
#include <string_view>

#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

constexpr std::size_t kGap = 2;        // blanks between columns
constexpr std::size_t kNarrowest = 4;  // a cut column keeps this much
constexpr std::string_view kBold = "\x1B[1m";
constexpr std::string_view kDim = "\x1B[2m";
constexpr std::string_view kPlain = "\x1B[0m";

struct Column {
  std::vector<std::string> header;  // its lines
  std::vector<std::string> cells;
  std::size_t width = 0;
  bool numeric = false;
};

// Digits with a sign, separators, an exponent or a percent sign; dates too.
bool looks_numeric(std::string_view cell) {
  const bool digits =
      std::any_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && cell.find_first_not_of("0123456789+-.,eE% ") == std::string_view::npos &&
         cell.find_first_of("0123456789") <= 1;
}

bool looks_empty(std::string_view cell) { return cell.empty() || cell == "null" || cell == "-"; }

std::size_t widest(const std::vector<std::string>& cells) {
  std::size_t width = 0;
  for (const std::string& cell : cells) width = std::max(width, display_width(cell));
  return width;
}

Column make_column(const TextTable& table, std::size_t index, std::size_t shown) {
  Column column;
  column.header.push_back(printable(table.header[index]));
  bool any_number = false;
  column.numeric = true;
  for (std::size_t r = 0; r < shown; ++r) {
    const auto& row = table.rows[r];
    column.cells.push_back(index < row.size() ? printable(row[index]) : std::string());
    const std::string& cell = column.cells.back();
    any_number = any_number || looks_numeric(cell);
    column.numeric = column.numeric && (looks_numeric(cell) || looks_empty(cell));
  }
  column.numeric = column.numeric && any_number;
  column.width = std::max(widest(column.cells), display_width(column.header[0]));
  return column;
}

// Breaks the header at _ . and blanks where it is wider than the cells.
void break_header(Column& column) {
  const std::string text = std::move(column.header[0]);
  std::vector<std::string> pieces(1);
  for (const char c : text) {
    pieces.back() += c;
    if (c == '_' || c == '.' || c == ' ') pieces.emplace_back();
  }
  const std::size_t room = std::max(widest(column.cells), widest(pieces));
  column.header.assign(1, "");
  for (const std::string& piece : pieces) {
    if (display_width(column.header.back() + piece) > room) column.header.emplace_back();
    column.header.back() += piece;
  }
  column.width = std::max(widest(column.cells), widest(column.header));
}

std::size_t total_width(const std::vector<Column>& columns) {
  std::size_t total = columns.empty() ? 0 : (columns.size() - 1) * kGap;
  for (const Column& column : columns) total += column.width;
  return total;
}

// Drops columns from the right until the narrowest form of the others fits, then narrows the
// widest.
void fit_columns(std::vector<Column>& columns, std::size_t width) {
  const auto narrowest = [](const Column& c) { return std::min(c.width, kNarrowest); };
  std::size_t least = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    least += narrowest(columns[i]) + (i == 0 ? 0 : kGap);
    if (least > width && i > 0) {
      columns.resize(i);
      break;
    }
  }
  // The largest cap under which everything fits.
  std::size_t cap = width;
  const auto capped = [&](std::size_t limit) {
    std::size_t total = (columns.size() - 1) * kGap;
    for (const Column& column : columns) total += std::min(column.width, limit);
    return total;
  };
  while (cap > 1 && capped(cap) > width) --cap;
  std::size_t spare = width - std::min(width, capped(cap));
  for (Column& column : columns) {
    if (column.width <= cap) continue;
    const std::size_t extra = std::min<std::size_t>(spare, 1);
    spare -= extra;
    column.width = cap + extra;
  }
}

// One line of cells; `text` gives the text of a column.
template <typename Text>
std::string line_of(const std::vector<Column>& columns, const Text& text) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const std::string cell = fitted(text(column), std::max<std::size_t>(column.width, 1));
    const std::string blanks(column.width - std::min(column.width, display_width(cell)), ' ');
    if (i > 0) line.append(kGap, ' ');
    line += column.numeric ? blanks + cell : cell + blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

void append_styled(std::string& out, std::string_view text, std::string_view style, bool colour) {
  if (colour) out += style;
  out += text;
  if (colour) out += kPlain;
  out += '\n';
}

std::string remark(std::size_t count, std::string_view what) {
  return "… and " + std::to_string(count) + " more " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

std::string render_table(const TextTable& table, const TableOptions& options) {
  const std::size_t shown = std::min(options.max_rows, table.rows.size());
  std::vector<Column> columns;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    columns.push_back(make_column(table, i, shown));
  }
  if (columns.empty()) return {};
  if (options.width > 0 && total_width(columns) > options.width) {
    for (Column& column : columns) break_header(column);
    if (total_width(columns) > options.width) fit_columns(columns, options.width);
  }
  std::string rule;
  for (std::size_t i = 0; i < total_width(columns); ++i) rule += "─";

  std::string out;
  std::size_t header_lines = 0;
  for (const Column& c : columns) header_lines = std::max(header_lines, c.header.size());
  for (std::size_t i = 0; i < header_lines; ++i) {  // set at the bottom
    const auto text = [&](const Column& column) {
      const std::size_t above = header_lines - column.header.size();
      return i < above ? std::string() : column.header[i - above];
    };
    append_styled(out, line_of(columns, text), kBold, options.colour);
  }
  append_styled(out, rule, kDim, options.colour);
  for (std::size_t r = 0; r < shown; ++r) {
    out += line_of(columns, [r](const Column& column) { return column.cells[r]; }) + '\n';
  }
  const auto remark_left_out = [&](std::size_t count, std::string_view what) {
    if (count == 0) return;
    const std::string text = remark(count, what);
    append_styled(out, options.width > 0 ? fitted(text, options.width) : text, kDim,
                  options.colour);
  };
  remark_left_out(table.rows.size() - shown, "row");
  remark_left_out(table.header.size() - columns.size(), "column");
  return out;
}

}  // namespace clientele::cli
