// The inner loop of DotIndex: upper bounds of sixteen rows at a time from byte codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clientele {

inline constexpr std::size_t kScanRows = 16;  // rows of a block

// A query as scale x codes, four dimensions to a word, one signed byte each.
struct ScanQuery {
  ScanQuery(const float* query, std::size_t dims);

  float scale = 0;
  double error = 0;  // length of query - scale x codes
  std::vector<std::int32_t> codes;
  std::int32_t start = 0;  // takes off what the +128 of the row codes adds
};

// Blocks of kScanRows rows x groups x 4 codes; a scale for each row.
struct ScanBlocks {
  const std::uint8_t* codes;
  const float* scales;
  std::size_t count;
  std::size_t groups;
};

struct ScanBound {
  float slack;      // added to each product before scaling
  float threshold;  // rows whose scale x (product + slack) reaches it are candidates
};

// Writes the candidates' numbers from the first row on, ascending, to `out` (room for all rows) and
// returns how many. Uses AVX-512 VNNI where there is; the candidates are the same without.
std::size_t scan_blocks(const ScanBlocks& blocks, const ScanQuery& query, ScanBound bound,
                        std::uint32_t* out);

}  // namespace clientele
