// Tokens of scikit-learn's TfidfVectorizer: text.lower(), then every match of (?u)\b\w\w+\b.
//
// A match is a maximal run of word characters of length two or more. Lowering comes first and sees
// the whole text: the final-sigma rule looks across spaces of its kind, and "İ" becomes "i" + a
// mark, which is no word character and so splits the word. Source: scikit-learn 1.2
// sklearn/feature_extraction/text.py. Complexity: O(bytes).
#include "models/text/tokenizer.hpp"

#include <cstdint>

#include "base/utf8.hpp"
#include "models/text/word_character.hpp"
#include "numeric/simd.hpp"

namespace clientele::text {
namespace {

constexpr char kBreak = '\0';

// Lower case of each ASCII word character, kBreak for any other byte; returns all bytes or-ed.
CLIENTELE_SIMD std::uint8_t lower_ascii(const char* text, char* out, std::size_t size) {
  std::uint8_t bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const auto letter = static_cast<std::uint8_t>(byte | 0x20);
    const bool is_letter = static_cast<std::uint8_t>(letter - 'a') < 26;
    const bool is_other = static_cast<std::uint8_t>(byte - '0') < 10 || byte == '_';
    bits |= byte;
    out[i] = static_cast<char>(is_letter ? letter : is_other ? byte : std::uint8_t{0});
  }
  return bits;
}

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
  const std::uint8_t bits = lower_ascii(text.data(), lowered_.data(), text.size());
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
