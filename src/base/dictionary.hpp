// Texts to dense codes, in order of first appearance.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace clientele {

// Keeps views only: the texts must outlive it. Open addressing with linear probing.
class Dictionary {
 public:
  explicit Dictionary(std::size_t expected = 0);

  // The code of `text`, the next free one if it is new.
  std::uint32_t code(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text) const;

  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }
  std::string_view text(std::uint32_t code) const { return texts_[code]; }
  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t code_plus_one = 0;  // 0: free
  };
  std::size_t place(std::string_view text, std::uint32_t hash) const;
  void grow();

  std::vector<Slot> slots_;
  std::vector<std::string_view> texts_;
};

}  // namespace clientele
