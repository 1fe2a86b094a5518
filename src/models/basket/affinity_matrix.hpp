// The matrix of a measure over chosen items, one row at a time, and its strongest pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/basket/co_occurrence.hpp"
#include "models/basket/measures.hpp"

namespace clientele::basket {

struct AffinityOptions {
  Measure measure = Measure::confidence;
  bool is_symmetric = false;               // average M[i][j] and M[j][i]
  std::uint32_t min_together = 1;          // pairs of fewer common orders count as 0
  std::span<const std::uint32_t> order{};  // codes of rows and columns; empty: kept codes ascending
};

// A view of `counts`, which must outlive it. Never holds the matrix. Immutable.
class AffinityMatrix {
 public:
  // Requires: `order` names codes at most once, all of them kept by `counts`.
  AffinityMatrix(const CoOccurrence& counts, const AffinityOptions& options);

  std::size_t size() const { return codes_.size(); }
  // Code of row and column i.
  std::uint32_t code_of(std::size_t i) const { return codes_[i]; }

  // Writes row i, diagonal included. Requires: i < size(), out.size() == size().
  void fill_row(std::size_t i, std::span<double> out) const;

  struct Cell {
    std::uint32_t column;
    double value;
  };
  // Replaces `out` by the off-diagonal cells of row i with a common order and value >= min_value,
  // columns ascending. Complexity: O(partners + size / 64).
  void sparse_row(std::size_t i, double min_value, std::vector<Cell>& out) const;

  struct Pair {
    std::uint32_t row;
    std::uint32_t column;
    std::uint32_t together;  // orders with both
    double value;
  };
  // The n strongest pairs, strongest first; ties by more common orders, then row, then column.
  // A directed measure that is not symmetric has (i, j) and (j, i), any other only row < column.
  // Complexity: O(pairs log n), O(n) memory.
  std::vector<Pair> top_pairs(std::size_t n) const;

 private:
  template <typename Visit>
  void visit_row(std::size_t i, std::uint32_t first, Visit&& visit) const;  // columns from `first`
  template <typename Visit>
  void visit_values(std::size_t i, std::uint32_t first, Visit&& visit) const;

  const CoOccurrence* counts_;
  Measure measure_;
  bool is_symmetric_;
  std::uint32_t min_together_;
  std::vector<std::uint32_t> codes_;             // by row
  std::vector<std::uint32_t> position_of_rank_;  // kDropped: not asked for
  std::vector<std::uint32_t> support_of_rank_;
};

}  // namespace clientele::basket
