// Who had to do with what, and how much.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clientele::factorization {

// Compressed rows: row r has (columns[i], values[i]) for begin[r] <= i < begin[r + 1], columns
// ascending.
struct SparseRows {
  std::vector<std::uint64_t> begin{0};
  std::vector<std::uint32_t> columns;
  std::vector<float> values;

  std::uint32_t rows() const { return static_cast<std::uint32_t>(begin.size() - 1); }
  std::span<const std::uint32_t> columns_of(std::uint32_t row) const {
    return std::span(columns).subspan(begin[row], begin[row + 1] - begin[row]);
  }
  std::span<const float> values_of(std::uint32_t row) const {
    return std::span(values).subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

SparseRows transposed(const SparseRows& rows, std::uint32_t columns);

struct Interaction {
  std::uint32_t user;
  std::uint32_t item;
  float weight;
};

// Users x items, every pair at most once, in both directions.
struct Interactions {
  SparseRows by_user;
  SparseRows by_item;

  std::uint32_t users() const { return by_user.rows(); }
  std::uint32_t items() const { return by_item.rows(); }
  std::uint64_t size() const { return by_user.columns.size(); }
};

// Sums the weights of repeated pairs; a sum that is not > 0 is no interaction. Requires: finite
// weights, codes < users, items. The result does not depend on the order of the list.
// Complexity: O(n log(longest row)).
Interactions collect(std::span<const Interaction> list, std::uint32_t users, std::uint32_t items);

}  // namespace clientele::factorization
