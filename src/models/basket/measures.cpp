// Association measures of a two-by-two table.
//
//   support n11/n, confidence n11/n1x, lift n n11/(n1x nx1), jaccard n11/(n1x + nx1 - n11),
//   log-likelihood ratio G2 = 2 sum_ab n_ab ln(n n_ab / (n_a. n_.b)), with 0 ln 0 = 0, given the
//   sign of n n11 - n1x nx1: rare pairs that met once by chance have huge lifts but small G2.
//
// Products are taken in 64-bit integers (n < 2^31), so each ratio is rounded once.
// Degenerate: independent or constant items have G2 = 0.
// Source: Hahsler, Gruen, Hornik (2005), arules; Dunning (1993), "Accurate methods for the
// statistics of surprise and coincidence". Complexity: O(1).
#include "models/basket/measures.hpp"

#include <cmath>

namespace clientele::basket {
namespace {

// n_ab ln(n n_ab / (n_a. n_.b))
double cell_information(std::uint64_t cell, std::uint64_t row, std::uint64_t column,
                        std::uint64_t all) {
  if (cell == 0) return 0;
  return static_cast<double>(cell) * std::log(ratio(all * cell, row * column));
}

}  // namespace

double signed_log_likelihood(const PairTable& pair) {
  const std::uint64_t n = pair.all_orders;
  const std::uint64_t only_first = pair.first - pair.together;
  const std::uint64_t only_second = pair.second - pair.together;
  const std::uint64_t neither = n - pair.first - only_second;
  const double information = cell_information(pair.together, pair.first, pair.second, n) +
                             cell_information(only_first, pair.first, n - pair.second, n) +
                             cell_information(only_second, n - pair.first, pair.second, n) +
                             cell_information(neither, n - pair.first, n - pair.second, n);
  const double g2 = 2 * std::fmax(information, 0.0);
  return n * pair.together < pair.first * pair.second ? -g2 : g2;
}

}  // namespace clientele::basket
