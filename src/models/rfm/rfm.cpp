#include "models/rfm/rfm.hpp"

#include <algorithm>

#include "numeric/quantile.hpp"

namespace clientele::rfm {
namespace {

constexpr double kLoyalShare = 0.30;
constexpr double kPotentialShare = 0.55;
constexpr double kPromisingShare = 0.80;

std::vector<double> ascending_thresholds(std::span<const Behaviour> customers,
                                         double Behaviour::*metric, std::int32_t bins) {
  std::vector<double> sorted;
  sorted.reserve(customers.size());
  for (const Behaviour& customer : customers) sorted.push_back(customer.*metric);
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> thresholds;
  for (std::int32_t i = 1; i < bins; ++i) {
    thresholds.push_back(quantile(sorted, static_cast<double>(i) / bins));
  }
  return thresholds;
}

std::int32_t reached_at_least(const std::vector<double>& ascending, double value) {
  const auto above = std::upper_bound(ascending.begin(), ascending.end(), value);
  return 1 + static_cast<std::int32_t>(above - ascending.begin());
}

std::int32_t reached_at_most(const std::vector<double>& descending, double value) {
  const auto below = std::partition_point(descending.begin(), descending.end(),
                                          [value](double threshold) { return value <= threshold; });
  return 1 + static_cast<std::int32_t>(below - descending.begin());
}

Tier tier_of(std::int32_t total, std::int32_t bins, double higher_share) {
  if (total >= 3 * bins - 2) return Tier::champion;
  if (higher_share < kLoyalShare) return Tier::loyal;
  if (higher_share < kPotentialShare) return Tier::potential;
  if (higher_share < kPromisingShare) return Tier::promising;
  return Tier::at_risk;
}

void assign_tiers(std::vector<Scores>& customers, std::int32_t bins) {
  std::vector<std::size_t> with_total(static_cast<std::size_t>(3 * bins) + 1);
  for (const Scores& scores : customers) ++with_total[static_cast<std::size_t>(scores.total)];
  std::vector<Tier> tiers(with_total.size());
  std::size_t higher = 0;
  for (std::size_t total = with_total.size(); total-- > 0;) {
    const double share = static_cast<double>(higher) / static_cast<double>(customers.size());
    tiers[total] = tier_of(static_cast<std::int32_t>(total), bins, share);
    higher += with_total[total];
  }
  for (Scores& scores : customers) scores.tier = tiers[static_cast<std::size_t>(scores.total)];
}

}  // namespace

Scoring score(std::span<const Behaviour> customers, std::int32_t bins) {
  Scoring scoring;
  Thresholds& thresholds = scoring.thresholds;
  thresholds.recency = ascending_thresholds(customers, &Behaviour::recency_days, bins);
  std::reverse(thresholds.recency.begin(), thresholds.recency.end());
  thresholds.frequency = ascending_thresholds(customers, &Behaviour::frequency, bins);
  thresholds.monetary = ascending_thresholds(customers, &Behaviour::monetary, bins);
  scoring.customers.reserve(customers.size());
  for (const Behaviour& customer : customers) {
    Scores scores;
    scores.recency = reached_at_most(thresholds.recency, customer.recency_days);
    scores.frequency = reached_at_least(thresholds.frequency, customer.frequency);
    scores.monetary = reached_at_least(thresholds.monetary, customer.monetary);
    scores.total = scores.recency + scores.frequency + scores.monetary;
    scoring.customers.push_back(scores);
  }
  assign_tiers(scoring.customers, bins);
  return scoring;
}

}  // namespace clientele::rfm
