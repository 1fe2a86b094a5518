// Open addressing over 64-bit hashes; a pair is keyed by the numbers of its words, so letters are
// stored once.
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

std::uint64_t hash_word(std::string_view word) {
  const std::uint64_t key = process_key();
  std::uint64_t hash = key ^ word.size();
  while (word.size() > 8) {
    std::uint64_t chunk;
    std::memcpy(&chunk, word.data(), 8);
    hash = fold(hash ^ chunk, key);
    word.remove_prefix(8);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, word.data(), word.size());
  return fold(fold(hash ^ tail, key), key);
}

std::uint64_t hash_pair(std::uint32_t first, std::uint32_t second) {
  const std::uint64_t key = process_key();
  return fold(fold((std::uint64_t{first} << 32 | second) ^ ~key, key), key);
}

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

Vocabulary::Vocabulary() : slots_(kFirstSlots, Slot{0, kUnknown}) {}

std::size_t Vocabulary::word_slot(std::uint64_t hash, std::string_view wanted) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.term == kUnknown) return at;
    if (slot.tag == tag_of(hash) && !is_pair(slot.term) && word(slot.term) == wanted) return at;
  }
}

std::size_t Vocabulary::pair_slot(std::uint64_t hash, std::uint32_t first,
                                  std::uint32_t second) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.term == kUnknown) return at;
    if (slot.tag != tag_of(hash) || !is_pair(slot.term)) continue;
    if (first_of(slot.term) == first && second_of(slot.term) == second) return at;
  }
}

std::uint64_t Vocabulary::hash_of(const Term& term) const {
  if (term.is_pair) return hash_pair(static_cast<std::uint32_t>(term.first), term.second);
  return hash_word(std::string_view(letters_).substr(term.first, term.second));
}

void Vocabulary::insert(std::size_t slot, std::uint64_t hash, const Term& term) {
  slots_[slot] = {tag_of(hash), size()};
  terms_.push_back(term);
  if (2 * terms_.size() > slots_.size()) grow();
}

void Vocabulary::grow() {
  std::vector<Slot> larger(2 * slots_.size(), Slot{0, kUnknown});
  const std::size_t mask = larger.size() - 1;
  for (std::uint32_t term = 0; term < size(); ++term) {
    const std::uint64_t hash = hash_of(terms_[term]);
    std::size_t at = hash & mask;
    while (larger[at].term != kUnknown) at = (at + 1) & mask;
    larger[at] = {tag_of(hash), term};
  }
  slots_.swap(larger);
}

std::uint32_t Vocabulary::add_word(std::string_view word) {
  const std::uint64_t hash = hash_word(word);
  const std::size_t slot = word_slot(hash, word);
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  letters_.append(word);
  insert(slot, hash,
         {letters_.size() - word.size(), static_cast<std::uint32_t>(word.size()), false});
  return size() - 1;
}

std::uint32_t Vocabulary::add_pair(std::uint32_t first, std::uint32_t second) {
  const std::uint64_t hash = hash_pair(first, second);
  const std::size_t slot = pair_slot(hash, first, second);
  if (slots_[slot].term != kUnknown) return slots_[slot].term;
  insert(slot, hash, {first, second, true});
  return size() - 1;
}

std::uint32_t Vocabulary::find_word(std::string_view word) const {
  return slots_[word_slot(hash_word(word), word)].term;
}

std::uint32_t Vocabulary::find_pair(std::uint32_t first, std::uint32_t second) const {
  return slots_[pair_slot(hash_pair(first, second), first, second)].term;
}

std::string Vocabulary::text(std::uint32_t term) const {
  if (!is_pair(term)) return std::string(word(term));
  std::string both(word(first_of(term)));
  both += ' ';
  both += word(second_of(term));
  return both;
}

}  // namespace clientele::text
