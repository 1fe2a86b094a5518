#include "faces/cli/call.hpp"

#include <chrono>
#include <ostream>

#include "base/instant.hpp"
#include "catalog/catalog.hpp"
#include "faces/cli/answer_table.hpp"
#include "faces/cli/call_body.hpp"
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

Context context_of(const CallOptions& options) {
  const Instant now = current_instant();
  Context context;
  context.today = {static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(now).time_since_epoch().count())};
  context.generated_at = to_rfc3339(now);
  context.threads = options.threads;
  context.limits = options.limits;
  context.rewriter = options.rewriter;
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

void write_warnings(const schema::Answer& answer, std::ostream& err) {
  for (const Warning& warning : answer.warnings()) {
    err << "warning: " << printable(warning.detail) << '\n';
  }
}

// Bytes that are no text would garble a terminal.
int refuse_terminal(const schema::Endpoint& endpoint, std::ostream& err) {
  return report(
      {.kind = ErrorKind::invalid_input,
       .detail = "The answer is " + std::string(endpoint.response->media_type) +
                 ", not text; send it into a file: clientele call " + endpoint.name + " ... > FILE",
       .faults = {}},
      err);
}

// What a cell of a CSV file needs where the fault speaks of the JSON value it became.
std::string_view cell_remedy(const Fault& fault) {
  const std::string_view detail = fault.detail;
  if (fault.code != "wrong_type") return "";
  if (detail.ends_with("got null.")) {
    return " The cell is empty: fill it, or leave the row out with --where.";
  }
  if (detail.ends_with("number; got a string.")) {
    return " Write numbers as 1234.50: a point for decimals, no currency, no thousands separator.";
  }
  return "";
}

}  // namespace

int report(const Error& error, std::ostream& err, const CallBody* body) {
  if (error.faults.size() != 1 || !error.faults[0].pointer.empty()) {
    err << "error: " << printable(error.detail) << '\n';
  }
  for (const Fault& fault : error.faults) {
    std::string place = body == nullptr ? "" : body->place_of(fault.pointer);
    const bool cell = !place.empty() && !body->lists.empty();
    if (place.empty()) place = fault.pointer;
    err << (place.empty() ? "error: " : "  " + printable(place) + ": ") << printable(fault.detail);
    if (cell) err << cell_remedy(fault);
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
  const bool is_document = endpoint.response->kind == schema::Kind::document;
  if (is_document && options.is_terminal) return refuse_terminal(endpoint, err);
  Steps steps;
  const Progress progress("computing " + endpoint.name, steps, err);
  auto body = read_body(options, *endpoint.request, err);
  if (!body) return report(body.error(), err);
  body->text.append(schema::kPadding, '\0');
  schema::ReadInput input;
  input.body = {std::string_view(body->text).substr(0, body->text.size() - schema::kPadding)};
  input.query = options.fields;
  input.limits = options.limits;
  Context context = context_of(options);
  context.steps = &steps;
  const auto answer = endpoint.run(endpoint, input, context);
  if (!answer) return report(answer.error(), err, &*body);
  if (options.json || !options.is_terminal) {
    StreamSink sink(out);
    answer->write(sink);
    if (is_document) {
      write_warnings(*answer, err);
    } else {
      out << '\n';
    }
    out.flush();
    return out.good() ? 0 : face_of(ErrorKind::file_error).exit_code;
  }
  show_answer(*answer, {.width = options.width, .colour = options.colour}, out);
  write_warnings(*answer, err);
  return 0;
}

}  // namespace clientele::cli
