// From a demand model to a price: outcomes with their uncertainty, guardrails, and refusal.
//
// Demand curves are drawn from the posterior of the log-log line (kDraws, counter-based), cut at
// zero elasticity unless demand may rise. A tree model shifts each curve by a random
// share, one half on average, of its distance to the line at that price: which of the two is right
// is not known either. Expected units of a curve are those of its noise capped by the stock; an
// outcome's interval covers 80 % of single days. The best price has the highest mean profit or
// revenue among the candidates that nothing blocks. Complexity: O(candidates draws).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "models/pricing/demand_model.hpp"

namespace clientele::pricing {

enum class Objective { profit, revenue };
enum class Guardrail { min_margin, max_discount, extrapolation };

// Why no price is given.
enum class Refusal {
  none,
  no_sales,        // nothing was ever sold
  no_stock,        // nothing can be sold
  unclear_demand,  // the data hardly tell how demand depends on the price
  rising_demand,   // units rose with the price
  uncertain_sign,  // demand may well not fall with the price
  all_blocked,     // every candidate breaks a guardrail
};

struct PricingTask {
  std::span<const double> candidates;
  double cost = 0;
  Objective objective = Objective::profit;
  double current_price = 0;          // today's, the base of discounts
  std::optional<double> inventory;   // most units that can be sold
  std::optional<double> min_margin;  // of the price
  std::optional<double> max_discount;
  double max_extrapolation = 0.25;  // beyond the observed prices, as a share of the nearest one
  double lowest_seen = 0;
  double highest_seen = 0;
  DemandSettings demand;
};

struct Range80 {
  double low = 0;
  double high = 0;
};

struct Outcome {
  double price = 0;
  double units = 0;
  double revenue = 0;
  double profit = 0;
  Range80 units80;
  double probability_best = 0;    // among the candidates that nothing blocks
  double probability_better = 0;  // than the current price
  bool extrapolated = false;
  std::vector<Guardrail> blocked_by;
};

struct PriceAdvice {
  Refusal refusal = Refusal::none;
  std::optional<std::size_t> best;       // index of the candidate
  std::optional<std::size_t> next_best;  // the second of those that nothing blocks
  std::vector<Outcome> outcomes;         // by candidate; without numbers where demand is unclear
  std::optional<Outcome> current;        // at the current price
  std::optional<DemandModel> model;      // empty when nothing was sold
  double prior_weight = 1;               // what of the elasticity's precision is its prior's
};

// Requires: what choose_demand_model requires, units excepted; candidates not empty.
PriceAdvice advise_price(const SalesHistory& history, const PricingTask& task);

}  // namespace clientele::pricing
