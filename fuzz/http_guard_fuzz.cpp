// Links: base
// Sources: faces/http/chunk_decoder.cpp faces/http/guard.cpp faces/http/head.cpp
// Sources: faces/http/request_head.cpp faces/http/request_target.cpp

// Request heads and chunked bodies as a client might send them.
// Run: http_guard_fuzz -max_len=20000 -dict=fuzz/http_guard.dict CORPUS
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "faces/http/chunk_decoder.hpp"
#include "faces/http/request_head.hpp"

namespace {

using namespace clientele::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ParsedHead& parsed, std::size_t size, const HeadLimits& limits) {
  require(parsed.size <= size && parsed.size <= limits.bytes + 2);
  require(parsed.head.fields.size() <= limits.fields);
  require(parsed.head.path.starts_with('/') || parsed.head.path == "*");
  require(!parsed.framing.chunked || parsed.framing.content_length == 0);
  require(parsed.head.version_minor == 0 || parsed.head.version_minor == 1);
  require(parsed.head.version_minor == 0 || parsed.head.field("host").has_value());
  require(!parsed.framing.chunked || !parsed.head.field("content-length"));
  for (const Field& field : parsed.head.fields) {
    require(!field.name.empty() && field.name.find('_') == std::string::npos);
    require(field.value.find_first_of("\r\n") == std::string::npos);
  }
}

// Decodes at two different cuts; the outcome must be the same.
void check_chunks(std::string_view input) {
  std::size_t payload[2] = {0, 0};
  std::size_t consumed[2] = {0, 0};
  ChunkDecoder::State state[2];
  for (const std::size_t way : {0U, 1U}) {
    ChunkDecoder decoder;
    while (consumed[way] < input.size() && decoder.state() == ChunkDecoder::State::more) {
      const auto step = decoder.next(input.substr(consumed[way], way == 0 ? input.size() : 7));
      require(step.consumed > 0);
      consumed[way] += step.consumed;
      payload[way] += step.payload.size();
    }
    state[way] = decoder.state();
  }
  require(payload[0] == payload[1] && consumed[0] == consumed[1] && state[0] == state[1]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const HeadLimits limits;
  const auto outcome = parse_head(input, limits);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    require(refusal->status >= 400 && refusal->status <= 505);
  }
  if (const auto* parsed = std::get_if<ParsedHead>(&outcome)) {
    check(*parsed, size, limits);
    // What is complete stays complete, and no shorter input is.
    require(
        std::holds_alternative<NeedMore>(parse_head(input.substr(0, parsed->size - 1), limits)));
    check_chunks(input.substr(parsed->size));
  }
  if (std::holds_alternative<NeedMore>(outcome)) require(size < limits.bytes + 2);
  check_chunks(input);
  return 0;
}
