// Error answers: RFC 9457 problem documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "faces/http/reply.hpp"

namespace clientele::http {

// `type` of a problem is this prefix followed by its code.
inline constexpr std::string_view kProblemTypePrefix = "/docs/errors#";
inline constexpr std::string_view kProblemContentType = "application/problem+json";

struct Problem {
  int status = 500;
  std::string_view code;  // static storage
  std::string_view title;
  std::string detail{};
  std::vector<Fault> faults{};
  std::size_t fault_total = 0;
  double retry_after_seconds = 0;
};

// The public face of `error`. Details of internal errors are not shown.
Problem problem_of(const Error& error);

// The problem for a refusal below the application: 400, 408, 417, 431, 501 or 505.
Problem refusal_problem(int status, std::string detail);

// {"type", "title", "status", "detail", "code", "request_id", "errors"?: [{"pointer", "code",
// "detail", "allowed"?}], "error_count"?}.
std::string problem_body(const Problem& problem, std::string_view request_id);

// The answer, with Retry-After (whole seconds, rounded up) where the problem has one.
Reply problem_reply(const Problem& problem, std::string_view request_id);
Reply problem_reply(const Error& error, std::string_view request_id);

}  // namespace clientele::http
