#include "models/activity/purchases.hpp"

#include <gtest/gtest.h>

namespace clientele::activity {
namespace {

TEST(Purchases, AddsUp) {
  Purchases purchases;
  purchases.add({10}, 5.5);
  purchases.add({3}, 4.5);
  purchases.add({7}, 2.0);
  EXPECT_EQ(purchases.count(), 3);
  EXPECT_EQ(purchases.total(), 12.0);
  EXPECT_EQ(purchases.mean(), 4.0);
  EXPECT_EQ(purchases.first(), Date{3});
  EXPECT_EQ(purchases.last(), Date{10});
}

TEST(Purchases, MergesInAnyPartition) {
  Purchases whole, left, right, empty;
  for (int i = 0; i < 100; ++i) {
    const Date date{(i * 37) % 100};
    const double amount = 0.1 * i;
    whole.add(date, amount);
    (i % 3 == 0 ? left : right).add(date, amount);
  }
  empty.merge(right);
  empty.merge(left);
  empty.merge(Purchases{});
  EXPECT_EQ(empty.count(), whole.count());
  EXPECT_EQ(empty.total(), whole.total());
  EXPECT_EQ(empty.first(), whole.first());
  EXPECT_EQ(empty.last(), whole.last());
}

}  // namespace
}  // namespace clientele::activity
