// Word characters and lower case as CPython 3.11 has them (Unicode 14.0): str.lower() and re's \w.
#pragma once

#include <string>
#include <string_view>

namespace clientele::text {

// Letters (L*), digits and numerals (Nd, Nl, No) and '_'; marks (M*) are not, so Devanagari and
// Thai words split at vowel signs, as they do in Python.
bool is_word_character(char32_t c);

// The lower case of `c` alone. U+0130 lowers to two code points and gives the first of them here.
char32_t lower_of(char32_t c);

// str.lower(): full mapping with the final-sigma rule and "İ" to "i" + U+0307.
std::u32string lower(std::u32string_view text);

// Code points of `text`; bytes that are not well-formed UTF-8 become U+FFFD.
std::u32string decode(std::string_view text);

}  // namespace clientele::text
