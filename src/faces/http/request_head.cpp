#include "faces/http/request_head.hpp"

#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>

#include "faces/http/request_target.hpp"

namespace clientele::http {
namespace {

namespace beast = boost::beast;
using beast::http::basic_parser;
using ErrorCode = beast::error_code;

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

// Collects the head; the body is never shown to this parser.
class HeadParser : public basic_parser<true> {
 public:
  explicit HeadParser(std::size_t field_limit) : field_limit_(field_limit) {}

  std::string method;
  std::string target;
  int version_minor = 1;
  std::vector<Field> fields;

 private:
  void on_request_impl(beast::http::verb, beast::string_view method_text,
                       beast::string_view target_text, int version, ErrorCode&) override {
    method = text(method_text);
    target = text(target_text);
    version_minor = version - 10;
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     ErrorCode& error) override {
    if (fields.size() >= field_limit_) {
      error = beast::http::error::header_limit;
      return;
    }
    fields.push_back({text(name), text(value)});
  }
  void on_header_impl(ErrorCode&) override {}
  void on_finish_impl(ErrorCode&) override {}
  void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(beast::string_view, ErrorCode&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, ErrorCode&) override {
    return 0;
  }

  std::size_t field_limit_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Does the request line end in "HTTP/d.d"? Then the version is well formed, and not ours.
bool names_a_version(std::string_view input) {
  const std::string_view line = input.substr(0, input.find("\r\n"));
  if (line.size() < 8) return false;
  const std::string_view version = line.substr(line.size() - 8);
  return version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]);
}

Refusal refusal_of(const ErrorCode& error, std::string_view input) {
  using Fault = beast::http::error;
  if (error == Fault::header_limit) return {431, "The header section is over the limit."};
  if (error == Fault::bad_version && names_a_version(input)) {
    return {505, "HTTP/1.1 and HTTP/1.0 are spoken here."};
  }
  return {400, "Not a valid HTTP/1.1 request (" + error.message() + ")."};
}

// Lines that begin with space continue the one before (obs-fold): a server may unfold or refuse
// them.
bool has_folded_line(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos ||
         head.find("\r\n\t") != std::string_view::npos;
}

// A client may send one empty line before a request (RFC 9112 section 2.2).
std::size_t leading_empty_line(std::string_view input) { return input.starts_with("\r\n") ? 2 : 0; }

// Runs the parser over all of `input`; Beast wants what it has not consumed again, and stops behind
// the head.
std::size_t feed(HeadParser& parser, std::string_view input, ErrorCode& error) {
  std::size_t used = 0;
  do {
    const std::size_t step = parser.put({input.data() + used, input.size() - used}, error);
    used += step;
  } while (!error && !parser.is_header_done());
  return used;
}

}  // namespace

std::variant<NeedMore, ParsedHead, Refusal> parse_head(std::string_view input,
                                                       const HeadLimits& limits) {
  const std::size_t skipped = leading_empty_line(input);
  input.remove_prefix(skipped);
  if (input.empty() || input == "\r") return NeedMore{};
  HeadParser parser(limits.fields);
  parser.header_limit(static_cast<std::uint32_t>(limits.bytes));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // bodies are read elsewhere
  ErrorCode error;
  const std::size_t used = feed(parser, input, error);
  if (error == beast::http::error::need_more) {
    if (input.size() < limits.bytes) return NeedMore{};
    error = beast::http::error::header_limit;
  } else if (used > limits.bytes) {
    error = beast::http::error::header_limit;
  }
  if (error) return refusal_of(error, input);

  if (has_folded_line(input.substr(0, used))) {
    return Refusal{400, "Folded header fields are not accepted."};
  }

  auto guarded = guard_head(parser.method, parser.version_minor, parser.fields);
  if (auto* refusal = std::get_if<Refusal>(&guarded)) return std::move(*refusal);
  auto target = parse_target(parser.method, parser.target);
  if (!target) return Refusal{400, "The request target is not valid."};

  ParsedHead parsed{.head = {}, .framing = std::get<Framing>(guarded), .size = skipped + used};
  parsed.head.method = std::move(parser.method);
  parsed.head.path = std::move(target->path);
  parsed.head.query = std::move(target->query);
  parsed.head.fields = std::move(parser.fields);
  parsed.head.version_minor = parser.version_minor;
  parsed.head.has_body = parsed.framing.has_body();
  return parsed;
}

}  // namespace clientele::http
