#include "models/trees/sampling.hpp"

#include <utility>

#include "base/rng.hpp"
#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

constexpr std::size_t kLanes = 16;

// Philox4x32-10 for kLanes consecutive counters; out = 4 kLanes words in counter order.
CLIENTELE_SIMD_INLINE void philox_lanes(std::uint64_t key, std::uint64_t stream,
                                        std::uint64_t counter, std::uint32_t* out) {
  constexpr std::uint64_t kM0 = 0xD2511F53, kM1 = 0xCD9E8D57;
  constexpr std::uint32_t kW0 = 0x9E3779B9, kW1 = 0xBB67AE85;
  std::uint32_t x0[kLanes], x1[kLanes], x2[kLanes], x3[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) {
    x0[i] = static_cast<std::uint32_t>(counter + i);
    x1[i] = static_cast<std::uint32_t>((counter + i) >> 32);
    x2[i] = static_cast<std::uint32_t>(stream);
    x3[i] = static_cast<std::uint32_t>(stream >> 32);
  }
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint64_t p0 = kM0 * x0[i];
      const std::uint64_t p1 = kM1 * x2[i];
      x0[i] = static_cast<std::uint32_t>(p1 >> 32) ^ x1[i] ^ k0;
      x1[i] = static_cast<std::uint32_t>(p1);
      x2[i] = static_cast<std::uint32_t>(p0 >> 32) ^ x3[i] ^ k1;
      x3[i] = static_cast<std::uint32_t>(p0);
    }
    k0 += kW0;
    k1 += kW1;
  }
  for (std::size_t i = 0; i < kLanes; ++i) {
    out[4 * i] = x0[i];
    out[4 * i + 1] = x1[i];
    out[4 * i + 2] = x2[i];
    out[4 * i + 3] = x3[i];
  }
}

CLIENTELE_SIMD void philox_blocks(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter,
                                  std::size_t blocks, std::uint32_t* out) {
  for (std::size_t block = 0; block < blocks; ++block) {
    philox_lanes(seed, stream, counter + block * kLanes, out + block * 4 * kLanes);
  }
}

}  // namespace

void fill_random_words(std::uint64_t seed, std::uint64_t stream, std::span<std::uint32_t> out) {
  const std::size_t blocks = out.size() / (4 * kLanes);
  philox_blocks(seed, stream, 0, blocks, out.data());
  std::size_t done = blocks * 4 * kLanes;
  for (std::uint64_t counter = blocks * kLanes; done < out.size(); ++counter) {
    for (const std::uint32_t word : Rng::philox(seed, stream, counter)) {
      if (done < out.size()) out[done++] = word;
    }
  }
}

std::uint32_t WordStream::next() {
  if (position_ == kBlock) {
    philox_blocks(seed_, stream_, block_, kBlock / (4 * kLanes), words_);
    block_ += kBlock / 4;
    position_ = 0;
  }
  return words_[position_++];
}

void draw_to_front(std::span<std::uint16_t> items, std::size_t count, WordStream& words) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto left = static_cast<std::uint32_t>(items.size() - i);
    std::swap(items[i], items[i + scaled(words.next(), left)]);
  }
}

}  // namespace clientele::trees
