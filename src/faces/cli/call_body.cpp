#include "faces/cli/call_body.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>

#include "faces/cli/csv_file.hpp"
#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

enum class Format { json, ndjson, csv };

Result<Format> format_of(const CallOptions& options, std::string_view text) {
  if (options.format == "json") return Format::json;
  if (options.format == "ndjson") return Format::ndjson;
  if (options.format == "csv") return Format::csv;
  if (!options.format.empty()) {
    return invalid("", "not_allowed", "--input-format: '" + options.format + "' is not known.",
                   {"json", "ndjson", "csv"});
  }
  std::string_view name = options.file;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  if (name.ends_with(".csv") || name.ends_with(".tsv")) return Format::csv;
  if (name.ends_with(".ndjson") || name.ends_with(".jsonl")) return Format::ndjson;
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || text[first] == '{' || text[first] == '[' ||
      options.file.ends_with(".json")) {
    return Format::json;
  }
  return Format::csv;
}

std::string first_list(const schema::Type& request, const std::string& wanted) {
  for (const schema::Field& field : request.object().fields) {
    const bool list =
        field.type().kind == schema::Kind::list || field.type().kind == schema::Kind::table;
    if (list && (wanted.empty() ? field.required : field.name == wanted)) return field.name;
  }
  return wanted;
}

// {"list":[line,line ...]}, every line on the same line as in the file, for messages.
CallBody body_of_lines(const std::string& list, std::string_view text) {
  CallBody body;
  body.ndjson_list = list;
  body.text = "{\"" + list + "\":[";
  std::uint64_t line_number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    at = end + 1;
    if (++line_number > 1) body.text += '\n';
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!body.ndjson_lines.empty()) body.text += ',';
    body.text += line;
    body.ndjson_lines.push_back(line_number);
  }
  body.text += "]}";
  return body;
}

Result<CsvList> read_other_list(const std::string& text, const schema::Type& request,
                                const CallOptions& options) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return invalid("", "bad_mapping", "--list takes FIELD=FILE; got '" + text + "'.");
  }
  auto table = read_csv(text.substr(equals + 1), options.csv);
  if (!table) return std::move(table).error();
  CsvMapping mapping;
  mapping.list = text.substr(0, equals);
  return csv_list(request, *table, mapping);
}

Result<CallBody> csv_body(const CallOptions& options, const schema::Type& request, std::string text,
                          std::ostream& err) {
  auto table = parse_csv(std::move(text), options.csv);
  if (!table) return std::move(table).error();
  CallBody body;
  auto list = csv_list(request, *table, options.mapping);
  if (!list) return std::move(list).error();
  if (!list->unused_columns().empty()) {
    err << "Columns not used:";
    for (const std::string& name : list->unused_columns()) err << ' ' << printable(name);
    err << '\n';
  }
  body.lists.push_back(std::move(list).value());
  for (const std::string& other : options.other_lists) {
    auto further = read_other_list(other, request, options);
    if (!further) return std::move(further).error();
    body.lists.push_back(std::move(further).value());
  }
  body.text = "{";
  for (const CsvList& part : body.lists) {
    if (body.text.size() > 1) body.text += ',';
    body.text += '"' + part.field() + "\":" + part.json();
  }
  body.text += '}';
  return body;
}

// "line 7, field answer" for a pointer into the list of an NDJSON file; "" for any other.
std::string ndjson_place(const CallBody& body, std::string_view pointer) {
  const std::string prefix = "/" + body.ndjson_list + "/";
  if (body.ndjson_lines.empty() || !pointer.starts_with(prefix)) return {};
  pointer.remove_prefix(prefix.size());
  std::size_t index = 0;
  const auto read = std::from_chars(pointer.data(), pointer.data() + pointer.size(), index);
  if (read.ec != std::errc{} || index >= body.ndjson_lines.size()) return {};
  pointer.remove_prefix(static_cast<std::size_t>(read.ptr - pointer.data()));
  return "line " + std::to_string(body.ndjson_lines[index]) +
         (pointer.size() > 1 ? ", field " + std::string(pointer.substr(1)) : "");
}

}  // namespace

std::string CallBody::place_of(const std::string& pointer) const {
  for (const CsvList& list : lists) {
    std::string place = list.place_of(pointer);
    if (!place.empty()) return place;
  }
  return ndjson_place(*this, pointer);
}

Result<CallBody> read_body(const CallOptions& options, const schema::Type& request,
                           std::ostream& err) {
  auto text = read_input(options.file, options.most_bytes);
  if (!text) return std::move(text).error();
  const auto format = format_of(options, *text);
  if (!format) return format.error();
  switch (*format) {
    case Format::csv:
      return csv_body(options, request, std::move(text).value(), err);
    case Format::ndjson:
      return body_of_lines(first_list(request, options.mapping.list), *text);
    case Format::json:
      break;
  }
  return CallBody{std::move(text).value(), {}, {}, {}};
}

}  // namespace clientele::cli
