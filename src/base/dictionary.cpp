#include "base/dictionary.hpp"

#include <bit>
#include <functional>

namespace clientele {
namespace {

constexpr std::size_t kFewestSlots = 16;

std::uint32_t hash_of(std::string_view text) {
  const std::size_t hash = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace

Dictionary::Dictionary(std::size_t expected)
    : slots_(std::bit_ceil(std::max(kFewestSlots, 2 * expected))) {
  texts_.reserve(expected);
}

// The slot that holds the text, or the free one where it belongs.
std::size_t Dictionary::place(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].code_plus_one != 0 &&
         (slots_[at].hash != hash || texts_[slots_[at].code_plus_one - 1] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t Dictionary::code(std::string_view text) {
  const std::uint32_t hash = hash_of(text);
  std::size_t at = place(text, hash);
  if (slots_[at].code_plus_one != 0) return slots_[at].code_plus_one - 1;
  if (2 * (texts_.size() + 1) > slots_.size()) {
    grow();
    at = place(text, hash);
  }
  texts_.push_back(text);
  slots_[at] = {hash, size()};
  return size() - 1;
}

std::optional<std::uint32_t> Dictionary::find(std::string_view text) const {
  const Slot& slot = slots_[place(text, hash_of(text))];
  if (slot.code_plus_one == 0) return std::nullopt;
  return slot.code_plus_one - 1;
}

void Dictionary::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code_plus_one == 0) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].code_plus_one != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace clientele
