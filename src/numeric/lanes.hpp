// Eight doubles at a time, in GCC's and clang's vector extension: one register with AVX-512, two
// with AVX2, four with the baseline, and the same bits everywhere. Vectors are passed by reference:
// passing them by value has no ABI common to all instruction sets.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "numeric/simd.hpp"

namespace clientele::numeric {

inline constexpr std::size_t kWidth = 8;

using Lanes = double __attribute__((vector_size(kWidth * sizeof(double))));
using LaneTest = std::int64_t __attribute__((vector_size(kWidth * sizeof(double))));  // -1 or 0
using LaneFlags = std::int8_t __attribute__((vector_size(kWidth)));

// Reads or writes eight doubles anywhere.
CLIENTELE_SIMD_INLINE void load(Lanes& lanes, const double* from) {
  std::memcpy(&lanes, from, sizeof lanes);
}
CLIENTELE_SIMD_INLINE void store(double* to, const Lanes& lanes) {
  std::memcpy(to, &lanes, sizeof lanes);
}

// A byte for each lane, lane 0 lowest: 0xff where the test holds.
CLIENTELE_SIMD_INLINE std::uint64_t lanes_where(const LaneTest& test) {
  const LaneFlags flags = __builtin_convertvector(test, LaneFlags);
  return std::bit_cast<std::uint64_t>(flags);
}

// The lowest lane of `flags`, taken out. Requires: flags != 0.
CLIENTELE_SIMD_INLINE std::size_t take_lane(std::uint64_t& flags) {
  const auto lane = static_cast<std::size_t>(std::countr_zero(flags)) / 8;
  flags &= ~(std::uint64_t{0xff} << (8 * lane));
  return lane;
}

}  // namespace clientele::numeric
