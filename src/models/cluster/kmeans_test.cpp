#include "models/cluster/kmeans.hpp"

#include <gtest/gtest.h>

#include "models/cluster/agreement.hpp"
#include "models/cluster/points_for_tests.hpp"

namespace clientele::cluster {
namespace {

TEST(KMeans, IsAsGoodAsFiftyStartsOfScikitLearn) {
  const Cohort cohort = cohort_of(golden().at("points"), 3);
  for (std::size_t k = 2; k <= 7; ++k) {
    const std::string name = "kmeans" + std::to_string(k);
    const double expected = golden().at(name + "_inertia")[0];
    const KMeans found = kmeans(cohort.points(), k).value();
    EXPECT_LE(found.inertia, expected * (1 + 1e-9)) << k;
    if (found.inertia > expected * (1 - 1e-9)) {
      EXPECT_DOUBLE_EQ(adjusted_rand_index(found.labels, golden_labels(name + "_labels")), 1) << k;
    }
  }
}

TEST(KMeans, DoesNotDependOnThreadsOrTheOrderOfRows) {
  const auto values = shop_points(20000, 3);
  std::vector<std::size_t> row_of;
  const Cohort cohort = cohort_of(values, 3);
  const Cohort moved = cohort_of(shuffled(values, 3, row_of), 3);
  const KMeans one = kmeans(cohort.points(), 6, {.threads = 1}).value();
  EXPECT_EQ(one.labels, kmeans(cohort.points(), 6, {.threads = 2}).value().labels);
  EXPECT_EQ(one.labels, kmeans(cohort.points(), 6, {.threads = 8}).value().labels);
  EXPECT_EQ(one.labels, kmeans(moved.points(), 6).value().labels);
}

TEST(KMeans, SweepIsTheSameAsOneByOne) {
  const Cohort cohort = cohort_of(shop_points(2000, 3), 3);
  const std::size_t ks[] = {2, 5};
  const auto swept = kmeans_sweep(cohort.points(), ks).value();
  EXPECT_EQ(swept[1].labels, kmeans(cohort.points(), 5).value().labels);
}

TEST(KMeans, AsManyClustersAsPointsAndMore) {
  const Cohort cohort = cohort_of({1, 1, 1, 2, 3, 3}, 1);
  const KMeans each = kmeans(cohort.points(), 3).value();
  EXPECT_EQ(each.labels, (Labels{0, 1, 2}));
  EXPECT_EQ(each.inertia, 0);
  const auto refused = kmeans(cohort.points(), 4);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().faults[0].detail.find("3 distinct points"), std::string::npos);
  EXPECT_FALSE(kmeans(cohort.points(), 0).ok());
}

TEST(KMeans, WeightsCountAsCustomers) {
  // Nine at 0, one at 10, one at 11: with two clusters the heavy point stays alone.
  std::vector<double> values(9, 0.0);
  values.insert(values.end(), {10, 11});
  const KMeans found = kmeans(cohort_of(values, 1).points(), 2).value();
  EXPECT_EQ(found.labels, (Labels{0, 1, 1}));
  EXPECT_NEAR(found.inertia, 0.5, 1e-12);
}

}  // namespace
}  // namespace clientele::cluster
