// Expected purchases and discounted lifetime values of all customers for several horizons at once.
//
// Present value at discount rate d a month, cash flows counted at the end of each month:
//   sum_{i=1..months} E[M] (E[Y(i f)] - E[Y((i-1) f)]) / (1 + d)^i,   f = time units of a month.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/spend_model.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

struct ForecastPlan {
  std::vector<int> months;      // horizons, ascending, each >= 1
  double month_length = 0;      // time units, > 0: month_length(clock)
  double monthly_discount = 0;  // > -1; 0.01 is 1 % a month
};

// The monthly rate that compounds to `annual`: (1 + annual)^(1/12) - 1. Requires: annual > -1.
double monthly_rate(double annual);

// One place a row of the table, rows x horizons row-major; customer i has row table.row_of[i].
struct PurchaseForecast {
  std::size_t horizons = 0;
  std::vector<double> alive;       // P(alive) at the end of the observation, rows
  std::vector<double> expected;    // expected purchases
  std::vector<double> discounted;  // the same, each month's discounted
};

// Within 1e-10 (relative) of the exact expectations; independent of `threads`.
// Complexity: about 30 exact evaluations a distinct `repeats`, then 20-60 multiplications a
// distinct (repeats, age) and month; without discounting only the horizons count, not their months.
PurchaseForecast forecast_purchases(const SummaryTable& table, const PurchaseModel& model,
                                    const ForecastPlan& plan, std::size_t threads = 1);

// Money: customers x horizons row-major, expected_spend() times discounted purchases.
// Requires: mean_value holds each customer's mean repeat value.
std::vector<double> lifetime_values(const SummaryTable& table, const PurchaseForecast& forecast,
                                    const SpendModel& spend, std::span<const double> mean_value);

// Repeats of each row of the table.
std::vector<std::uint32_t> row_repeats(const SummaryTable& table);

}  // namespace clientele::lifetime
