// Tokens of scikit-learn's TfidfVectorizer: text.lower(), then every match of (?u)\b\w\w+\b.
//
// A match is a maximal run of word characters of length two or more. Lowering comes first and sees
// the whole text: the final-sigma rule looks across spaces of its kind, and "İ" becomes "i" + a
// mark, which is no word character and so splits the word. Source: scikit-learn 1.2
// sklearn/feature_extraction/text.py. Complexity: O(bytes).
#include "models/text/tokenizer.hpp"

#include <array>
#include <cstdint>

#include "base/utf8.hpp"
#include "models/text/word_character.hpp"

namespace clientele::text {
namespace {

constexpr char kBreak = '\0';

// Lower case of an ASCII word character, kBreak for any other byte.
constexpr std::array<char, 256> ascii_words() {
  std::array<char, 256> words{};
  for (std::size_t c = '0'; c <= '9'; ++c) words[c] = static_cast<char>(c);
  for (std::size_t c = 'a'; c <= 'z'; ++c) {
    words[c] = static_cast<char>(c);
    words[c - 'a' + 'A'] = static_cast<char>(c);
  }
  words['_'] = '_';
  return words;
}
constexpr std::array<char, 256> kAsciiWords = ascii_words();

std::string lowered_unicode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char32_t c : lower(decode(text))) {
    if (is_word_character(c)) {
      append_utf8(result, c);
    } else {
      result.push_back(kBreak);
    }
  }
  return result;
}

bool is_single_character(std::string_view word) {
  const auto lead = static_cast<std::uint8_t>(word[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return word.size() == length;
}

}  // namespace

void Tokenizer::start(std::string_view text) {
  at_ = 0;
  lowered_.resize(text.size());
  std::uint8_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    bits |= byte;
    lowered_[i] = kAsciiWords[byte];
  }
  if (bits >= 0x80) lowered_ = lowered_unicode(text);
}

bool Tokenizer::next(std::string_view& word) {
  while (at_ < lowered_.size()) {
    while (at_ < lowered_.size() && lowered_[at_] == kBreak) ++at_;
    const std::size_t begin = at_;
    while (at_ < lowered_.size() && lowered_[at_] != kBreak) ++at_;
    word = std::string_view(lowered_).substr(begin, at_ - begin);
    if (!word.empty() && !is_single_character(word)) return true;
  }
  return false;
}

}  // namespace clientele::text
