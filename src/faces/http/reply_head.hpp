// Response heads as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "faces/http/reply.hpp"

namespace clientele::http {

struct ReplyFraming {
  int version_minor = 1;                        // of the request
  bool keep_alive = true;                       // the connection goes on behind the answer
  std::optional<std::uint64_t> content_length;  // absent: chunked (1.1) or until the end (1.0)
};

// Do answers with this status never have a body?
bool is_bodiless(int status);

// Status line and fields, with the empty line. Control characters in field values are dropped.
std::string reply_head(const Reply& reply, const ReplyFraming& framing, std::string_view request_id,
                       std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t unix_seconds);
// Of this second; formatted once a second and thread.
std::string_view current_http_date();

}  // namespace clientele::http
