// UTF-8: validation, decoding and encoding of single code points.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clientele {

struct CodePoint {
  char32_t value;
  std::size_t length;  // bytes, 1-4
};

// The code point that starts at text[at]; nullopt where no well-formed one does (stray continuation
// bytes, overlong forms, surrogates, values above U+10FFFF, cut sequences). Requires: at < size.
std::optional<CodePoint> decode_utf8(std::string_view text, std::size_t at);

// Offset of the first byte that is not well-formed UTF-8, or text.size() when all is well.
// Complexity: O(n), eight bytes a step on ASCII.
std::size_t first_invalid_utf8(std::string_view text);

// Appends the encoding of `code_point`. Requires: a Unicode scalar value.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace clientele
