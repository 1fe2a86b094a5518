// Random draws in bulk for resampling rows and columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace clientele::trees {

// The words of Rng::philox(seed, stream, 0), Rng::philox(seed, stream, 1), ... in order.
void fill_random_words(std::uint64_t seed, std::uint64_t stream, std::span<std::uint32_t> out);

// A number below n from one random word (bias at most n / 2^32). Requires: n > 0.
inline std::uint32_t scaled(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::uint32_t>(std::uint64_t{word} * n >> 32);
}

// Random words one at a time, produced in blocks: cheap enough for every node of a tree.
class WordStream {
 public:
  WordStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}
  std::uint32_t next();

 private:
  static constexpr std::size_t kBlock = 256;
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::size_t position_ = kBlock;
  std::uint32_t words_[kBlock];
};

// Moves `count` items drawn without replacement to the front of `items`. Requires: count <= size.
void draw_to_front(std::span<std::uint16_t> items, std::size_t count, WordStream& words);

}  // namespace clientele::trees
