// The answer to one request: a whole body, or a producer that writes it piece by piece.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/sink.hpp"
#include "faces/http/head.hpp"

namespace clientele::http {

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  // Further header fields. Framing, Date, Connection, Content-Encoding, Vary and X-Request-Id are
  // the server's. With a Content-Encoding field of its own the body is sent as it is.
  std::vector<Field> fields{};
  std::string body{};
  // If set, replaces `body`. Its sink blocks while the client is slower than the producer, and
  // answers false when the client has gone or the time is over. Runs on the compute thread after
  // handle() has returned, with the ticket and the cancellation still alive. An exception breaks
  // the connection off, so that the client sees an incomplete answer. Up to 256 KB are sent as a
  // body would be; more is chunked, and compressed with zstd only. Ignored for immediate replies of
  // admit() and for HEAD.
  std::function<void(Sink&)> stream{};
  bool close = false;  // close the connection behind this answer
};

}  // namespace clientele::http
