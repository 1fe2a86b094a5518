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

// Requires: together <= min(first, second), 0 < first, second <= all_orders < 2^32.
// On the diagonal (j = i, together = first = second) the formulas hold as written: confidence and
// jaccard are 1; lift is n / n1x, which is the reference's "confidence / support(j)".
double value_of(Measure measure, const PairTable& pair);

// Mean of the value and the value of (j, i). Only confidence is directed, so only it changes.
double symmetric_value_of(Measure measure, const PairTable& pair);

constexpr bool is_directed(Measure measure) { return measure == Measure::confidence; }

}  // namespace clientele::basket
