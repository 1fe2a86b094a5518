// RFC 6901 JSON pointers.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace clientele {

// Appends `/token`, escaping ~ and /.
inline void append_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

inline void append_token(std::string& pointer, std::integral auto index) {
  pointer += '/';
  pointer += std::to_string(index);
}

// pointer_to("customers", 3, "date") == "/customers/3/date".
template <typename... Tokens>
std::string pointer_to(const Tokens&... tokens) {
  std::string pointer;
  (append_token(pointer, tokens), ...);
  return pointer;
}

}  // namespace clientele
