// Products of unsigned row codes with two planes of signed query codes.
//
// bound = row scale x (query scale x (128 H + L) + slack) with H, L exact integers below 2^24 (1024
// dimensions), so that only the sum and the last three operations round, alike in both versions.
// Complexity: 8 dims byte products a block.
#include "numeric/top_k_scan.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace clientele {
namespace {

constexpr int kPlane = 128;
constexpr int kLargestCode = 127 * kPlane;

CLIENTELE_SIMD std::size_t scan_plain(const ScanBlocks& blocks, const ScanPlanes& planes,
                                      ScanBound bound, std::uint32_t* out) {
  std::size_t found = 0;
  for (std::size_t block = 0; block < blocks.count; ++block) {
    std::int32_t high[kScanRows];
    std::int32_t low[kScanRows];
    std::fill_n(high, kScanRows, planes.high_start);
    std::fill_n(low, kScanRows, planes.low_start);
    for (std::size_t group = 0; group < blocks.groups; ++group) {
      const std::uint8_t* codes = blocks.codes + (block * blocks.groups + group) * kScanRows * 4;
      for (int k = 0; k < 4; ++k) {
        const std::int32_t h = static_cast<std::int8_t>(planes.high[group] >> (8 * k));
        const std::int32_t l = static_cast<std::int8_t>(planes.low[group] >> (8 * k));
        for (std::size_t row = 0; row < kScanRows; ++row) {
          const std::int32_t code = codes[row * 4 + static_cast<std::size_t>(k)];
          high[row] += code * h;
          low[row] += code * l;
        }
      }
    }
    for (std::size_t row = 0; row < kScanRows; ++row) {
      const float product = kPlane * static_cast<float>(high[row]) + static_cast<float>(low[row]);
      const float score =
          blocks.scales[block * kScanRows + row] * (planes.scale * product + bound.slack);
      out[found] = static_cast<std::uint32_t>(block * kScanRows + row);
      found += score >= bound.threshold ? 1 : 0;
    }
  }
  return found;
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) std::size_t scan_vnni(
    const ScanBlocks& blocks, const ScanPlanes& planes, ScanBound bound, std::uint32_t* out) {
  constexpr __mmask16 kAllLanes = 0xFFFF;
  std::size_t found = 0;
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (std::size_t block = 0; block < blocks.count; ++block) {
    const std::uint8_t* codes = blocks.codes + block * blocks.groups * kScanRows * 4;
    __m512i high = _mm512_set1_epi32(planes.high_start);
    __m512i low = _mm512_set1_epi32(planes.low_start);
    for (std::size_t group = 0; group < blocks.groups; ++group) {
      const __m512i rows = _mm512_loadu_si512(codes + group * kScanRows * 4);
      high = _mm512_dpbusd_epi32(high, rows, _mm512_set1_epi32(planes.high[group]));
      low = _mm512_dpbusd_epi32(low, rows, _mm512_set1_epi32(planes.low[group]));
    }
    const __m512 product = _mm512_add_ps(
        _mm512_mul_ps(_mm512_set1_ps(kPlane), _mm512_maskz_cvtepi32_ps(kAllLanes, high)),
        _mm512_maskz_cvtepi32_ps(kAllLanes, low));
    const __m512 scaled = _mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(planes.scale), product),
                                        _mm512_set1_ps(bound.slack));
    const __m512 score = _mm512_mul_ps(_mm512_loadu_ps(blocks.scales + block * kScanRows), scaled);
    const __mmask16 reached =
        _mm512_cmp_ps_mask(score, _mm512_set1_ps(bound.threshold), _CMP_GE_OQ);
    if (reached == 0) continue;
    const __m512i numbers =
        _mm512_add_epi32(lane, _mm512_set1_epi32(static_cast<int>(block * kScanRows)));
    _mm512_mask_compressstoreu_epi32(out + found, reached, numbers);
    found += static_cast<std::size_t>(__builtin_popcount(reached));
  }
  return found;
}
#endif

}  // namespace

ScanPlanes::ScanPlanes(const float* query, std::size_t dims)
    : high((dims + 3) / 4), low((dims + 3) / 4) {
  float largest = 0;
  for (std::size_t k = 0; k < dims; ++k) largest = std::max(largest, std::abs(query[k]));
  scale = largest / kLargestCode;
  if (!(scale > 0)) return;
  for (std::size_t k = 0; k < dims; ++k) {
    const auto code = static_cast<int>(
        std::clamp(std::nearbyint(query[k] / scale), -1.0F * kLargestCode, 1.0F * kLargestCode));
    const int upper = static_cast<int>(std::nearbyint(static_cast<float>(code) / kPlane));
    const auto byte = [&](int value) {
      return static_cast<std::int32_t>((static_cast<std::uint32_t>(value) & 0xFFU)
                                       << (8 * (k % 4)));
    };
    high[k / 4] |= byte(upper);
    low[k / 4] |= byte(code - kPlane * upper);
    high_start -= kPlane * upper;
    low_start -= kPlane * (code - kPlane * upper);
  }
}

std::size_t scan_blocks(const ScanBlocks& blocks, const ScanPlanes& planes, ScanBound bound,
                        std::uint32_t* out) {
#if defined(__x86_64__)
  static const bool has_vnni =
      __builtin_cpu_supports("avx512vnni") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  if (has_vnni) return scan_vnni(blocks, planes, bound, out);
#endif
  return scan_plain(blocks, planes, bound, out);
}

}  // namespace clientele
