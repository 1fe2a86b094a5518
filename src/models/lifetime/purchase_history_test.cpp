#include "models/lifetime/purchase_history.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

#include "base/rng.hpp"
#include "models/lifetime/contract_detection.hpp"

namespace clientele::lifetime {
namespace {

Date day(int d) { return {d}; }

TEST(PurchaseHistory, ReducesOrdersToRepeatsRecencyAgeAndMoney) {
  const std::vector<Order> orders = {
      {7, day(14), 30}, {7, day(0), 100}, {7, day(14), 20}, {7, day(21), 10},  // two on day 14
      {2, day(5), 8},   {9, day(40), 1},                                       // 9 after the end
  };
  const PurchaseHistory history = reduce(orders, Clock::week, day(35));
  ASSERT_EQ(history.customer, (std::vector<std::uint32_t>{2, 7}));
  EXPECT_EQ(history.repeats, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(history.recency, (std::vector<double>{0, 3}));
  EXPECT_EQ(history.age, (std::vector<double>{30.0 / 7, 5}));
  EXPECT_EQ(history.mean_repeat_value, (std::vector<double>{0, 30}));
  EXPECT_EQ(history.mean_purchase_value, (std::vector<double>{8, 160.0 / 3}));
  EXPECT_EQ(history.orders_after_end, 1u);
}

TEST(PurchaseHistory, RefundsLowerTheLatestPurchase) {
  const std::vector<Order> orders = {
      {1, day(0), 50}, {1, day(10), 40}, {1, day(12), -15},  // part of day 10
      {2, day(0), 50}, {2, day(3), 20},  {2, day(3), -90},   // not below zero
      {3, day(5), -9}, {3, day(6), 10},                      // before any purchase
      {4, day(8), -9},                                       // nothing but a refund
  };
  const PurchaseHistory history = reduce(orders, Clock::day, day(20));
  ASSERT_EQ(history.customer, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(history.repeats, (std::vector<std::uint32_t>{1, 1, 0}));
  EXPECT_EQ(history.mean_repeat_value, (std::vector<double>{25, 0, 0}));
}

TEST(PurchaseHistory, ForgetsTheOrderOfTheOrdersToTheBit) {
  std::vector<Order> orders;
  Rng rng(1);
  for (int i = 0; i < 3000; ++i) {
    orders.push_back({static_cast<std::uint32_t>(rng.below(200)),
                      day(static_cast<int>(rng.below(300))), rng.uniform() * 90 - 5});
  }
  const PurchaseHistory one = reduce(orders, Clock::month, day(250));
  std::reverse(orders.begin(), orders.end());
  const PurchaseHistory two = reduce(orders, Clock::month, day(250));
  EXPECT_EQ(one.age, two.age);
  EXPECT_EQ(one.mean_repeat_value, two.mean_repeat_value);
  EXPECT_EQ(one.mean_purchase_value, two.mean_purchase_value);
}

TEST(PurchaseHistory, EmptyAndSameDay) {
  EXPECT_EQ(reduce({}, Clock::week, day(3)).size(), 0u);
  const std::vector<Order> orders = {{1, day(3), 0}, {1, day(3), 0}, {2, day(3), 5}};
  const PurchaseHistory history = reduce(orders, Clock::week, day(3));
  EXPECT_EQ(history.repeats, (std::vector<std::uint32_t>{0, 0}));
  EXPECT_EQ(history.age, (std::vector<double>{0, 0}));
}

TEST(PurchaseHistory, HoldoutCountsPurchaseDaysOfKnownCustomers) {
  const std::vector<Order> orders = {{1, day(0), 5},  {1, day(11), 7}, {1, day(11), 2},
                                     {1, day(15), 1}, {1, day(30), 9}, {2, day(12), 4},
                                     {3, day(1), 5}};
  const PurchaseHistory history = reduce(orders, Clock::day, day(10));
  const HoldoutActuals actual = holdout_actuals(history, orders, day(10), day(20));
  EXPECT_EQ(actual.purchases, (std::vector<double>{2, 0}));
  EXPECT_EQ(actual.value, (std::vector<double>{10, 0}));
}

TEST(PurchaseHistory, MonthsOfEveryClock) {
  EXPECT_DOUBLE_EQ(month_length(Clock::day), 30.4375);
  EXPECT_DOUBLE_EQ(month_length(Clock::week), 30.4375 / 7);
  EXPECT_DOUBLE_EQ(month_length(Clock::month), 1.0);
}

std::vector<Order> subscribers(int customers, int skipped_every) {
  std::vector<Order> orders;
  for (int c = 0; c < customers; ++c) {
    for (int month = 0; month < 12; ++month) {
      if (skipped_every > 0 && (month + c) % skipped_every == 0) continue;
      const YearMonthDay charged{2024, month + 1, 1 + c % 28};
      orders.push_back({static_cast<std::uint32_t>(c), date_from(charged), 9.9});
    }
  }
  return orders;
}

TEST(ContractDetection, MonthlyChargesLookContractual) {
  const Regularity monthly = regularity(purchase_days(subscribers(20, 0)));
  EXPECT_TRUE(monthly.contractual);
  EXPECT_EQ(monthly.regular, 20u);
  EXPECT_NEAR(monthly.typical_gap_days, 31, 1);
  EXPECT_TRUE(regularity(purchase_days(subscribers(20, 11))).contractual);  // a missed charge
}

TEST(ContractDetection, RandomPurchasesDoNot) {
  std::vector<Order> orders;
  Rng rng(3);
  for (std::uint32_t c = 0; c < 500; ++c) {
    double at = 0;
    for (int i = 0; i < 8; ++i) {
      orders.push_back({c, day(static_cast<int>(at)), 10});
      at += -30 * std::log(1 - rng.uniform());
    }
  }
  const Regularity random = regularity(purchase_days(orders));
  EXPECT_FALSE(random.contractual);
  EXPECT_GT(random.judged, 300u);
  EXPECT_LT(random.share(), 0.02);
}

TEST(ContractDetection, FewCustomersOrDailyOnesAreNotJudged) {
  EXPECT_FALSE(regularity(purchase_days(subscribers(4, 0))).contractual);
  EXPECT_EQ(regularity({}).judged, 0u);
  std::vector<Order> daily;
  for (int i = 0; i < 50; ++i) daily.push_back({1, day(i), 3});
  EXPECT_EQ(regularity(purchase_days(daily)).judged, 0u);
}

}  // namespace
}  // namespace clientele::lifetime
