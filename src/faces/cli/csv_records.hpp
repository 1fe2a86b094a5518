// Splitting CSV text into records: RFC 4180 with any delimiter and any line ending.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace clientele::cli {

enum class CsvStep { record, end, open_quote, text_after_quote };

// Walks the records of a text. Fields are views into the text, which is changed in place where a
// quoted field holds doubled quotes. Lines end with LF, CRLF, or CR in a text without any LF; empty
// lines are skipped; a quote inside an unquoted field is an ordinary character.
// Complexity: O(n), 64 bytes a step between special characters.
class CsvRecords {
 public:
  // Keeps at most `max_fields` fields of a record, but counts them all. Requires: `text` outlives
  // the views and holds no NUL; `delimiter` is neither quote, CR nor LF.
  CsvRecords(std::span<char> text, char delimiter, std::size_t max_fields);

  // Moves to the next record. After anything but `record` there is nothing more to read.
  CsvStep next();

  std::span<const std::string_view> fields() const {
    return std::span(fields_).first(std::min(field_count_, fields_.size()));
  }
  std::size_t field_count() const { return field_count_; }
  // Number (from 1) of the line on which the record, or the field at fault, starts.
  std::uint64_t line() const { return record_line_; }

 private:
  std::size_t next_special();
  void load_block();
  void add_field(std::string_view field);
  void make_room();
  bool finish_record(std::size_t begin, std::size_t end, bool quoted);
  CsvStep read_quoted(std::size_t open, std::string_view& field, std::size_t& after);
  std::string_view view(std::size_t begin, std::size_t end) const {
    return {text_.data() + begin, end - begin};
  }
  std::string_view unescape(std::size_t begin, std::size_t end);

  std::span<char> text_;
  char delimiter_;
  char line_end_;
  std::size_t max_fields_;
  std::size_t block_ = 0;     // offset of the loaded block
  std::uint64_t mask_ = 0;    // special bytes of the block that are still ahead
  std::size_t position_ = 0;  // where the next field starts
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
  std::vector<std::string_view> fields_;  // places for fields, field_count_ of them in use
  std::size_t field_count_ = 0;
};

}  // namespace clientele::cli
