#include "models/lifetime/contract_detection.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "numeric/quantile.hpp"

namespace clientele::lifetime {

Regularity regularity(std::span<const PurchaseDay> days) {
  Regularity result;
  std::vector<double> typical;
  for (std::size_t from = 0, to = 0; from < days.size(); from = to) {
    std::vector<double> gaps;
    for (to = from + 1; to < days.size() && days[to].customer == days[from].customer; ++to) {
      gaps.push_back(days[to].day - days[to - 1].day);
    }
    if (gaps.size() < kGaps) continue;
    const double median = quantile_of(gaps, 0.5);
    if (median < kShortestGapDays) continue;
    ++result.judged;
    const auto near = std::count_if(gaps.begin(), gaps.end(), [median](double gap) {
      return std::abs(gap - median) <= 0.1 * median;
    });
    if (static_cast<double>(near) < 0.8 * static_cast<double>(gaps.size())) continue;
    ++result.regular;
    typical.push_back(median);
  }
  if (!typical.empty()) result.typical_gap_days = quantile_of(std::move(typical), 0.5);
  result.contractual = result.judged >= kFewestJudged && result.share() >= kContractualShare;
  return result;
}

}  // namespace clientele::lifetime
