// Text in terminal columns: what a character occupies, what a terminal must never receive.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clientele::cli {

// Columns that a character takes: 0 for combining and invisible ones, 2 for East Asian wide ones
// and emoji, else 1. Source: Unicode 15 (EastAsianWidth, general categories Mn, Me, Cf), merged
// ranges.
int character_width(char32_t character);

// `text` as one harmless line: control characters (C0, DEL, C1), line separators and direction
// overrides become visible escapes such as \n or \x1B; malformed UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

// Columns that printable text takes. Requires: well-formed UTF-8 without control characters.
std::size_t display_width(std::string_view text);

// The longest beginning of `text` that fits `width` columns, ending in … where something was cut;
// a base character keeps its combining marks. Requires: as display_width; width >= 1.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace clientele::cli
