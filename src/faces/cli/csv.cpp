#include "faces/cli/csv.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "faces/cli/csv_file.hpp"
#include "faces/cli/csv_records.hpp"
#include "faces/cli/csv_text.hpp"

namespace clientele::cli {
namespace {

constexpr std::size_t kSampleBytes = 64 * 1024;
constexpr std::size_t kSampleRecords = 20;

struct SplitScore {
  std::size_t agreeing = 0;  // records with as many fields as the header
  std::size_t columns = 0;   // fields of the header

  bool better_than(const SplitScore& other) const {
    return agreeing != other.agreeing ? agreeing > other.agreeing : columns > other.columns;
  }
};

SplitScore score_split(std::string sample, char delimiter) {
  CsvRecords records(sample, delimiter, 0);
  SplitScore score;
  for (std::size_t i = 0; i < kSampleRecords && records.next() == CsvStep::record; ++i) {
    if (i == 0) score.columns = records.field_count();
    if (records.field_count() == score.columns) ++score.agreeing;
  }
  return score.columns < 2 ? SplitScore{} : score;
}

// The candidate under which most of the first records have the header's number of fields (at least
// two), then the one with most columns, then the order of the candidates.
char find_delimiter(std::string_view text) {
  const std::string sample(text.substr(0, kSampleBytes));
  char best = ',';
  SplitScore best_score;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const SplitScore score = score_split(sample, candidate);
    if (score.better_than(best_score)) {
      best = candidate;
      best_score = score;
    }
  }
  return best;
}

std::string_view trimmed(std::string_view name) {
  const std::size_t begin = name.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return name.substr(begin, name.find_last_not_of(" \t") - begin + 1);
}

std::string at_line(std::uint64_t line) { return "Line " + std::to_string(line) + ": "; }

Result<std::vector<std::string>> column_names(const CsvRecords& header, std::size_t max_columns) {
  if (header.field_count() > max_columns) {
    return invalid("", "too_many_columns",
                   at_line(header.line()) + std::to_string(header.field_count()) +
                       " columns, at most " + std::to_string(max_columns) +
                       " are read. Keep the columns that are needed.");
  }
  Faults faults;
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  for (const std::string_view field : header.fields()) {
    const std::string_view name = trimmed(field);
    if (name.empty()) {
      faults.add("", "unnamed_column",
                 at_line(header.line()) + "column " + std::to_string(names.size() + 1) +
                     " has no name. The first line must name every column.");
    } else if (!seen.insert(name).second) {
      faults.add("", "duplicate_column",
                 at_line(header.line()) + "two columns are called \"" + std::string(name) +
                     "\". Rename or remove one of them.");
    }
    names.emplace_back(name);
  }
  if (!faults.empty()) return std::move(faults).to_error();
  return names;
}

Error quote_error(CsvStep step, std::uint64_t line) {
  if (step == CsvStep::open_quote) {
    return invalid("", "open_quote",
                   at_line(line) +
                       "a quoted field starts here and is never closed. Close it, or "
                       "double the quotes inside it.");
  }
  return invalid("", "text_after_quote",
                 at_line(line) +
                     "text follows a closing quote. Double the quotes inside a quoted "
                     "field.");
}

void add_ragged(Faults& faults, const CsvRecords& record, std::size_t columns, char delimiter) {
  if (faults.full()) return faults.count_only();
  faults.add("", "ragged_row",
             at_line(record.line()) + std::to_string(record.field_count()) +
                 " fields, the header has " + std::to_string(columns) +
                 ". Quote fields that hold a " + delimiter_name(delimiter) +
                 ", or give the right delimiter.");
}

// Large pages spare most of the page faults of memory that is about to be filled once; without them
// all works the same.
void ask_for_large_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
  constexpr std::uintptr_t kPage = 4096;
  constexpr std::size_t kWorthwhile = std::size_t{8} << 20;
  if (bytes < kWorthwhile) return;
  const std::uintptr_t start = (reinterpret_cast<std::uintptr_t>(data) + kPage - 1) & ~(kPage - 1);
  void* const aligned = static_cast<char*>(data) + (start - reinterpret_cast<std::uintptr_t>(data));
  ::madvise(aligned, bytes - kPage, MADV_HUGEPAGE);
#endif
}

// An upper bound of the rows: each has a line end and a delimiter less than it has columns.
std::size_t most_rows(std::string_view text, std::size_t columns) {
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return std::min(ends, text.size() / columns) + 1;
}

}  // namespace

std::string delimiter_name(char delimiter) {
  switch (delimiter) {
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "bar";
    default:
      return {delimiter};
  }
}

std::optional<std::size_t> CsvTable::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

Result<CsvTable> parse_csv(std::string text, const CsvOptions& options) {
  if (std::string_view("\"\r\n").find(options.delimiter) != std::string_view::npos) {
    return invalid("", "bad_delimiter", "Quotes and line ends cannot be the delimiter.",
                   {",", ";", "\\t", "|"});
  }
  Result<std::string> decoded = decode_text(std::move(text), options.encoding, options.max_bytes);
  if (!decoded) return std::move(decoded).error();
  CsvTable table;
  table.text_ = std::make_unique<std::string>(std::move(decoded).value());
  table.delimiter_ = options.delimiter != '\0' ? options.delimiter : find_delimiter(*table.text_);

  CsvRecords records(*table.text_, table.delimiter_, options.max_columns);
  CsvStep step = records.next();
  if (step == CsvStep::end) {
    return invalid("", "no_header", "The file is empty. Its first line must name the columns.");
  }
  if (step != CsvStep::record) return quote_error(step, records.line());
  Result<std::vector<std::string>> names = column_names(records, options.max_columns);
  if (!names) return std::move(names).error();
  table.names_ = std::move(names).value();

  const std::size_t columns = table.names_.size();
  table.columns_.resize(columns);
  const std::size_t rows = most_rows(*table.text_, columns);
  table.lines_.reserve(rows);
  for (auto& column : table.columns_) {
    column.reserve(rows);
    ask_for_large_pages(column.data(), rows * sizeof(std::string_view));
  }

  Faults faults;
  while ((step = records.next()) == CsvStep::record) {
    if (records.field_count() != columns) {
      add_ragged(faults, records, columns, table.delimiter_);
      continue;
    }
    table.lines_.push_back(records.line());
    const auto fields = records.fields();
    for (std::size_t i = 0; i < columns; ++i) table.columns_[i].push_back(fields[i]);
  }
  if (step != CsvStep::end) return quote_error(step, records.line());
  if (!faults.empty()) return std::move(faults).to_error();
  return table;
}

Result<CsvTable> read_csv(const std::string& path, const CsvOptions& options) {
  Result<std::string> text = read_input(path, options.max_bytes);
  if (!text) return std::move(text).error();
  return parse_csv(std::move(text).value(), options);
}

}  // namespace clientele::cli
