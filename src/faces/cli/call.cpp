#include "faces/cli/call.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>

#include "base/instant.hpp"
#include "base/utf8.hpp"
#include "catalog/catalog.hpp"
#include "faces/cli/answer_table.hpp"
#include "faces/cli/csv_file.hpp"
#include "faces/cli/progress.hpp"
#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

class StreamSink final : public Sink {
 public:
  explicit StreamSink(std::ostream& out) : out_(out) {}
  bool write(std::string_view bytes) override {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out_.good();
  }

 private:
  std::ostream& out_;
};

enum class Format { json, ndjson, csv };

Result<Format> format_of(const CallOptions& options, std::string_view text) {
  if (options.format == "json") return Format::json;
  if (options.format == "ndjson") return Format::ndjson;
  if (options.format == "csv") return Format::csv;
  if (!options.format.empty()) {
    return invalid("", "not_allowed", "--format: '" + options.format + "' is not known.",
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

// {"list": [line, line, ...]}
std::string body_of_lines(const std::string& list, std::string_view text) {
  std::string body = "{\"" + list + "\":[";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    at = end + 1;
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (body.back() != '[') body += ',';
    body += line;
  }
  return body + "]}";
}

struct Body {
  std::string text;
  std::vector<CsvList> lists;
};

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

Result<Body> csv_body(const CallOptions& options, const schema::Type& request, std::string text,
                      std::ostream& err) {
  auto table = parse_csv(std::move(text), options.csv);
  if (!table) return std::move(table).error();
  Body body;
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

Result<Body> read_body(const CallOptions& options, const schema::Type& request, std::ostream& err) {
  auto text = read_input(options.file, options.most_bytes);
  if (!text) return std::move(text).error();
  const auto format = format_of(options, *text);
  if (!format) return format.error();
  switch (*format) {
    case Format::csv:
      return csv_body(options, request, std::move(text).value(), err);
    case Format::ndjson:
      return Body{body_of_lines(first_list(request, options.mapping.list), *text), {}};
    case Format::json:
      break;
  }
  return Body{std::move(text).value(), {}};
}

Context context_of(const CallOptions& options) {
  const Instant now = current_instant();
  Context context;
  context.today = {static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(now).time_since_epoch().count())};
  context.generated_at = to_rfc3339(now);
  context.threads = options.threads;
  context.limits = options.limits;
  return context;
}

int unknown_endpoint(const std::string& name, std::ostream& err) {
  std::string detail = "There is no endpoint '" + printable(name) + "'.";
  if (const auto nearest = catalog::nearest(name)) {
    detail += " Did you mean '" + std::string(*nearest) + "'?";
  }
  detail += " `clientele endpoints` lists them.";
  return report({.kind = ErrorKind::unknown_endpoint, .detail = std::move(detail), .faults = {}},
                err);
}

}  // namespace

int report(const Error& error, std::ostream& err, const std::vector<CsvList>& lists) {
  if (error.faults.size() != 1 || error.faults[0].pointer != "")
    err << "error: " << error.detail << '\n';
  for (const Fault& fault : error.faults) {
    std::string place = fault.pointer;
    for (const CsvList& list : lists) {
      const std::string line = list.place_of(fault.pointer);
      if (!line.empty()) place = line;
    }
    err << (place.empty() ? "error: " : "  " + printable(place) + ": ") << printable(fault.detail);
    if (!fault.allowed.empty()) {
      err << " Allowed:";
      for (const std::string& value : fault.allowed) err << ' ' << printable(value);
    }
    err << '\n';
  }
  if (error.fault_total > error.faults.size()) {
    err << "  … and " << error.fault_total - error.faults.size() << " more\n";
  }
  return face_of(error.kind).exit_code;
}

int call(const CallOptions& options, std::ostream& out, std::ostream& err) {
  const catalog::Entry* entry = catalog::find(options.endpoint);
  if (entry == nullptr) return unknown_endpoint(options.endpoint, err);
  const schema::Endpoint& endpoint = entry->endpoint;
  const Progress progress("computing " + endpoint.name, err);
  auto body = read_body(options, *endpoint.request, err);
  if (!body) return report(body.error(), err);
  body->text.append(schema::kPadding, '\0');
  schema::ReadInput input;
  input.body = {std::string_view(body->text).substr(0, body->text.size() - schema::kPadding)};
  input.query = options.fields;
  input.limits = options.limits;
  Context context = context_of(options);
  const auto answer = endpoint.run(endpoint, input, context);
  if (!answer) return report(answer.error(), err, body->lists);
  if (options.json || !options.is_terminal || answer->is_streamed()) {
    StreamSink sink(out);
    answer->write(sink);
    out << '\n';
    out.flush();
    return out.good() ? 0 : face_of(ErrorKind::file_error).exit_code;
  }
  show_answer(*answer, {.width = options.width, .colour = options.colour}, out);
  for (const Warning& warning : answer->warnings()) {
    err << "warning: " << printable(warning.detail) << '\n';
  }
  return 0;
}

}  // namespace clientele::cli
