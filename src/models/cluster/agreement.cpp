// With pairs(x) = x (x - 1) / 2 over the cells n_ij of the contingency table and its margins:
// ARI = (I - E) / ((A + B) / 2 - E), I = sum pairs(n_ij), A and B = sums over the margins,
// E = A B / pairs(n). 1 when both labellings put everybody together, or everybody apart.
// Source: Hubert & Arabie (1985), "Comparing partitions".
#include "models/cluster/agreement.hpp"

#include <cstddef>
#include <map>
#include <utility>

namespace clientele::cluster {

double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                           std::span<const double> weights) {
  std::map<std::pair<std::int32_t, std::int32_t>, double> cells;
  std::map<std::int32_t, double> rows;
  std::map<std::int32_t, double> columns;
  double n = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double customers = weights.empty() ? 1.0 : weights[i];
    cells[{a[i], b[i]}] += customers;
    n += customers;
  }
  for (const auto& [pair, customers] : cells) {
    rows[pair.first] += customers;
    columns[pair.second] += customers;
  }
  const auto pairs = [](const auto& counts) {
    double sum = 0;
    for (const auto& [key, count] : counts) sum += count * (count - 1) / 2;
    return sum;
  };
  const double together = pairs(cells);
  const double in_a = pairs(rows);
  const double in_b = pairs(columns);
  const double all = n * (n - 1) / 2;
  if (all == 0) return 1;
  const double expected = in_a * in_b / all;
  const double most = (in_a + in_b) / 2;
  return most == expected ? 1.0 : (together - expected) / (most - expected);
}

}  // namespace clientele::cluster
