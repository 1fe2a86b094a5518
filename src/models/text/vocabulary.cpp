// Open addressing over 64-bit keys: a word of up to eight bytes and a pair (of its words' numbers)
// are their own key, so that finding them touches one cache line; longer words are keyed by a hash
// and compared. Letters are stored once.
//
// The hash has a random key per process, so that no text can be written to collide; numbers follow
// the order of appearance and do not depend on it. Source: Knuth 6.4, algorithm L;
// multiply-and-fold rounds after wyhash (W. Yi). Complexity: O(bytes) a word, O(1) a pair.
#include "models/text/vocabulary.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace clientele::text {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kFewSlots = 32'768;  // up to here a quarter full at most, above it half
constexpr std::uint32_t kShortWord = 8;    // bytes that fit a key
constexpr std::uint64_t kAllBits = ~std::uint64_t{0};

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t process_secret() {
  static const std::uint64_t secret = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32 | device()) | 1;
  }();
  return secret;
}

// Eight bytes, the first in the lowest.
std::uint64_t read(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

}  // namespace

std::uint64_t Vocabulary::scatter(std::uint64_t key) const { return fold(key ^ secret_, secret_); }

Vocabulary::Key Vocabulary::key_of_long(std::string_view word) const {
  std::uint64_t hash = scatter(word.size());
  const char* at = word.data();
  std::size_t left = word.size();
  for (; left > 8; at += 8, left -= 8) hash = scatter(hash ^ read(at));
  return {scatter(hash ^ read(at + left - 8)), static_cast<std::uint32_t>(word.size())};
}

Vocabulary::Key Vocabulary::key_of(std::string_view word) const {
  if (word.size() > kShortWord) return key_of_long(word);
  char letters[kShortWord] = {};
  std::ranges::copy(word, letters);
  return {read(letters), static_cast<std::uint32_t>(word.size())};
}

Vocabulary::Key Vocabulary::key_of(std::uint32_t first, std::uint32_t second) {
  return {std::uint64_t{first} << 32 | second, kPair};
}

std::uint64_t Vocabulary::hash_of(const Key& key) const {
  if (key.kind <= kShortWord) return scatter(key.key + key.kind);
  return key.kind == kPair ? scatter(~key.key) : key.key;
}

Vocabulary::Vocabulary() : secret_(process_secret()), slots_(kFirstSlots, Slot{0, 0, kUnknown}) {}

std::size_t Vocabulary::slot_of(const Key& key, std::string_view wanted) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash_of(key) & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.term == kUnknown) return at;
    if (slot.key != key.key || slot.kind != key.kind) continue;
    if (key.kind == kPair || key.kind <= kShortWord || word(slot.term) == wanted) return at;
  }
}

std::uint32_t Vocabulary::insert(std::size_t slot, const Key& key, const Term& term) {
  slots_[slot] = {key.key, key.kind, size()};
  terms_.push_back(term);
  const std::size_t room = slots_.size() <= kFewSlots ? 4 : 2;
  if (room * terms_.size() > slots_.size()) grow();
  return size() - 1;
}

void Vocabulary::grow() {
  std::vector<Slot> larger(2 * slots_.size(), Slot{0, 0, kUnknown});
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.term == kUnknown) continue;
    std::size_t at = hash_of({slot.key, slot.kind}) & mask;
    while (larger[at].term != kUnknown) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_.swap(larger);
}

std::uint32_t Vocabulary::add(const Key& key, std::string_view word) {
  const std::size_t slot = slot_of(key, word);
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  return insert_word(slot, key, word);
}

std::uint32_t Vocabulary::insert_word(std::size_t slot, const Key& key, std::string_view word) {
  letters_.append(word);
  return insert(slot, key,
                {letters_.size() - word.size(), static_cast<std::uint32_t>(word.size()), false});
}

std::uint32_t Vocabulary::add_word(std::string_view word) { return add(key_of(word), word); }

std::uint32_t Vocabulary::add_padded_word(std::string_view word) {
  if (word.size() > kShortWord) return add(key_of_long(word), word);
  const std::uint64_t letters = read(word.data()) & kAllBits >> (64 - 8 * word.size());
  return add({letters, static_cast<std::uint32_t>(word.size())}, word);
}

std::uint32_t Vocabulary::add_pair(std::uint32_t first, std::uint32_t second) {
  const Key key = key_of(first, second);
  const std::size_t slot = slot_of(key, {});
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  return insert(slot, key, {first, second, true});
}

std::uint32_t Vocabulary::find_word(std::string_view word) const {
  return slots_[slot_of(key_of(word), word)].term;
}

std::uint32_t Vocabulary::find_pair(std::uint32_t first, std::uint32_t second) const {
  return slots_[slot_of(key_of(first, second), {})].term;
}

std::string Vocabulary::text(std::uint32_t term) const {
  if (!is_pair(term)) return std::string(word(term));
  std::string both(word(first_of(term)));
  both += ' ';
  both += word(second_of(term));
  return both;
}

}  // namespace clientele::text
