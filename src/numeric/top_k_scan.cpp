// Products of unsigned row codes with signed query codes.
//
// bound = row scale x (query scale x P + slack) with P an exact integer below 2^24 (1024
// dimensions), so that only three operations round, alike in both versions. Complexity: 16 dims
// byte products a block.
#include "numeric/top_k_scan.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace clientele {
namespace {

constexpr int kLargestCode = 127;

CLIENTELE_SIMD void scan_plain(const ScanBlocks& blocks, Scan& scan) {
  const ScanQuery& query = *scan.query;
  for (std::size_t block = 0; block < blocks.count; ++block) {
    std::int32_t products[kScanRows];
    std::fill_n(products, kScanRows, query.start);
    for (std::size_t group = 0; group < blocks.groups; ++group) {
      const std::uint8_t* codes = blocks.codes + (block * blocks.groups + group) * kScanRows * 4;
      for (int k = 0; k < 4; ++k) {
        const std::int32_t code = static_cast<std::int8_t>(query.codes[group] >> (8 * k));
        for (std::size_t row = 0; row < kScanRows; ++row) {
          products[row] += codes[row * 4 + static_cast<std::size_t>(k)] * code;
        }
      }
    }
    for (std::size_t row = 0; row < kScanRows; ++row) {
      const float score = blocks.scales[block * kScanRows + row] *
                          (query.scale * static_cast<float>(products[row]) + scan.slack);
      scan.out[scan.found] = static_cast<std::uint32_t>(block * kScanRows + row);
      scan.found += score >= scan.threshold ? 1 : 0;
    }
  }
}

#if defined(__x86_64__)
#define CLIENTELE_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

CLIENTELE_VNNI inline void keep_reached(const ScanBlocks& blocks, std::size_t block,
                                        __m512i products, Scan& scan) {
  constexpr __mmask16 kAllLanes = 0xFFFF;
  const std::size_t row = block * kScanRows;
  const __m512 scaled = _mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(scan.query->scale),
                                                    _mm512_maskz_cvtepi32_ps(kAllLanes, products)),
                                      _mm512_set1_ps(scan.slack));
  const __m512 score = _mm512_mul_ps(_mm512_loadu_ps(blocks.scales + row), scaled);
  const __mmask16 reached = _mm512_cmp_ps_mask(score, _mm512_set1_ps(scan.threshold), _CMP_GE_OQ);
  if (reached == 0) return;
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i numbers = _mm512_add_epi32(lane, _mm512_set1_epi32(static_cast<int>(row)));
  _mm512_mask_compressstoreu_epi32(scan.out + scan.found, reached, numbers);
  scan.found += static_cast<std::size_t>(__builtin_popcount(reached));
}

// Several blocks side by side, so that no product waits for the one before it, and several queries,
// so that a code is loaded once for all of them.
template <std::size_t count, std::size_t queries>
CLIENTELE_VNNI inline void scan_few(const ScanBlocks& blocks, std::size_t first, Scan* scans) {
  const std::size_t bytes = blocks.groups * kScanRows * 4;
  const std::uint8_t* codes = blocks.codes + first * bytes;
  __m512i products[queries][count];
  const std::int32_t* query_codes[queries];
#pragma GCC unroll 4
  for (std::size_t q = 0; q < queries; ++q) {
    query_codes[q] = scans[q].query->codes.data();
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      products[q][i] = _mm512_set1_epi32(scans[q].query->start);
    }
  }
  for (std::size_t group = 0; group < blocks.groups; ++group) {
    __m512i rows[count];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      rows[i] = _mm512_loadu_si512(codes + i * bytes + group * kScanRows * 4);
    }
#pragma GCC unroll 4
    for (std::size_t q = 0; q < queries; ++q) {
      const __m512i of_query = _mm512_set1_epi32(query_codes[q][group]);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < count; ++i) {
        products[q][i] = _mm512_dpbusd_epi32(products[q][i], rows[i], of_query);
      }
    }
  }
#pragma GCC unroll 4
  for (std::size_t q = 0; q < queries; ++q) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      keep_reached(blocks, first + i, products[q][i], scans[q]);
    }
  }
}

template <std::size_t queries>
CLIENTELE_VNNI void scan_vnni(const ScanBlocks& blocks, Scan* scans) {
  constexpr std::size_t kAtOnce = 4;
  std::size_t block = 0;
  for (; block + kAtOnce <= blocks.count; block += kAtOnce) {
    scan_few<kAtOnce, queries>(blocks, block, scans);
  }
  for (; block < blocks.count; ++block) scan_few<1, queries>(blocks, block, scans);
}
#endif

}  // namespace

ScanQuery::ScanQuery(const float* query, std::size_t dims) : codes((dims + 3) / 4) {
  float largest = 0;
  for (std::size_t k = 0; k < dims; ++k) largest = std::max(largest, std::abs(query[k]));
  scale = largest / kLargestCode;
  double squares = 0;
  for (std::size_t k = 0; k < dims; ++k) {
    int code = 0;
    if (scale > 0) {
      code = static_cast<int>(
          std::clamp(std::nearbyint(query[k] / scale), -1.0F * kLargestCode, 1.0F * kLargestCode));
    }
    const double rest = double{query[k]} - double{scale} * code;
    squares += rest * rest;
    codes[k / 4] |=
        static_cast<std::int32_t>((static_cast<std::uint32_t>(code) & 0xFFU) << (8 * (k % 4)));
    start -= 128 * code;
  }
  error = std::sqrt(squares);
}

void scan_blocks(const ScanBlocks& blocks, std::span<Scan> scans) {
#if defined(__x86_64__)
  static const bool has_vnni =
      __builtin_cpu_supports("avx512vnni") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  if (has_vnni) {
    for (; scans.size() >= kScansTogether; scans = scans.subspan(kScansTogether)) {
      scan_vnni<kScansTogether>(blocks, scans.data());
    }
    for (Scan& scan : scans) scan_vnni<1>(blocks, &scan);
    return;
  }
#endif
  for (Scan& scan : scans) scan_plain(blocks, scan);
}

}  // namespace clientele
