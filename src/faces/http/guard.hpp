// The header guard: decides from the fields alone whether a request is unambiguous, and how its
// body is framed. Pure; stricter than RFC 9112 wherever servers and proxies have disagreed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "faces/http/head.hpp"

namespace clientele::http {

// Why a request is refused before the application sees it. The connection is closed behind it.
struct Refusal {
  int status = 400;
  std::string detail;
};

struct Framing {
  bool chunked = false;
  std::uint64_t content_length = 0;  // 0 when chunked
  bool keep_alive = true;            // what the client asked for
  bool expect_continue = false;      // it waits for `100 Continue` before it sends the body

  bool has_body() const { return chunked || content_length > 0; }
};

// 400: Transfer-Encoding with Content-Length, with HTTP/1.0, twice or with `chunked` misplaced;
//      Content-Length not one plain decimal; no Host (HTTP/1.1), two, or one with strange
//      characters;
//      `_` in a field name; control characters; a field repeated that must be single (content type
//      and coding, credentials, framing).
// 501: an unknown method or transfer coding. 417: an unknown expectation.
std::variant<Framing, Refusal> guard_head(std::string_view method, int version_minor,
                                          const std::vector<Field>& fields);

}  // namespace clientele::http
