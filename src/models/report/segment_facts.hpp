// What the numbers say about the segments of a customer base.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/text/affinity.hpp"

namespace clientele::report {

// Read from the two ratios to the average customer: high from 1.25, low up to 0.8.
enum class Level { low, middle, high };
Level level_of(double ratio);

// What spend and frequency say together about a segment's customers.
enum class Persona {
  champions,   // both high
  big_ticket,  // spend high
  regulars,    // frequency high
  light,       // spend low, frequency middle
  rare,        // frequency low, spend middle
  occasional,  // both low
  middle,      // both middle
  inactive,    // no purchases, no spend
  unpaid,      // purchases without spend
  uncounted,   // spend without purchases
};
std::string_view name_of(Persona persona);

// All are finite; a ratio to an average of 0 is 1.
struct Segment {
  std::int32_t id = 0;
  std::size_t customers = 0;
  double revenue = 0;
  double avg_spend = 0;
  double median_spend = 0;
  double avg_frequency = 0;
  double order_value = 0;  // revenue / purchases; 0 without purchases
  double share_customers_pct = 0;
  double share_revenue_pct = 0;  // 0 when there is no revenue at all
  double spend_ratio = 1;        // to the average customer
  double frequency_ratio = 1;
  double order_ratio = 1;
  double avg_categories = 0;  // different categories of a customer
  Persona persona = Persona::middle;
  bool tiny = false;  // fewer than 5 customers, or fewer than 1 % of at least 500
  std::vector<text::GroupTerm> categories;  // of the highest TF-IDF, strongest first
  // Of `categories`: whether at least 1.2 times as large a part of its customers has it as of all
  // others.
  std::vector<bool> stands_out;
};

// Customers who spend most.
struct TopCustomers {
  std::size_t customers = 0;  // a fifth of all, rounded up
  double share_customers_pct = 0;
  double share_revenue_pct = 0;
};

// The first segments by revenue that hold half of it.
struct RevenueHalf {
  std::size_t segments = 0;
  double share_customers_pct = 0;
  double share_revenue_pct = 0;
};

struct Facts {
  std::size_t customers = 0;
  double revenue = 0;
  double avg_spend = 0;
  double avg_frequency = 0;
  double order_value = 0;
  double avg_categories = 0;
  TopCustomers top;
  RevenueHalf half;
  std::size_t tiny_segments = 0;
  std::vector<Segment> segments;        // by ascending id
  std::vector<std::size_t> by_revenue;  // indices of segments; ties: by ascending id
};

struct CustomerBase {
  std::span<const double> frequency;
  std::span<const double> amount_spent;
  std::span<const std::int32_t> group;  // index into `ids`, one a customer
  std::span<const std::int32_t> ids;    // ascending
  text::TermLists categories;
};

// Requires: at least one customer; no group without customers; values >= 0.
// Complexity: O(n log n) in customers, linear in category entries.
Facts facts_of(const CustomerBase& base, std::size_t top_categories);

}  // namespace clientele::report
