// The head of one HTTP request, as the application sees it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::http {

struct Field {
  std::string name;
  std::string value;
};

// Equality of ASCII names without regard to case.
bool same_name(std::string_view a, std::string_view b);

// The value of the first field of that name (case-insensitive).
std::optional<std::string_view> find_field(const std::vector<Field>& fields, std::string_view name);

// An owned snapshot, complete before the body is read and never changed by it: authentication and
// every other decision rest on this copy. The guard has been passed.
struct Head {
  std::string method;          // upper case: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
  std::string path;            // percent-decoded, begins with '/' ("*" only for OPTIONS)
  std::vector<Field> query;    // decoded parameters in their order; names are case-sensitive
  std::vector<Field> fields;   // header fields in their order
  int version_minor = 1;       // HTTP/1.0 or HTTP/1.1
  bool has_body = false;       // a body is announced (it may still be empty when chunked)
  std::string remote_address;  // of the peer, without the port
  std::string request_id;      // accepted from X-Request-Id or made here

  std::optional<std::string_view> field(std::string_view name) const {
    return find_field(fields, name);
  }
  // The first query parameter of that name.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

}  // namespace clientele::http
