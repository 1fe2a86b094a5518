#include "models/cluster/segments.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "models/cluster/agreement.hpp"
#include "models/cluster/points_for_tests.hpp"

namespace clientele::cluster {
namespace {

constexpr Algorithm kAll[] = {Algorithm::kmeans, Algorithm::gmm, Algorithm::agglo,
                              Algorithm::dbscan};

SweepOptions all_families(std::vector<std::size_t> ks, std::size_t threads = 1) {
  SweepOptions options;
  options.ks = std::move(ks);
  options.algorithms.assign(std::begin(kAll), std::end(kAll));
  options.threads = threads;
  return options;
}

// Three round clouds far apart, and the cloud of each row.
std::vector<double> clouds(std::size_t each, Labels& planted) {
  Rng rng(5);
  std::vector<double> values;
  for (std::size_t i = 0; i < 3 * each; ++i) {
    planted.push_back(static_cast<std::int32_t>(i % 3));
    values.push_back(10.0 * planted.back() + rng.normal());
    values.push_back(rng.normal());
  }
  return values;
}

TEST(Sweep, EveryFamilyFindsWhatWasPlanted) {
  Labels planted;
  const Cohort cohort = cohort_of(clouds(100, planted), 2);
  SweepOptions options = all_families({2, 3, 4});
  options.eps = 1.5;
  const Sweep found = sweep(cohort, options);
  ASSERT_EQ(found.trials.size(), 10u);
  ASSERT_TRUE(found.best.has_value());
  EXPECT_EQ(found.trials[*found.best].clusters, 3u);
  for (const Trial& trial : found.trials) {
    if (trial.k != 3 && trial.algorithm != Algorithm::dbscan) continue;
    EXPECT_GT(adjusted_rand_index(cohort.per_row(trial.labels), planted), 0.9)
        << static_cast<int>(trial.algorithm);
  }
}

TEST(Sweep, DoesNotDependOnThreadsOrTheOrderOfRows) {
  const auto values = shop_points(800, 3);
  std::vector<std::size_t> row_of;
  const Cohort cohort = cohort_of(values, 3);
  const Cohort moved = cohort_of(shuffled(values, 3, row_of), 3);
  const Sweep one = sweep(cohort, all_families({2, 5}));
  const Sweep two = sweep(cohort, all_families({2, 5}, 8));
  const Sweep other = sweep(moved, all_families({5, 2, 2}));
  for (std::size_t i = 0; i < one.trials.size(); ++i) {
    EXPECT_EQ(one.trials[i].labels, two.trials[i].labels) << i;
    EXPECT_EQ(one.trials[i].labels, other.trials[i].labels) << i;
    EXPECT_EQ(one.trials[i].silhouette, other.trials[i].silhouette) << i;
  }
  EXPECT_EQ(one.best, other.best);
}

TEST(Sweep, SkipsWhatTheDistinctCustomersCannotFill) {
  const Sweep found = sweep(cohort_of({1, 1, 2, 3, 3}, 1), all_families({2, 3, 4, 9}));
  EXPECT_EQ(found.skipped, (std::vector<std::size_t>{4, 9}));
  const Sweep equal = sweep(cohort_of({7, 7, 7}, 1), all_families({2}));
  EXPECT_FALSE(equal.best.has_value());
  EXPECT_EQ(undivided(cohort_of({7, 7, 7}, 1)).labels, Labels{0});
}

TEST(Sweep, StopsWhenCancelled) {
  SweepOptions options = all_families({2});
  options.cancelled = [] { return true; };
  EXPECT_TRUE(sweep(cohort_of(shop_points(100, 2), 2), options).cancelled);
}

TEST(Segments, AreNumberedByTheMeanOfTheKey) {
  Labels labels{0, 1, 2, kNoise, 0};
  const double key[] = {5, 9, 1, 100, 7};
  number_by_mean(labels, key);
  EXPECT_EQ(labels, (Labels{1, 2, 0, kNoise, 1}));
  number_by_mean(labels, key, MeanOrder::descending);
  EXPECT_EQ(labels, (Labels{1, 0, 2, kNoise, 1}));
}

TEST(Segments, ClearCloudsAreStableAndNoiseIsNot) {
  Labels planted;
  const Cohort clear = cohort_of(clouds(60, planted), 2);
  const Cohort shapeless = [] {
    Rng rng(8);
    std::vector<double> values(300);
    for (double& value : values) value = rng.uniform();
    return cohort_of(values, 2);
  }();
  for (const Algorithm algorithm : {Algorithm::kmeans, Algorithm::gmm, Algorithm::agglo}) {
    SweepOptions options = all_families({3});
    options.algorithms = {algorithm};
    const auto high = stability(clear, sweep(clear, options).trials[0], 42, 1);
    options.ks = {6};
    const auto low = stability(shapeless, sweep(shapeless, options).trials[0], 42, 1);
    EXPECT_GT(high->mean_rand, 0.98);
    EXPECT_LT(low->mean_rand, 0.8);
  }
  const Trial trial = sweep(clear, all_families({3})).trials[0];
  EXPECT_EQ(stability(clear, trial, 42, 1)->mean_rand, stability(clear, trial, 42, 8)->mean_rand);
  EXPECT_FALSE(stability(clear, undivided(clear), 42, 1).has_value());
}

// Wherever it is stopped, a sweep says so and ends without a best.
TEST(Segments, ASweepCanBeGivenUpAtAnyPoint) {
  const Cohort cohort = cohort_of(shop_points(3000, 3), 3);
  std::atomic<std::size_t> polls = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
  SweepOptions options = all_families({2, 3, 4, 5});
  options.threads = 2;
  options.cancelled = [&] { return ++polls > most; };
  EXPECT_TRUE(sweep(cohort, options).best.has_value());
  const std::size_t all = polls;
  EXPECT_GT(all, 500u);
  for (std::size_t tenth = 0; tenth < 10; ++tenth) {
    polls = 0;
    most = all * tenth / 10;
    const Sweep stopped = sweep(cohort, options);
    EXPECT_TRUE(stopped.cancelled) << tenth;
    EXPECT_FALSE(stopped.best.has_value()) << tenth;
    EXPECT_LT(polls, most + 200) << tenth;
  }
  EXPECT_FALSE(stability(cohort, undivided(cohort), 42, 1, [] { return true; }).has_value());
}

TEST(Segments, OutliersAreFarFromTheirCluster) {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i % 5), values.push_back(i % 7);
  values.insert(values.end(), {3, 90});
  const Cohort cohort = cohort_of(values, 2);
  const Outliers found = outliers(cohort, Labels(cohort.distinct(), 0), 10);
  ASSERT_EQ(found.total, 1u);
  EXPECT_EQ(found.listed[0].row, 40u);
  EXPECT_EQ(found.listed[0].column, 1u);
}

}  // namespace
}  // namespace clientele::cluster
