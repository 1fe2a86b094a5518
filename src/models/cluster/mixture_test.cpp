#include "models/cluster/mixture.hpp"

#include <gtest/gtest.h>

#include "models/cluster/agreement.hpp"
#include "models/cluster/kmeans.hpp"
#include "models/cluster/points_for_tests.hpp"

namespace clientele::cluster {
namespace {

Mixture fit(const Cohort& cohort, std::size_t k, std::size_t threads = 1) {
  const KMeans start = kmeans(cohort.points(), k).value();
  return fit_mixture(cohort.points(), k, start.labels, {.threads = threads});
}

TEST(Mixture, IsAsLikelyAsTwentyStartsOfScikitLearn) {
  const Cohort cohort = cohort_of(golden().at("points"), 3);
  for (std::size_t k = 1; k <= 4; ++k) {
    const auto& expected = golden().at("mixture" + std::to_string(k));
    const Mixture found = fit(cohort, k);
    EXPECT_GT(found.mean_log_likelihood, expected[0] - 1e-4 * std::abs(expected[0])) << k;
    if (k <= 2) {
      EXPECT_NEAR(found.mean_log_likelihood, expected[0], 1e-4) << k;
      EXPECT_NEAR(found.bic, expected[1], 0.03) << k;
    }
    EXPECT_EQ(found.components, k);
    EXPECT_EQ(found.collapsed, 0u);
  }
}

TEST(Mixture, FindsWhatWasPlantedAcrossUnlikeShapes) {
  // A long thin cloud through a round one, which k-means cuts in half.
  Rng rng(3);
  std::vector<double> values;
  Labels planted;
  for (int i = 0; i < 1000; ++i) {
    values.push_back(10 * rng.normal());
    values.push_back(0.1 * rng.normal());
    values.push_back(rng.normal());
    values.push_back(4 + 0.5 * rng.normal());
    planted.push_back(0);
    planted.push_back(1);
  }
  const Cohort cohort = cohort_of(values, 2);
  EXPECT_GT(adjusted_rand_index(cohort.per_row(fit(cohort, 2).labels), planted), 0.98);
}

TEST(Mixture, DoesNotDependOnThreadsOrUnits) {
  const auto values = shop_points(20000, 3);
  const Cohort cohort = cohort_of(values, 3);
  const Mixture one = fit(cohort, 4, 1);
  EXPECT_EQ(one.labels, fit(cohort, 4, 2).labels);
  EXPECT_EQ(one.labels, fit(cohort, 4, 8).labels);
  std::vector<double> cents(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) cents[i] = 1024 * values[i];
  const KMeans start = kmeans(cohort.points(), 4).value();
  const Mixture same = fit_mixture(cohort.points(), 4, start.labels);
  const Mixture other = fit_mixture(cohort_of(cents, 3).points(), 4, start.labels);
  EXPECT_GT(adjusted_rand_index(same.labels, other.labels), 0.9999);
  EXPECT_NEAR(other.mean_log_likelihood, same.mean_log_likelihood - 3 * std::log(1024.0), 1e-6);
}

TEST(Mixture, CollapsedColumnsAndCustomersAreSafe) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) {
    values.push_back(7);                              // constant
    values.push_back(i < 30 ? 1 : 2 + i);             // half of the customers are equal
    values.push_back(2 * values[values.size() - 1]);  // the same once more
  }
  const Cohort cohort = cohort_of(values, 3);
  const Mixture found = fit(cohort, 3);
  EXPECT_TRUE(std::isfinite(found.mean_log_likelihood));
  EXPECT_GE(found.collapsed, 1u);
  const Cohort equal = cohort_of({5, 5, 5, 5}, 1);
  const Mixture one = fit_mixture(equal.points(), 1, Labels{0});
  EXPECT_EQ(one.labels, Labels{0});
  EXPECT_EQ(one.components, 1u);
}

}  // namespace
}  // namespace clientele::cluster
