// Counting sort by user, then each row sorted by item and weight, so that sums do not depend on the
// order in which interactions came. Complexity: O(n log(longest row)).
#include "models/factorization/interactions.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace clientele::factorization {

SparseRows transposed(const SparseRows& rows, std::uint32_t columns) {
  SparseRows result;
  result.begin.assign(columns + std::size_t{1}, 0);
  for (const std::uint32_t column : rows.columns) ++result.begin[column + std::size_t{1}];
  std::partial_sum(result.begin.begin(), result.begin.end(), result.begin.begin());
  result.columns.resize(rows.columns.size());
  result.values.resize(rows.values.size());
  std::vector<std::uint64_t> next(result.begin.begin(), result.begin.end() - 1);
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    for (std::uint64_t at = rows.begin[row]; at < rows.begin[row + 1]; ++at) {
      const std::uint64_t place = next[rows.columns[at]]++;
      result.columns[place] = row;
      result.values[place] = rows.values[at];
    }
  }
  return result;
}

Interactions collect(std::span<const Interaction> list, std::uint32_t users, std::uint32_t items) {
  std::vector<std::uint64_t> begin(users + std::size_t{1}, 0);
  for (const Interaction& entry : list) ++begin[entry.user + std::size_t{1}];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::pair<std::uint32_t, float>> cells(list.size());
  std::vector<std::uint64_t> next(begin.begin(), begin.end() - 1);
  for (const Interaction& entry : list) cells[next[entry.user]++] = {entry.item, entry.weight};

  Interactions result;
  SparseRows& rows = result.by_user;
  for (std::uint32_t user = 0; user < users; ++user) {
    const auto row = std::span(cells).subspan(begin[user], begin[user + 1] - begin[user]);
    std::sort(row.begin(), row.end());
    for (std::size_t i = 0; i < row.size();) {
      const std::uint32_t item = row[i].first;
      double weight = 0;
      for (; i < row.size() && row[i].first == item; ++i) weight += row[i].second;
      if (!(static_cast<float>(weight) > 0)) continue;
      rows.columns.push_back(item);
      rows.values.push_back(static_cast<float>(weight));
    }
    rows.begin.push_back(rows.columns.size());
  }
  result.by_item = transposed(rows, items);
  return result;
}

}  // namespace clientele::factorization
