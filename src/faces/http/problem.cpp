#include "faces/http/problem.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "schema/write.hpp"

namespace clientele::http {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view value) {
  schema::append_json_string(out, name);
  out += ':';
  schema::append_json_string(out, value);
}

void append_fault(std::string& out, const Fault& fault) {
  out += '{';
  append_member(out, "pointer", fault.pointer);
  out += ',';
  append_member(out, "code", fault.code);
  out += ',';
  append_member(out, "detail", fault.detail);
  if (!fault.allowed.empty()) {
    out += ",\"allowed\":";
    char separator = '[';
    for (const std::string& value : fault.allowed) {
      out += separator;
      schema::append_json_string(out, value);
      separator = ',';
    }
    out += ']';
  }
  out += '}';
}

}  // namespace

Problem problem_of(const Error& error) {
  const ErrorFace& face = face_of(error.kind);
  Problem problem{.status = face.http_status,
                  .code = face.code,
                  .title = face.title,
                  .detail = error.detail,
                  .faults = error.faults,
                  .fault_total = std::max(error.fault_total, error.faults.size()),
                  .retry_after_seconds = error.retry_after_seconds};
  if (problem.status == 500) problem.detail = "Something went wrong here. It has been logged.";
  return problem;
}

Problem refusal_problem(int status, std::string detail) {
  struct Row {
    int status;
    std::string_view code;
    std::string_view title;
  };
  static constexpr std::array<Row, 6> kRows{{
      {400, "malformed_request", "Not an acceptable HTTP request"},
      {408, "request_timeout", "The request took too long to arrive"},
      {417, "expectation_failed", "The expectation cannot be met"},
      {431, "headers_too_large", "The header section is too large"},
      {501, "not_implemented", "Not supported"},
      {505, "http_version_not_supported", "HTTP version not supported"},
  }};
  const auto found = std::ranges::find(kRows, status, &Row::status);
  const Row& row = found == kRows.end() ? kRows.front() : *found;
  return {.status = row.status, .code = row.code, .title = row.title, .detail = std::move(detail)};
}

std::string problem_body(const Problem& problem, std::string_view request_id) {
  std::string out = "{";
  append_member(out, "type", std::string(kProblemTypePrefix) + std::string(problem.code));
  out += ',';
  append_member(out, "title", problem.title);
  out += ",\"status\":" + std::to_string(problem.status) + ',';
  append_member(out, "detail", problem.detail.empty() ? problem.title : problem.detail);
  out += ',';
  append_member(out, "code", problem.code);
  out += ',';
  append_member(out, "request_id", request_id);
  if (problem.fault_total > 0) {
    out += ",\"errors\":[";
    for (std::size_t i = 0; i < problem.faults.size(); ++i) {
      if (i > 0) out += ',';
      append_fault(out, problem.faults[i]);
    }
    out += "],\"error_count\":" + std::to_string(problem.fault_total);
  }
  out += '}';
  return out;
}

Reply problem_reply(const Problem& problem, std::string_view request_id) {
  Reply reply;
  reply.status = problem.status;
  reply.content_type = kProblemContentType;
  reply.body = problem_body(problem, request_id);
  if (problem.retry_after_seconds > 0) {
    const auto seconds = static_cast<std::int64_t>(std::ceil(problem.retry_after_seconds));
    reply.fields.push_back({"Retry-After", std::to_string(seconds)});
  }
  return reply;
}

Reply problem_reply(const Error& error, std::string_view request_id) {
  return problem_reply(problem_of(error), request_id);
}

}  // namespace clientele::http
