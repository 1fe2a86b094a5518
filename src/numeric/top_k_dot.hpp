// Exact search for the rows of a matrix with the largest dot product or cosine with a query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numeric/top_k.hpp"

namespace clientele {

// n rows of dims single-precision values, `stride` floats apart.
struct RowsView {
  const float* values;
  std::uint32_t count;
  std::uint32_t dims;
  std::size_t stride;

  const float* row(std::uint32_t r) const { return values + r * stride; }
};

enum class Closeness { dot, cosine };  // the cosine with a zero row is 0

// Which rows may be returned: those of `allowed` (null: all) that are not in `excluded`
// (ascending).
struct RowFilter {
  const IdSet* allowed = nullptr;
  std::span<const std::uint32_t> excluded{};
};

// One search without an index: every row is scored. Same lists as DotIndex::top_k.
std::vector<Scored> top_k_of_rows(RowsView rows, std::span<const float> query, std::size_t k,
                                  Closeness closeness, const RowFilter& filter = {});

// One byte per value beside the rows themselves. Immutable; may be searched from several threads.
class DotIndex {
 public:
  // The rows must outlive the index and be finite; dims <= 1024. Complexity: O(n dims + n log n).
  explicit DotIndex(RowsView rows, std::size_t threads = 1);

  std::uint32_t size() const { return rows_.count; }

  // The k best rows of the filter, best first, ties by row; fewer only when the filter has fewer.
  // Scores are added in double precision. Requires: dims finite values in `query`.
  // Exact: nothing is approximated away. Complexity: O(n dims) bytes read, less where norms differ.
  std::vector<Scored> top_k(std::span<const float> query, std::size_t k, Closeness closeness,
                            const RowFilter& filter = {}) const;

  // The same for many queries (rows of `queries`); filters: empty, or one for each.
  // Memory: O(k) a query beside the result.
  std::vector<std::vector<Scored>> top_k_of_each(RowsView queries, std::size_t k,
                                                 Closeness closeness,
                                                 std::span<const RowFilter> filters,
                                                 std::size_t threads) const;

 private:
  class Search;

  RowsView rows_;
  std::size_t groups_;                 // of four dimensions
  std::vector<std::uint32_t> row_of_;  // by position; positions by descending norm
  std::vector<std::uint8_t> codes_;    // 16 positions x groups x 4, value / scale + 128
  std::vector<float> dot_scales_;      // by position
  std::vector<float> cosine_scales_;   // scale / norm
  std::vector<float> norms_;           // by position
  double residual_ratio_ = 0;          // largest |row - scale x code| / scale
  double largest_code_norm_ = 0;       // length of the longest row of codes
  float largest_scale_[2] = {0, 0};    // by closeness
};

}  // namespace clientele
