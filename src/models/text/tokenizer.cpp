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

constexpr std::size_t kStep = 32;   // bytes lowered side by side
constexpr std::size_t kBlock = 64;  // bytes whose bits make a number
constexpr std::uint64_t kAll = ~std::uint64_t{0};

// Writes the lower case of each ASCII word character, kBreak for any other byte; returns all bytes
// or-ed.
CLIENTELE_SIMD std::uint8_t lower_ascii(const char* text, char* lowered, std::size_t steps) {
  std::uint8_t bits[kStep] = {};
  for (; steps > 0; --steps, text += kStep, lowered += kStep) {
    for (std::size_t i = 0; i < kStep; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[i]);
      const auto letter = static_cast<std::uint8_t>(byte | 0x20);
      const bool is_letter = static_cast<std::uint8_t>(letter - 'a') < 26;
      const bool is_other = static_cast<std::uint8_t>(byte - '0') < 10 || byte == '_';
      bits[i] |= byte;
      lowered[i] = static_cast<char>(is_letter ? letter : is_other ? byte : std::uint8_t{0});
    }
  }
  std::uint8_t all = 0;
  for (const std::uint8_t some : bits) all |= some;
  return all;
}

// A bit for each of eight bytes, the first in the lowest: 0 for kBreak.
std::uint64_t word_bits(const char* at) {
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  const std::uint64_t set = (((bytes & ~kHigh) + ~kHigh) | bytes) & kHigh;
  return (set >> 7) * 0x0102040810204080 >> 56;  // gathers the bits
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
  std::size_t blocks = text.size() / kBlock + 1;
  if (lowered_.size() < (blocks + 1) * kBlock) lowered_.resize((2 * blocks + 1) * kBlock);
  char rest[kBlock] = {};
  const std::size_t whole = text.size() / kStep * kStep;
  std::ranges::copy(text.substr(whole), rest);
  std::uint8_t bits = lower_ascii(text.data(), lowered_.data(), whole / kStep);
  bits |= lower_ascii(rest, lowered_.data() + whole, (blocks * kBlock - whole) / kStep);
  if (bits >= 0x80) {
    lowered_ = lowered_unicode(text);
    blocks = lowered_.size() / kBlock + 1;
    lowered_.resize((blocks + 1) * kBlock, kBreak);
  }
  in_word_.resize(blocks);
  for (std::size_t block = 0; block < blocks; ++block) {
    std::uint64_t& in_word = in_word_[block];
    in_word = 0;
    for (std::size_t i = 0; i < kBlock; i += 8) {
      in_word |= word_bits(lowered_.data() + block * kBlock + i) << i;
    }
  }
  at_ = 0;
  left_ = in_word_[0];
}

bool Tokenizer::next(std::string_view& word) {
  for (;;) {
    while (left_ == 0) {
      if (at_ + 1 == in_word_.size()) return false;
      left_ = in_word_[++at_];
    }
    const auto first = static_cast<std::size_t>(std::countr_zero(left_));
    const std::size_t begin = at_ * kBlock + first;
    auto length = static_cast<std::size_t>(std::countr_one(left_ >> first));
    if (first + length < kBlock) {
      left_ &= kAll << (first + length);
    } else {  // goes on in the next block; the last one ends with a zero
      std::size_t more = 0;
      do {
        left_ = in_word_[++at_];
        more = static_cast<std::size_t>(std::countr_one(left_));
        length += more;
      } while (more == kBlock);
      left_ &= kAll << more;
    }
    word = std::string_view(lowered_).substr(begin, length);
    if (!is_single_character(word)) return true;
  }
}

}  // namespace clientele::text
