#include "vocabulary/order_lines.hpp"

#include <gtest/gtest.h>

#include "vocabulary/orders.hpp"

namespace clientele::vocabulary {
namespace {

constexpr Date kFirst{20'000};
constexpr Date kLater{20'003};

const std::vector<CostedOrder> kRows{{kLater, 10.0, 4.0, "A"}, {kFirst, 2.5, 1.0, "A"},
                                     {kFirst, 7.0, {}, {}},    {kFirst, 7.0, 3.0, {}},
                                     {kFirst, 1.0, 0.5, "B"},  {kFirst, 1.0, {}, "B"}};

TEST(OrderLines, RowsOfATransactionBecomeOneOrderOnItsFirstDay) {
  OrderLines<CostedOrder> lines(true);
  const auto orders = lines.orders(kRows);
  ASSERT_EQ(orders.size(), 4U);
  EXPECT_EQ(orders[0].date, kFirst);
  EXPECT_EQ(orders[0].amount, 12.5);
  EXPECT_EQ(orders[0].cost, 5.0);
  EXPECT_EQ(orders[3].amount, 2.0);
  EXPECT_FALSE(orders[3].cost) << "one of its rows has no cost";
  Context context;
  lines.warn(context);
  EXPECT_TRUE(context.warnings.empty());
}

TEST(OrderLines, UnmergedRowsStayAndTheRepeatsAreTold) {
  OrderLines<CostedOrder> lines(false);
  EXPECT_EQ(lines.orders(kRows).data(), kRows.data());
  Context context;
  lines.warn(context);
  ASSERT_EQ(context.warnings.size(), 1U);
  EXPECT_EQ(context.warnings[0].code, "repeated_transactions");
  EXPECT_EQ(context.warnings[0].detail.substr(0, 13), "2 rows repeat");
}

TEST(OrderLines, IdsOfTwoCustomersAreApart) {
  OrderLines<CostedOrder> lines(false);
  lines.orders({{kFirst, 1.0, {}, "A"}, {kFirst, 1.0, {}, "B"}});
  lines.orders({{kFirst, 1.0, {}, "A"}, {kFirst, 1.0, {}, "C"}});
  Context context;
  lines.warn(context);
  EXPECT_TRUE(context.warnings.empty());
}

}  // namespace
}  // namespace clientele::vocabulary
