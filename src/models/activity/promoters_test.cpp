#include "models/activity/promoters.hpp"

#include <gtest/gtest.h>

namespace clientele::activity {
namespace {

PromoterCount counted(int promoters, int passives, int detractors) {
  PromoterCount count;
  for (int i = 0; i < promoters; ++i) count.add(i % 2 == 0 ? 9 : 10);
  for (int i = 0; i < passives; ++i) count.add(7 + i % 2);
  for (int i = 0; i < detractors; ++i) count.add(i % 7);
  return count;
}

TEST(Promoters, CountsTheThreeKinds) {
  const PromoterCount count = counted(5, 3, 2);
  EXPECT_EQ(count.responses(), 10);
  EXPECT_DOUBLE_EQ(count.promoters_pct(), 50.0);
  EXPECT_DOUBLE_EQ(count.passives_pct(), 30.0);
  EXPECT_DOUBLE_EQ(count.detractors_pct(), 20.0);
  EXPECT_DOUBLE_EQ(count.score(), 30.0);
}

// By hand: n' = 13, p' = 5.75/13, d' = 2.75/13; centre 0.230769, variance (0.653846 - 0.053254)/13.
TEST(Promoters, IntervalIsAdjustedWald) {
  const auto interval = counted(5, 3, 2).interval95();
  EXPECT_NEAR(interval.low, 100 * (0.23076923 - 1.95996398 * 0.21494037), 1e-4);
  EXPECT_NEAR(interval.high, 100 * (0.23076923 + 1.95996398 * 0.21494037), 1e-4);
}

TEST(Promoters, OneAnswerStaysUncertain) {
  const auto interval = counted(1, 0, 0).interval95();
  EXPECT_NEAR(interval.low, -48.49865, 1e-4);
  EXPECT_EQ(interval.high, 100.0);  // 25 + 1.96 * 37.5 = 98.49865 would leave the score outside
  EXPECT_EQ(counted(0, 0, 1).interval95().low, -100.0);
}

TEST(Promoters, Merges) {
  PromoterCount left = counted(2, 1, 0);
  left.merge(counted(3, 2, 2));
  EXPECT_EQ(left.score(), counted(5, 3, 2).score());
}

}  // namespace
}  // namespace clientele::activity
