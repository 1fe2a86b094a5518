// Orders of customers reduced to what the purchase and spend models need.
//
// Orders of one customer on one day are one purchase, their amounts summed. The first purchase
// starts the clock; later ones are repeats. Money is averaged over the repeats only (Fader, Hardie
// 2013). Refunds (negative amounts) are no purchases: each lowers the value of the customer's
// latest purchase day up to its date, never below zero; before any purchase it is ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/date.hpp"

namespace clientele::lifetime {

// The unit in which the models count time.
enum class Clock { day, week, month };

// Days of one unit: 1, 7, 365.25 / 12.
double days_of(Clock clock);
// Units of one month: 30.4375, 4.348..., 1.
double month_length(Clock clock);

struct Order {
  std::uint32_t customer = 0;  // any number; equal numbers are one customer
  Date day;
  double amount = 0;  // finite; money
};

struct PurchaseDay {
  std::uint32_t customer = 0;
  Date day;
  double value = 0;  // sum of the day's amounts less refunds
};

// All purchases in order of (customer, day). Complexity: O(n log n).
std::vector<PurchaseDay> purchase_days(std::vector<Order> orders);

// Columns with one place for each customer who bought by the end, ascending by customer number.
struct PurchaseHistory {
  std::vector<std::uint32_t> customer;
  std::vector<std::uint32_t> repeats;       // purchase days after the first
  std::vector<double> recency;              // units from the first to the last purchase
  std::vector<double> age;                  // units from the first purchase to the end
  std::vector<double> mean_repeat_value;    // money a repeat purchase; 0 without repeats
  std::vector<double> mean_purchase_value;  // money a purchase, the first included
  std::size_t orders_after_end = 0;         // left out

  std::size_t size() const { return customer.size(); }
};

// Reduces the orders up to and including `end`. The order of `orders` does not matter, to the bit.
// Complexity: O(n log n).
PurchaseHistory reduce(std::span<const Order> orders, Clock clock, Date end);

// Purchases and money of each customer of `history` in the days after `end`, up to and including
// `last`: what a hold-out compares forecasts with.
struct HoldoutActuals {
  std::vector<double> purchases;
  std::vector<double> value;
};
HoldoutActuals holdout_actuals(const PurchaseHistory& history, std::span<const Order> orders,
                               Date end, Date last);

}  // namespace clientele::lifetime
