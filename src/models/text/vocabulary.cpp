// Open addressing over 64-bit keys: a word of up to eight bytes and a pair (of its words' numbers)
// are their own key, so that finding them touches one cache line; longer words are keyed by a hash
// and compared. Letters are stored once.
//
// The hash has a random key per process, so that no text can be written to collide; numbers follow
// the order of appearance and do not depend on it. Source: Knuth 6.4, algorithm L;
// multiply-and-fold rounds after wyhash (W. Yi). Complexity: O(bytes) a word, O(1) a pair.
#include "models/text/vocabulary.hpp"

#include <cstring>
#include <random>

namespace clientele::text {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::uint32_t kShortWord = 8;  // fits a key

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t process_key() {
  static const std::uint64_t key = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32 | device()) | 1;
  }();
  return key;
}

template <typename T>
std::uint64_t read(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

// All of up to eight bytes in one number, without a loop. Requires: 0 < size <= 8.
std::uint64_t read_few(const char* at, std::size_t size) {
  if (size >= 4) return read<std::uint32_t>(at) | read<std::uint32_t>(at + size - 4) << 32;
  if (size >= 2) return read<std::uint16_t>(at) | read<std::uint16_t>(at + size - 2) << 32;
  return read<std::uint8_t>(at);
}

std::uint64_t scatter(std::uint64_t key) { return fold(key ^ process_key(), process_key()); }

}  // namespace

Vocabulary::Key Vocabulary::key_of(std::string_view word) {
  const auto size = static_cast<std::uint32_t>(word.size());
  if (size <= kShortWord) {
    const std::uint64_t letters = size == 0 ? 0 : read_few(word.data(), size);
    return {letters, size, scatter(letters + size)};
  }
  std::uint64_t hash = process_key() ^ size;
  const char* at = word.data();
  std::size_t left = size;
  for (; left > 8; at += 8, left -= 8) hash = scatter(hash ^ read<std::uint64_t>(at));
  hash = scatter(hash ^ read_few(at, left));
  return {hash, size, scatter(hash)};
}

Vocabulary::Key Vocabulary::key_of(std::uint32_t first, std::uint32_t second) {
  const std::uint64_t both = std::uint64_t{first} << 32 | second;
  return {both, kPair, scatter(~both)};
}

Vocabulary::Vocabulary() : slots_(kFirstSlots, Slot{0, kUnknown, 0}) {}

std::size_t Vocabulary::slot_of(const Key& key, std::string_view wanted) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = key.hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.term == kUnknown) return at;
    if (slot.key != key.key || slot.kind != key.kind) continue;
    if (key.kind == kPair || key.kind <= kShortWord || word(slot.term) == wanted) return at;
  }
}

void Vocabulary::insert(std::size_t slot, const Key& key, const Term& term) {
  slots_[slot] = {key.key, size(), key.kind};
  terms_.push_back(term);
  if (2 * terms_.size() > slots_.size()) grow();
}

void Vocabulary::grow() {
  std::vector<Slot> larger(2 * slots_.size(), Slot{0, kUnknown, 0});
  const std::size_t mask = larger.size() - 1;
  for (std::uint32_t term = 0; term < size(); ++term) {
    const Key key = is_pair(term) ? key_of(first_of(term), second_of(term)) : key_of(word(term));
    std::size_t at = key.hash & mask;
    while (larger[at].term != kUnknown) at = (at + 1) & mask;
    larger[at] = {key.key, term, key.kind};
  }
  slots_.swap(larger);
}

std::uint32_t Vocabulary::add_word(std::string_view word) {
  const Key key = key_of(word);
  const std::size_t slot = slot_of(key, word);
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  letters_.append(word);
  insert(slot, key,
         {letters_.size() - word.size(), static_cast<std::uint32_t>(word.size()), false});
  return size() - 1;
}

std::uint32_t Vocabulary::add_pair(std::uint32_t first, std::uint32_t second) {
  const Key key = key_of(first, second);
  const std::size_t slot = slot_of(key, {});
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  insert(slot, key, {first, second, true});
  return size() - 1;
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
