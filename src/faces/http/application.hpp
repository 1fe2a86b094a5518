// What the HTTP server asks of the program behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.hpp"
#include "faces/http/body_buffer.hpp"
#include "faces/http/head.hpp"
#include "faces/http/reply.hpp"

namespace clientele::http {

// The decision about a request, taken on its head alone.
struct Admission {
  std::string endpoint;  // label for log and metrics, from a closed set; "" = no such endpoint
  std::string tenant;    // for log; "" = unauthenticated
  // Set: the answer, sent without reading the body (401, 404, 405, 429, /health ...).
  std::optional<Reply> reply;
  // Not set: the body is read, inflated and given to handle() under these terms.
  std::uint64_t body_limit = 0;           // bytes, on the wire and inflated; 0 = the server's
  std::chrono::milliseconds deadline{0};  // of the request as a whole; 0 = the server's
  std::shared_ptr<void> ticket;  // held until the answer is complete (concurrency slot ...)
};

// One answered request. `path` is without the query, which may hold what does not belong in a log.
struct AccessRecord {
  std::string_view method;  // "" when the head could not be read
  std::string_view path;
  std::string_view endpoint;
  std::string_view tenant;
  std::string_view remote_address;
  std::string_view request_id;
  int status = 0;
  std::uint64_t bytes_in = 0;   // body as received
  std::uint64_t bytes_out = 0;  // head and body as sent
  double milliseconds = 0;      // from the complete head to the last byte of the answer
  bool complete = true;         // false: the client went away or the answer broke off
};

class Application {
 public:
  virtual ~Application() = default;

  // Called on an I/O thread before the body is read: must be cheap (microseconds) and thread-safe.
  virtual Admission admit(const Head& head) = 0;

  // Called on a compute thread with the complete, inflated body. Polls `cancellation` on long work,
  // which is requested when the client has gone, the deadline has passed or the server stops.
  // An exception becomes a 500 without internals.
  virtual Reply handle(const Head& head, Admission& admission, BodyBuffer body,
                       Cancellation& cancellation) = 0;

  // Called once for every answer, refusals included, on an I/O thread: must be cheap, thread-safe.
  virtual void answered(const AccessRecord& record) = 0;

  // An exception escaped from handle() or a stream. For the error log; called on a compute thread.
  virtual void failed(const Head& head, std::string_view what) = 0;
};

}  // namespace clientele::http
