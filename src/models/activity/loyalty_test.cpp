#include "models/activity/loyalty.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace clientele::activity {
namespace {

TEST(Loyalty, WeighsScaledFeatures) {
  const std::vector<double> spend{0, 50, 100}, days{10, 0, 30}, same{7, 7, 7};
  const std::vector<WeightedFeature> features{{spend, 2, false}, {days, 1, true}, {same, 1, false}};
  const auto scores = loyalty_scores(features, 3);
  EXPECT_NEAR(scores[0], (2 * 0.0 + 20.0 / 30 + 1) / 4, 1e-15);
  EXPECT_NEAR(scores[1], (2 * 0.5 + 1 + 1) / 4, 1e-15);
  EXPECT_NEAR(scores[2], (2 * 1.0 + 0 + 1) / 4, 1e-15);
}

TEST(Loyalty, SurvivesTheWholeRangeOfDoubles) {
  constexpr double kMost = std::numeric_limits<double>::max();
  const std::vector<double> wild{-kMost, 0, kMost};
  const std::vector<WeightedFeature> features{{wild, 1, false}};
  const auto scores = loyalty_scores(features, 3);
  EXPECT_EQ(scores[0], 0.0);
  EXPECT_EQ(scores[1], 0.5);
  EXPECT_EQ(scores[2], 1.0);
}

}  // namespace
}  // namespace clientele::activity
