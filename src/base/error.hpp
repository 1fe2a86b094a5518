// Errors as values: what went wrong, where, and what to do about it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace clientele {

// Every reason for which clientele refuses or fails. `error_table()` gives each its public face.
enum class ErrorKind {
  invalid_input,       // the request breaks a declared rule
  unauthorized,        // missing or wrong credentials
  unknown_endpoint,    // no such path
  method_not_allowed,  // the path exists, the method does not
  conflict,            // the same thing is already under way
  too_large,           // body over the limit
  unsupported_media,   // content type or coding that is not read here
  headers_too_large,   // header section over the limit
  too_many_requests,   // rate or concurrency limit of the tenant
  overloaded,          // queue or memory budget full
  deadline_exceeded,   // the work took longer than allowed, or the caller went away
  not_found,           // an id that does not exist for this tenant
  not_implemented,     // an HTTP feature that is refused
  bad_configuration,   // a setting that cannot be used
  file_error,          // a local file that cannot be read or written
  internal,            // a fault of clientele
};

struct ErrorFace {
  ErrorKind kind;
  std::string_view code;   // stable machine name, also the docs anchor
  std::string_view title;  // RFC 9457 title
  int http_status;
  int exit_code;  // of the command line
};

// Public face of `kind`. Total: a kind without a row does not compile.
const ErrorFace& face_of(ErrorKind kind);

// One violated rule. `pointer` is an RFC 6901 JSON pointer into the request ("" = the whole body).
struct Fault {
  std::string pointer;
  std::string code;
  std::string detail;
  std::vector<std::string> allowed;  // the values that would be accepted, if they can be listed
};

// The most faults that one error lists; `fault_total` counts them all.
inline constexpr std::size_t kMaxListedFaults = 50;

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string detail = {};
  std::vector<Fault> faults = {};
  std::size_t fault_total = 0;
  double retry_after_seconds = 0;  // > 0: when to try again
};

// Collects faults up to kMaxListedFaults and counts the rest.
class Faults {
 public:
  void add(std::string pointer, std::string code, std::string detail,
           std::vector<std::string> allowed = {});
  // Once listed() is full, callers may skip composing texts and only count.
  void count_only() { ++total_; }
  bool full() const { return listed_.size() >= kMaxListedFaults; }
  bool empty() const { return total_ == 0; }
  std::size_t total() const { return total_; }
  const std::vector<Fault>& listed() const { return listed_; }
  // The invalid_input error that carries all faults. Requires: !empty().
  Error to_error() &&;

 private:
  std::vector<Fault> listed_;
  std::size_t total_ = 0;
};

// An invalid_input error with one fault.
Error invalid(std::string pointer, std::string code, std::string detail,
              std::vector<std::string> allowed = {});

}  // namespace clientele
