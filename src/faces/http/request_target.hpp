// Request targets (RFC 9112 section 3.2, RFC 3986): path and query parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faces/http/head.hpp"

namespace clientele::http {

struct Target {
  std::string path;  // decoded
  std::vector<Field> query;
};

// Reads "/path?a=1&b=two+words" or the absolute form "http://host/path?query", and "*" for OPTIONS.
// nullopt: a broken %-sequence, an encoded '/', '\' or control character in the path, a fragment,
// another form. The texts may hold invalid UTF-8.
std::optional<Target> parse_target(std::string_view method, std::string_view target);

}  // namespace clientele::http
