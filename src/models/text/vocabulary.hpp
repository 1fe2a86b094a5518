// Words and pairs of words, numbered in order of first appearance.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::text {

// Terms are words, or pairs of words (bigrams); both are numbered from one counter. Holds at most
// 2^32 - 2 terms.
class Vocabulary {
 public:
  static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

  Vocabulary();

  std::uint32_t size() const { return static_cast<std::uint32_t>(terms_.size()); }

  // The number of the word, or of the pair of two words' numbers; a new one if it was not there.
  std::uint32_t add_word(std::string_view word);
  // The same. Requires: a word, and eight readable bytes from its first on.
  std::uint32_t add_padded_word(std::string_view word);
  std::uint32_t add_pair(std::uint32_t first, std::uint32_t second);
  // kUnknown if it is not there.
  std::uint32_t find_word(std::string_view word) const;
  std::uint32_t find_pair(std::uint32_t first, std::uint32_t second) const;

  bool is_pair(std::uint32_t term) const { return terms_[term].is_pair; }
  // Requires: !is_pair(term). Valid until a word is added.
  std::string_view word(std::uint32_t term) const {
    return std::string_view(letters_).substr(terms_[term].first, terms_[term].second);
  }
  // Requires: is_pair(term).
  std::uint32_t first_of(std::uint32_t term) const {
    return static_cast<std::uint32_t>(terms_[term].first);
  }
  std::uint32_t second_of(std::uint32_t term) const { return terms_[term].second; }
  // The word, or both words with one space between.
  std::string text(std::uint32_t term) const;

 private:
  static constexpr std::uint32_t kPair = kUnknown;

  struct Term {
    std::uint64_t first;   // word: where its letters begin; pair: number of its first word
    std::uint32_t second;  // word: bytes; pair: number of its second word
    bool is_pair;
  };
  struct Key {
    std::uint64_t key;   // letters of a short word, both numbers of a pair, else a hash
    std::uint32_t kind;  // bytes of a word, or kPair
  };
  struct Slot {
    std::uint64_t key;
    std::uint32_t kind;
    std::uint32_t term;  // kUnknown: free
  };

  // Inline within vocabulary.cpp: building an index spends a quarter of its time in these.
  inline std::uint64_t scatter(std::uint64_t key) const;
  inline Key key_of_long(std::string_view word) const;
  Key key_of(std::string_view word) const;
  static Key key_of(std::uint32_t first, std::uint32_t second);
  inline std::uint64_t hash_of(const Key& key) const;
  inline std::uint32_t add(const Key& key, std::string_view word);
  // The slot of the term that fits, or the free slot where it belongs. `word` decides among long
  // words of one hash and is not looked at for other keys.
  inline std::size_t slot_of(const Key& key, std::string_view word) const;
  std::uint32_t insert_word(std::size_t slot, const Key& key, std::string_view word);
  std::uint32_t insert(std::size_t slot, const Key& key, const Term& term);
  void grow();

  std::uint64_t secret_;
  std::string letters_;
  std::vector<Term> terms_;
  std::vector<Slot> slots_;  // a power of two
};

}  // namespace clientele::text
