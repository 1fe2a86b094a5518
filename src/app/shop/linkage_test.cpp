#include "app/shop/linkage.hpp"

#include <gtest/gtest.h>

namespace clientele::shop {
namespace {

// Golden: scipy.cluster.hierarchy.linkage(points, "ward"), SciPy 1.17.1.
TEST(Linkage, EqualsSciPy) {
  const std::vector<std::array<double, 3>> points{{1, 10.5, 1},  {2, 12, 1},       {30, 2700.25, 7},
                                                  {28, 2500, 8}, {12, 5200.75, 4}, {64, 1010, 10},
                                                  {3, 11, 2}};
  const std::vector<Merge> expected{{1, 6, 1.7320508075688772, 2}, {0, 7, 2.1602468994692865, 3},
                                    {2, 3, 200.26248400536733, 2}, {5, 8, 1225.716406161447, 4},
                                    {4, 9, 3003.0099657121796, 3}, {10, 11, 5936.602078971407, 7}};
  const auto merges = ward_linkage(points);
  ASSERT_EQ(merges.size(), expected.size());
  for (std::size_t i = 0; i < merges.size(); ++i) {
    EXPECT_EQ(merges[i].child1, expected[i].child1) << i;
    EXPECT_EQ(merges[i].child2, expected[i].child2) << i;
    EXPECT_NEAR(merges[i].distance, expected[i].distance, 1e-9 * expected[i].distance) << i;
    EXPECT_EQ(merges[i].leaves, expected[i].leaves) << i;
  }
}

TEST(Linkage, EqualPointsMergeAtZero) {
  const std::vector<std::array<double, 3>> points(5, {1, 2, 3});
  const auto merges = ward_linkage(points);
  ASSERT_EQ(merges.size(), 4U);
  for (const Merge& merge : merges) EXPECT_EQ(merge.distance, 0.0);
  EXPECT_EQ(merges.back().leaves, 5U);
  EXPECT_TRUE(ward_linkage(std::span(points).first(1)).empty());
}

}  // namespace
}  // namespace clientele::shop
