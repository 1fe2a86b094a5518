// Does a business look contractual? Subscriptions are charged at regular intervals; purchases under
// the models of this folder come at random moments.
//
// A customer is judged with at least kGaps intervals between purchase days and a median interval of
// at least kShortestGapDays (a day clock cannot tell shorter ones apart); he is regular when at
// least 80 % of his intervals lie within 10 % of his median interval. Under random purchases that
// happens to about one customer in a hundred.
#pragma once

#include <cstddef>
#include <span>

#include "models/lifetime/purchase_history.hpp"

namespace clientele::lifetime {

inline constexpr std::size_t kGaps = 3;
inline constexpr double kShortestGapDays = 6.0;
inline constexpr std::size_t kFewestJudged = 5;
inline constexpr double kContractualShare = 0.5;

struct Regularity {
  std::size_t judged = 0;
  std::size_t regular = 0;
  double typical_gap_days = 0;  // median over the regular customers' median intervals; 0 if none
  bool contractual = false;     // at least kFewestJudged judged, kContractualShare of them regular

  double share() const {
    return judged > 0 ? static_cast<double>(regular) / static_cast<double>(judged) : 0.0;
  }
};

// Requires: days as purchase_days() returns them. Complexity: O(n log n).
Regularity regularity(std::span<const PurchaseDay> days);

}  // namespace clientele::lifetime
