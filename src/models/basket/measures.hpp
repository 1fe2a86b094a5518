// Measures of how two items go together, from integer counts.
#pragma once

#include <cstdint>

namespace clientele::basket {

enum class Measure {
  support,         // n11 / n
  confidence,      // n11 / n1x, directed: of the orders with i, the share that also has j
  lift,            // n n11 / (n1x nx1)
  jaccard,         // n11 / (n1x + nx1 - n11)
  log_likelihood,  // signed log-likelihood ratio, >= 0 for pairs bought together more than by
                   // chance
};

// The two-by-two table of a pair (i, j).
struct PairTable {
  std::uint64_t together;    // n11: orders with both
  std::uint64_t first;       // n1x: orders with i
  std::uint64_t second;      // nx1: orders with j
  std::uint64_t all_orders;  // n
};

// Products of two counts of orders stay below 2^62, and signed integers are the faster to convert.
inline double ratio(std::uint64_t numerator, std::uint64_t denominator) {
  return static_cast<double>(static_cast<std::int64_t>(numerator)) /
         static_cast<double>(static_cast<std::int64_t>(denominator));
}

// Dunning's ratio, see measures.cpp. Requires and degenerate cases as value_of().
double signed_log_likelihood(const PairTable& pair);

// Requires: together <= min(first, second), 0 < first, second <= all_orders < 2^31.
// On the diagonal (j = i, together = first = second) the formulas hold as written: confidence and
// jaccard are 1; lift is n / n1x, which is the reference's "confidence / support(j)".
inline double value_of(Measure measure, const PairTable& pair) {
  switch (measure) {
    case Measure::support:
      return ratio(pair.together, pair.all_orders);
    case Measure::confidence:
      return ratio(pair.together, pair.first);
    case Measure::lift:
      return ratio(pair.all_orders * pair.together, pair.first * pair.second);
    case Measure::jaccard:
      return ratio(pair.together, pair.first + pair.second - pair.together);
    case Measure::log_likelihood:
      return signed_log_likelihood(pair);
  }
  return 0;
}

constexpr bool is_directed(Measure measure) { return measure == Measure::confidence; }

// Mean of the value and the value of (j, i). Only confidence is directed, so only it changes.
inline double symmetric_value_of(Measure measure, const PairTable& pair) {
  const double value = value_of(measure, pair);
  if (!is_directed(measure)) return value;
  return (value + value_of(measure, {pair.together, pair.second, pair.first, pair.all_orders})) / 2;
}

}  // namespace clientele::basket
