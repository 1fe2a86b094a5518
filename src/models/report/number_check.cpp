#include "models/report/number_check.hpp"

#include <set>

#include "base/utf8.hpp"

namespace clientele::report {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits that are not ASCII, superscripts, fractions and Roman numerals among them.
bool is_foreign_digit(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr Range kRanges[]{{0xB2, 0xB3},     {0xB9, 0xB9},     {0xBC, 0xBE},
                                   {0x660, 0x669},   {0x6F0, 0x6F9},   {0x966, 0x96F},
                                   {0x2070, 0x2089}, {0x2150, 0x218B}, {0x2460, 0x249B},
                                   {0x3007, 0x3007}, {0xFF10, 0xFF19}, {0x1D7CE, 0x1D7FF}};
  for (const auto& [first, last] : kRanges) {
    if (c >= first && c <= last) return true;
  }
  return false;
}

// The number that begins at text[at], without grouping and closing zeros; moves `at` behind it.
std::string take_number(std::string_view text, std::size_t& at, char decimal) {
  const char group = decimal == '.' ? ',' : '.';
  std::string whole, fraction;
  bool after_decimal = false;
  for (; at < text.size(); ++at) {
    const bool more = at + 1 < text.size() && is_digit(text[at + 1]);
    if (is_digit(text[at])) {
      (after_decimal ? fraction : whole) += text[at];
    } else if (text[at] == decimal && !after_decimal && more) {
      after_decimal = true;
    } else if (!(text[at] == group && !after_decimal && more)) {
      break;
    }
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  return fraction.empty() ? whole : whole + "." + fraction;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string take_word(std::string_view text, std::size_t& at) {
  std::string word;
  for (; at < text.size() && is_letter(text[at]); ++at) {
    const char c = text[at];
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return word;
}

std::set<std::string, std::less<>> number_words(const LanguageTexts& texts) {
  std::set<std::string, std::less<>> words;
  const std::string_view lines = texts["numbers.words"];
  for (std::size_t at = 0; at <= lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    words.emplace(lines.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// Calls `visit` with every number and number word until it says no.
template <typename Visit>
void each_number(std::string_view text, const LanguageTexts& texts, Visit visit) {
  const auto words = number_words(texts);
  const char decimal = texts["numbers.decimal"][0];
  for (std::size_t at = 0; at < text.size();) {
    if (is_digit(text[at])) {
      if (!visit(take_number(text, at, decimal))) return;
    } else if (is_letter(text[at])) {
      const std::string word = take_word(text, at);
      if (words.contains(word) && !visit(word)) return;
    } else {
      ++at;
    }
  }
}

}  // namespace

std::string unknown_number(std::string_view computed, std::string_view rewritten,
                           const LanguageTexts& texts) {
  for (std::size_t at = 0; at < rewritten.size();) {
    const auto point = decode_utf8(rewritten, at);
    if (!point) return "?";
    if (is_foreign_digit(point->value)) return std::string(rewritten.substr(at, point->length));
    at += point->length;
  }
  std::set<std::string> known;
  each_number(computed, texts, [&](const std::string& number) {
    known.insert(number);
    return true;
  });
  std::string unknown;
  each_number(rewritten, texts, [&](const std::string& number) {
    if (!known.contains(number)) unknown = number;
    return unknown.empty();
  });
  return unknown;
}

}  // namespace clientele::report
