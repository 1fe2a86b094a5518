#include "faces/http/guard.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace clientele::http {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};

// Fields that decide about framing, meaning or identity: two of them have no agreed reading.
constexpr std::array<std::string_view, 11> kSingleFields{
    "host",     "content-length",   "transfer-encoding", "content-type",
    "expect",   "content-encoding", "authorization",     "x-customer-api-id",
    "x-secret", "x-request-id",     "idempotency-key"};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

template <typename Visit>
void for_each_token(std::string_view list, Visit visit) {
  while (true) {
    const auto comma = list.find(',');
    visit(trimmed(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

bool is_host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~%!$&'()*+;=:[]").find(c) != std::string_view::npos;
}

std::optional<Refusal> check_fields(const std::vector<Field>& fields) {
  std::array<bool, kSingleFields.size()> seen{};
  for (const Field& field : fields) {
    if (field.name.empty() || field.name.find('_') != std::string::npos) {
      return Refusal{400, "Header field names with '_' are not accepted."};
    }
    if (std::ranges::any_of(field.value, is_control)) {
      return Refusal{400, "A header field holds a control character."};
    }
    const auto single = std::ranges::find_if(
        kSingleFields, [&](std::string_view name) { return same_name(name, field.name); });
    if (single == kSingleFields.end()) continue;
    bool& seen_before = seen[static_cast<std::size_t>(single - kSingleFields.begin())];
    if (seen_before) return Refusal{400, "Header field '" + std::string(*single) + "' repeats."};
    seen_before = true;
  }
  return std::nullopt;
}

std::optional<Refusal> check_host(int version_minor, const std::vector<Field>& fields) {
  const auto host = find_field(fields, "host");
  if (!host && version_minor >= 1) return Refusal{400, "The Host header field is missing."};
  if (host && !std::ranges::all_of(*host, is_host_character)) {
    return Refusal{400, "The Host header field is not valid."};
  }
  return std::nullopt;
}

std::optional<Refusal> check_transfer_coding(std::string_view coding, int version_minor,
                                             bool has_length) {
  if (version_minor < 1) return Refusal{400, "Transfer-Encoding needs HTTP/1.1."};
  if (has_length) return Refusal{400, "Transfer-Encoding and Content-Length exclude each other."};
  if (same_name(coding, "chunked")) return std::nullopt;
  std::size_t chunked = 0;
  std::string_view last;
  for_each_token(coding, [&](std::string_view token) {
    chunked += same_name(token, "chunked") ? 1 : 0;
    last = token;
  });
  if (chunked > 1 || (chunked == 1 && !same_name(last, "chunked"))) {
    return Refusal{400, "Transfer-Encoding must end in one 'chunked'."};
  }
  return Refusal{501, "The only transfer coding read here is 'chunked'."};
}

std::optional<std::uint64_t> plain_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool wants_keep_alive(int version_minor, const std::vector<Field>& fields) {
  bool close = false;
  bool keep = version_minor >= 1;
  for (const Field& field : fields) {
    if (!same_name(field.name, "connection")) continue;
    for_each_token(field.value, [&](std::string_view token) {
      close = close || same_name(token, "close");
      keep = keep || same_name(token, "keep-alive");
    });
  }
  return keep && !close;
}

std::optional<Refusal> check_body(int version_minor, const std::vector<Field>& fields,
                                  Framing& framing) {
  const auto length = find_field(fields, "content-length");
  if (const auto coding = find_field(fields, "transfer-encoding")) {
    framing.chunked = true;
    return check_transfer_coding(trimmed(*coding), version_minor, length.has_value());
  }
  if (!length) return std::nullopt;
  const auto bytes = plain_decimal(*length);
  if (!bytes) return Refusal{400, "Content-Length is not one plain decimal number."};
  framing.content_length = *bytes;
  return std::nullopt;
}

}  // namespace

std::variant<Framing, Refusal> guard_head(std::string_view method, int version_minor,
                                          const std::vector<Field>& fields) {
  if (auto refusal = check_fields(fields)) return *std::move(refusal);
  if (auto refusal = check_host(version_minor, fields)) return *std::move(refusal);
  Framing framing;
  if (auto refusal = check_body(version_minor, fields, framing)) return *std::move(refusal);
  if (std::ranges::find(kMethods, method) == kMethods.end()) {
    return Refusal{501, "The request method is not supported."};
  }
  if (const auto expect = find_field(fields, "expect")) {
    if (!same_name(*expect, "100-continue")) return Refusal{417, "Unknown expectation."};
    framing.expect_continue = version_minor >= 1 && framing.has_body();
  }
  framing.keep_alive = wants_keep_alive(version_minor, fields);
  return framing;
}

}  // namespace clientele::http
