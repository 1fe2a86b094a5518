// CSV files as columns of text: what a shop's export, a spreadsheet or a database dump looks like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace clientele::cli {

// `latin1` reads bytes as Windows-1252, of which ISO 8859-1 is the printable part.
enum class TextEncoding { utf8, latin1 };

struct CsvOptions {
  char delimiter = '\0';  // '\0': found among , ; tab | from the first records
  TextEncoding encoding = TextEncoding::utf8;
  std::size_t max_columns = 2000;
  std::size_t max_bytes = std::size_t{1} << 30;  // of the text, after inflating and decoding
};

// A header and n rows of m fields. Views stay valid as long as the table, also when it is moved.
class CsvTable {
 public:
  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  // Index of the column of that exact name. Complexity: O(m).
  std::optional<std::size_t> find(std::string_view name) const;
  // The n fields of one column, quotes removed. Requires: index < names().size().
  std::span<const std::string_view> column(std::size_t index) const { return columns_[index]; }
  // Number (from 1) of the line on which a row starts, for messages.
  std::uint64_t line(std::size_t row) const { return lines_[row]; }
  char delimiter() const { return delimiter_; }

 private:
  friend Result<CsvTable> parse_csv(std::string text, const CsvOptions& options);

  std::unique_ptr<std::string> text_;  // held by pointer so that moving keeps the views
  std::vector<std::string> names_;
  std::vector<std::vector<std::string_view>> columns_;
  std::vector<std::uint64_t> lines_;
  char delimiter_ = ',';
};

// Reads RFC 4180 text with a header row: quotes, line breaks within quotes, LF, CRLF or CR ends, a
// byte order mark, empty lines (skipped). Names are trimmed of blanks. Errors carry one fault a
// problem with its line: not_utf8, nul_byte, no_header, unnamed_column, duplicate_column,
// too_many_columns, ragged_row (up to 50 listed), open_quote, text_after_quote, bad_delimiter; or
// the error is too_large.
// Complexity: O(bytes) time; 16 bytes of memory a field and 8 a row beside the text.
Result<CsvTable> parse_csv(std::string text, const CsvOptions& options = {});

// The same from a file or, for "-", standard input; gzip is recognised by its first bytes.
Result<CsvTable> read_csv(const std::string& path, const CsvOptions& options = {});

// How a delimiter is called in messages: "comma", "semicolon", "tab", "bar", or the character.
std::string delimiter_name(char delimiter);

}  // namespace clientele::cli
