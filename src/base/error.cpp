#include "base/error.hpp"

#include <array>
#include <utility>

namespace clientele {
namespace {

using enum ErrorKind;

constexpr std::array kFaces{
    ErrorFace{invalid_input, "invalid_input", "The request is not valid", 400, 2},
    ErrorFace{unauthorized, "unauthorized", "Missing or wrong credentials", 401, 3},
    ErrorFace{unknown_endpoint, "unknown_endpoint", "No such endpoint", 404, 4},
    ErrorFace{method_not_allowed, "method_not_allowed", "Method not allowed", 405, 2},
    ErrorFace{conflict, "conflict", "Already under way", 409, 5},
    ErrorFace{too_large, "too_large", "The request body is too large", 413, 2},
    ErrorFace{unsupported_media, "unsupported_media", "Content type or coding not supported", 415,
              2},
    ErrorFace{headers_too_large, "headers_too_large", "The header section is too large", 431, 2},
    ErrorFace{too_many_requests, "too_many_requests", "Too many requests", 429, 6},
    ErrorFace{overloaded, "overloaded", "The server is busy", 503, 6},
    ErrorFace{deadline_exceeded, "deadline_exceeded", "The work took too long", 503, 6},
    ErrorFace{not_found, "not_found", "Not found", 404, 4},
    ErrorFace{not_implemented, "not_implemented", "Not supported", 501, 2},
    ErrorFace{bad_configuration, "bad_configuration", "A setting cannot be used", 500, 7},
    ErrorFace{file_error, "file_error", "A file cannot be used", 500, 8},
    ErrorFace{internal, "internal", "Internal error", 500, 1},
};

constexpr bool complete() {
  for (std::size_t i = 0; i < kFaces.size(); ++i) {
    if (static_cast<std::size_t>(kFaces[i].kind) != i) return false;
  }
  return kFaces.size() == static_cast<std::size_t>(internal) + 1;
}
static_assert(complete(), "kFaces needs exactly one row per ErrorKind, in its order");

}  // namespace

const ErrorFace& face_of(ErrorKind kind) { return kFaces.at(static_cast<std::size_t>(kind)); }

void Faults::add(std::string pointer, std::string code, std::string detail,
                 std::vector<std::string> allowed) {
  ++total_;
  if (full()) return;
  listed_.push_back({std::move(pointer), std::move(code), std::move(detail), std::move(allowed)});
}

Error Faults::to_error() && {
  Error error{
      .kind = invalid_input, .detail = {}, .faults = std::move(listed_), .fault_total = total_};
  error.detail = total_ == 1 ? "1 problem found in the request."
                             : std::to_string(total_) + " problems found in the request.";
  return error;
}

Error invalid(std::string pointer, std::string code, std::string detail,
              std::vector<std::string> allowed) {
  Faults faults;
  faults.add(std::move(pointer), std::move(code), std::move(detail), std::move(allowed));
  return std::move(faults).to_error();
}

}  // namespace clientele
