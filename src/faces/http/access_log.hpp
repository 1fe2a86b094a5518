// The access log: one JSON line a request, without bodies, secrets or query strings.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "faces/http/application.hpp"

namespace clientele::http {

// {"time", "level": "info", "event": "request", "method", "path", "endpoint", "tenant", "remote",
// "request_id", "status", "bytes_in", "bytes_out", "ms", "complete"}. `time` is RFC 3339, UTC.
std::string access_line(const AccessRecord& record, std::string_view time);

// Writes through a bounded queue and a thread of its own, so that a blocked reader of the log never
// blocks the server: the oldest lines are dropped then. Thread-safe.
class AccessLog {
 public:
  // `path`: a file to append to, or "" for standard error. file_error when it cannot be opened.
  static Result<AccessLog> open(const std::string& path);
  AccessLog(AccessLog&&) noexcept;
  AccessLog& operator=(AccessLog&&) noexcept;
  ~AccessLog();  // writes what is queued

  void write(const AccessRecord& record);
  // A line of another kind: {"time", "level": "error", "event", "request_id", "detail"}.
  void write_error(std::string_view event, std::string_view request_id, std::string_view detail);
  void flush();

 private:
  struct State;
  explicit AccessLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clientele::http
