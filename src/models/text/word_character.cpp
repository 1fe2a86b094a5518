// Character classes from a frozen table, so that a new version of a library changes no answer.
//
// Final sigma (Unicode 14.0, 3.13, Final_Sigma): U+03A3 lowers to U+03C2 when a cased letter stands
// before it and none after it, case-ignorable characters between them skipped; else to U+03C3.
// Complexity: O(1) in the basic plane, O(log ranges) above.
#include "models/text/word_character.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace clientele::text {
namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};
struct LowerRun {
  char32_t first;
  char32_t last;
  std::uint8_t step;
  std::int32_t delta;
};
#include "models/text/unicode_tables.inc"

enum Property : std::uint8_t { kWord = 1, kCased = 2, kIgnorable = 4, kHasLower = 8 };
constexpr char32_t kBasicPlane = 0x10000;
constexpr char32_t kCapitalSigma = 0x3A3;
constexpr char32_t kSmallSigma = 0x3C3;
constexpr char32_t kFinalSigma = 0x3C2;
constexpr char32_t kCapitalDottedI = 0x130;
constexpr char32_t kDotAbove = 0x307;

class CharacterTable {
 public:
  CharacterTable() : properties_(kBasicPlane) {
    mark(kWordRanges, kWord);
    mark(kCasedRanges, kCased);
    mark(kIgnorableRanges, kIgnorable);
    for (const LowerRun& run : kLowerRuns) {
      for (char32_t c = run.first; c <= run.last; c += run.step) {
        lowered_.emplace_back(c, static_cast<char32_t>(static_cast<std::int64_t>(c) + run.delta));
      }
    }
    lowered_.emplace_back(kCapitalDottedI, U'i');
    lowered_.emplace_back(kCapitalSigma, kSmallSigma);
    std::sort(lowered_.begin(), lowered_.end());
    for (const auto& [c, lower] : lowered_) {
      if (c < kBasicPlane) properties_[c] |= kHasLower;
    }
  }

  bool has(char32_t c, Property property) const {
    if (c < kBasicPlane) return (properties_[c] & property) != 0;
    switch (property) {
      case kWord:
        return contains(kWordRanges, c);
      case kCased:
        return contains(kCasedRanges, c);
      case kIgnorable:
        return contains(kIgnorableRanges, c);
      case kHasLower:
        return true;
    }
    return false;
  }

  char32_t lower_of(char32_t c) const {
    if (!has(c, kHasLower)) return c;
    const auto found = std::lower_bound(lowered_.begin(), lowered_.end(), std::pair{c, U'\0'});
    return found != lowered_.end() && found->first == c ? found->second : c;
  }

 private:
  template <std::size_t n>
  void mark(const CodeRange (&ranges)[n], Property property) {
    for (const CodeRange& range : ranges) {
      for (char32_t c = range.first; c <= range.last && c < kBasicPlane; ++c) {
        properties_[c] |= property;
      }
    }
  }

  template <std::size_t n>
  static bool contains(const CodeRange (&ranges)[n], char32_t c) {
    const auto* after = std::upper_bound(
        std::begin(ranges), std::end(ranges), c,
        [](char32_t wanted, const CodeRange& range) { return wanted < range.first; });
    return after != std::begin(ranges) && c <= std::prev(after)->last;
  }

  std::vector<std::uint8_t> properties_;                // of the basic plane
  std::vector<std::pair<char32_t, char32_t>> lowered_;  // ascending
};

const CharacterTable& table() {
  static const CharacterTable characters;
  return characters;
}

bool is_final_sigma(std::u32string_view text, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && table().has(text[before - 1], kIgnorable)) --before;
  if (before == 0 || !table().has(text[before - 1], kCased)) return false;
  std::size_t after = at + 1;
  while (after < text.size() && table().has(text[after], kIgnorable)) ++after;
  return after == text.size() || !table().has(text[after], kCased);
}

}  // namespace

bool is_word_character(char32_t c) { return table().has(c, kWord); }

char32_t lower_of(char32_t c) { return table().lower_of(c); }

std::u32string lower(std::u32string_view text) {
  std::u32string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == kCapitalSigma) {
      result.push_back(is_final_sigma(text, i) ? kFinalSigma : kSmallSigma);
      continue;
    }
    result.push_back(table().lower_of(c));
    if (c == kCapitalDottedI) result.push_back(kDotAbove);
  }
  return result;
}

std::u32string decode(std::string_view text) {
  std::u32string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto code_point = decode_utf8(text, at);
    result.push_back(code_point ? code_point->value : U'\uFFFD');
    at += code_point ? code_point->length : 1;
  }
  return result;
}

}  // namespace clientele::text
