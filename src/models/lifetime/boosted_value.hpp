// Lifetime value by gradient boosted trees: what customers like this one spent next, last time.
//
// Features of a customer at a day t: purchases after the first, days since the first and the last
// purchase, purchases a month, mean value of a purchase. Trees (squared error) learn what the value
// of the `window` days after t = end - window was more than MBG/NBD with Gamma-Gamma spend, fitted
// up to t, expected; their answer at t = end is added to what it expects then. Values below 0 are
// raised to it, and all lowered by one factor that keeps their sum. For other horizons a purchase
// model tells the course (value_forecast.cpp). Nothing after `end` is looked at. Source of
// the trees: Chen, Guestrin (2016), see models/trees.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/date.hpp"
#include "models/lifetime/purchase_history.hpp"

namespace clientele::lifetime {

// Customers who had bought by the start of the learning window; fewer teach nothing.
inline constexpr std::size_t kFewestToLearnFrom = 50;

struct BoostedValue {
  std::vector<double> daily;  // expected value a day, >= 0, one a customer of `history`
  int window_days = 0;
  // Standard error of the sum of `daily`, relative to it: chance lifted or lowered the mean of the
  // customers learnt from, by what the model missed of each, and with it that of those asked for.
  double level_error = 0;
};

// Expected value a day after `end` of the customers of `history` (= reduce(orders, clock, end)),
// learnt on windows of at most `horizon_days` and a third of the span. nullopt where either side of
// the window has fewer than kLeastSplitDays or fewer than kFewestToLearnFrom customers had bought
// before. Deterministic. Complexity: O(n trees).
std::optional<BoostedValue> boosted_value(std::span<const Order> orders,
                                          const PurchaseHistory& history, Clock clock, Date first,
                                          Date end, int horizon_days, std::size_t threads = 1);

}  // namespace clientele::lifetime
