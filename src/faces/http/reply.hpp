// The answer to one request: a whole body, or a producer that writes it piece by piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "faces/http/head.hpp"

namespace clientele::http {

// Where a streamed answer goes. Called on a compute thread only.
class Sink {
 public:
  virtual ~Sink() = default;
  // Appends bytes; blocks while the client is slower than the producer. False when the client has
  // gone or the time is over: the producer should return soon, what it still writes is dropped.
  virtual bool write(std::string_view bytes) = 0;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  // Further header fields. Framing, Date, Connection, Content-Encoding, Vary and X-Request-Id are
  // the server's. With a Content-Encoding field of its own the body is sent as it is.
  std::vector<Field> fields;
  std::string body;
  // If set, replaces `body`. Runs on the compute thread after handle() has returned, with the
  // ticket and the cancellation still alive. An exception breaks the connection off, so that the
  // client sees an incomplete answer. Ignored for immediate replies of admit() and for HEAD.
  std::function<void(Sink&)> stream;
  bool close = false;  // close the connection behind this answer
};

}  // namespace clientele::http
