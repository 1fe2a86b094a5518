#include "faces/http/reply_head.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace clientele::http {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 31> kReasons{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

std::string_view reason(int status) {
  const auto found = std::ranges::find(kReasons, status, &std::pair<int, std::string_view>::first);
  return found == kReasons.end() ? "Status" : found->second;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  out += "\r\n";
}

}  // namespace

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

std::string reply_head(const Reply& reply, const ReplyFraming& framing, std::string_view request_id,
                       std::string_view date) {
  std::string out;
  out.reserve(256);
  out += framing.version_minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out += std::to_string(reply.status);
  out += ' ';
  out += reason(reply.status);
  out += "\r\n";
  append_field(out, "Date", date);
  if (!is_bodiless(reply.status)) {
    if (!reply.content_type.empty()) append_field(out, "Content-Type", reply.content_type);
    if (framing.content_length) {
      append_field(out, "Content-Length", std::to_string(*framing.content_length));
    } else if (framing.version_minor >= 1) {
      append_field(out, "Transfer-Encoding", "chunked");
    }
  }
  append_field(out, "X-Request-Id", request_id);
  if (!framing.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (framing.version_minor == 0) {
    append_field(out, "Connection", "keep-alive");
  }
  for (const Field& field : reply.fields) append_field(out, field.name, field.value);
  out += "\r\n";
  return out;
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  const auto two = [](int n) {
    return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
  };
  return std::string(kDays.at(static_cast<std::size_t>(utc.tm_wday))) + ", " + two(utc.tm_mday) +
         ' ' + kMonths.at(static_cast<std::size_t>(utc.tm_mon)) + ' ' +
         std::to_string(utc.tm_year + 1900) + ' ' + two(utc.tm_hour) + ':' + two(utc.tm_min) + ':' +
         two(utc.tm_sec) + " GMT";
}

std::string_view current_http_date() {
  thread_local std::time_t formatted_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != formatted_at) {
    text = http_date(now);
    formatted_at = now;
  }
  return text;
}

}  // namespace clientele::http
