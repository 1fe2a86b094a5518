// The inner loop of DotIndex: upper bounds of sixteen rows at a time from byte codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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

inline constexpr std::size_t kScansTogether = 4;  // queries that share a reading of the blocks

// What one query asks of the blocks: rows with scale x (query.scale x product + slack) >=
// threshold.
struct Scan {
  const ScanQuery* query;
  float slack;
  float threshold;
  std::uint32_t* out;     // room for all rows; their numbers from the first row on, ascending
  std::size_t found = 0;  // how many were written
};

// Runs every scan over the blocks. Uses AVX-512 VNNI where there is; the rows are the same without.
void scan_blocks(const ScanBlocks& blocks, std::span<Scan> scans);

}  // namespace clientele
