// Reading of request heads from bytes: Boost.Beast's parser, then the guard, then the target.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "faces/http/guard.hpp"
#include "faces/http/head.hpp"

namespace clientele::http {

struct HeadLimits {
  std::size_t bytes = 16 * 1024;
  std::size_t fields = 100;
};

struct NeedMore {};

struct ParsedHead {
  Head head;  // remote_address and request_id are the caller's to fill
  Framing framing;
  std::size_t size = 0;  // bytes of `input` that the head takes
};

// Reads one head at the begin of `input`, which may go on behind it. Refuses as soon as the bytes
// so far cannot become a valid head: 400, 431 (over the limits), 501, 505. Complexity: O(input).
std::variant<NeedMore, ParsedHead, Refusal> parse_head(std::string_view input,
                                                       const HeadLimits& limits);

}  // namespace clientele::http
