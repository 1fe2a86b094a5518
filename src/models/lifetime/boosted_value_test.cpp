#include "models/lifetime/boosted_value.hpp"

#include <gtest/gtest.h>
#include <algorithm>

#include "models/lifetime/simulated_orders.hpp"

namespace clientele::lifetime {
namespace {

// Two kinds of customers from day 0 on: even ones buy for 100 every ten days, odd ones bought once.
std::vector<Order> two_kinds(int customers, int days) {
  std::vector<Order> orders;
  for (int i = 0; i < customers; ++i) {
    const int step = i % 2 == 0 ? 10 : 100000;
    for (int day = i % 10; day < days; day += step) {
      orders.push_back({static_cast<std::uint32_t>(i), {day}, 100});
    }
  }
  return orders;
}

std::optional<BoostedValue> boosted(const std::vector<Order>& orders, Date end, int horizon) {
  return boosted_value(orders, reduce(orders, Clock::week, end), Clock::week, {0}, end, horizon);
}

TEST(BoostedValue, LearnsWhatCustomersLikeTheseSpentNext) {
  const auto value = boosted(two_kinds(400, 300), {299}, 60);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->window_days, 60);
  ASSERT_EQ(value->daily.size(), 400u);
  for (std::size_t i = 0; i < 400; ++i) {
    EXPECT_NEAR(value->daily[i], i % 2 == 0 ? 10.0 : 0.0, 0.3) << i;  // 100 in ten days
  }
}

TEST(BoostedValue, TheWindowIsAtMostAThirdOfTheSpan) {
  EXPECT_EQ(boosted(two_kinds(200, 300), {299}, 1000)->window_days, 100);
}

TEST(BoostedValue, NothingAfterTheEndIsLookedAt) {
  ShopPlan plan;
  plan.model = {.r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
  const std::vector<Order> orders = simulate_orders(plan).orders;
  const Date end{500};
  std::vector<Order> known;
  std::copy_if(orders.begin(), orders.end(), std::back_inserter(known),
               [&](const Order& order) { return order.day <= end; });
  ASSERT_LT(known.size(), orders.size());
  EXPECT_EQ(boosted(orders, end, 90)->daily, boosted(known, end, 90)->daily);
}

TEST(BoostedValue, IsDeterministicAndNeverNegative) {
  ShopPlan plan;
  plan.model = {.r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
  std::vector<Order> orders = simulate_orders(plan).orders;
  const auto one = boosted(orders, {729}, 120);
  std::reverse(orders.begin(), orders.end());
  const PurchaseHistory history = reduce(orders, Clock::week, {729});
  const auto two = boosted_value(orders, history, Clock::week, {0}, {729}, 120, 8);
  EXPECT_EQ(one->daily, two->daily);
  EXPECT_GE(*std::min_element(one->daily.begin(), one->daily.end()), 0.0);
}

TEST(BoostedValue, NeedsTimeAndCustomers) {
  EXPECT_FALSE(boosted(two_kinds(400, 30), {29}, 365));  // a window of ten days
  EXPECT_FALSE(boosted(two_kinds(400, 300), {299}, 7));
  EXPECT_FALSE(boosted(two_kinds(40, 300), {299}, 60));
}

}  // namespace
}  // namespace clientele::lifetime
