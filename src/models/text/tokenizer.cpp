// Tokens of scikit-learn's TfidfVectorizer: text.lower(), then every match of (?u)\b\w\w+\b.
//
// A match is a maximal run of word characters of length two or more. Lowering comes first and sees
// the whole text: the final-sigma rule looks across spaces of its kind, and "İ" becomes "i" + a
// mark, which is no word character and so splits the word. Source: scikit-learn 1.2
// sklearn/feature_extraction/text.py. Complexity: O(bytes).
#include "models/text/tokenizer.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/utf8.hpp"
#include "models/text/word_character.hpp"
#include "numeric/simd.hpp"

namespace clientele::text {
namespace {

constexpr char kBreak = '\0';

constexpr std::size_t kStep = 32;  // bytes lowered side by side

// Lower case of each ASCII word character, kBreak for any other byte; returns all bytes or-ed.
CLIENTELE_SIMD std::uint8_t lower_ascii(char* text, std::size_t steps) {
  std::uint8_t bits[kStep] = {};
  for (; steps > 0; --steps, text += kStep) {
    for (std::size_t i = 0; i < kStep; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[i]);
      const auto letter = static_cast<std::uint8_t>(byte | 0x20);
      const bool is_letter = static_cast<std::uint8_t>(letter - 'a') < 26;
      const bool is_other = static_cast<std::uint8_t>(byte - '0') < 10 || byte == '_';
      bits[i] |= byte;
      text[i] = static_cast<char>(is_letter ? letter : is_other ? byte : std::uint8_t{0});
    }
  }
  std::uint8_t all = 0;
  for (const std::uint8_t some : bits) all |= some;
  return all;
}

// How many bytes stand before the first kBreak. Requires: one, and eight readable bytes from it on.
std::size_t length_of_word(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  for (std::size_t length = 0;; length += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at + length, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    // The lowest of these bits marks the first zero byte; a borrow may set more above it.
    const std::uint64_t zeros = (bytes - kOnes) & ~bytes & (kOnes << 7);
    if (zeros != 0) return length + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
  }
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
  end_ = text.size();
  const std::size_t steps = text.size() / kStep + 1;
  if (lowered_.size() < (steps + 1) * kStep) lowered_.resize(2 * (steps + 1) * kStep);
  std::copy(text.begin(), text.end(), lowered_.begin());
  std::fill_n(lowered_.begin() + static_cast<std::ptrdiff_t>(end_), 2 * kStep - end_ % kStep,
              kBreak);
  const std::uint8_t bits = lower_ascii(lowered_.data(), steps);
  if (bits < 0x80) return;
  lowered_ = lowered_unicode(text);
  end_ = lowered_.size();
  lowered_.append(kStep, kBreak);
}

bool Tokenizer::next(std::string_view& word) {
  for (;;) {
    while (at_ < end_ && lowered_[at_] == kBreak) ++at_;
    if (at_ == end_) return false;
    word = std::string_view(lowered_).substr(at_, length_of_word(lowered_.data() + at_));
    at_ += word.size();
    if (!is_single_character(word)) return true;
  }
}

}  // namespace clientele::text
