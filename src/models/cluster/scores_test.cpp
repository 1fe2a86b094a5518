#include <gtest/gtest.h>

#include "models/cluster/agreement.hpp"
#include "models/cluster/points_for_tests.hpp"
#include "models/cluster/scaling.hpp"
#include "models/cluster/silhouette.hpp"
#include "models/cluster/validity.hpp"
#include "models/cluster/ward.hpp"

namespace clientele::cluster {
namespace {

TEST(Scores, AreScikitLearns) {
  const Cohort cohort = cohort_of(golden().at("points"), 3);
  std::vector<std::string> names{"noisy"};
  for (int k = 2; k <= 7; ++k) names.push_back("kmeans" + std::to_string(k));
  std::vector<Labels> labellings;
  for (const std::string& name : names) labellings.push_back(golden_labels(name + "_labels"));
  const auto found = silhouettes(cohort.points(), labellings);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& expected = golden().at(names[i] + "_scores");
    const Validity indices = validity(cohort.points(), labellings[i]);
    EXPECT_NEAR(*found[i].mean, expected[0], 1e-9) << names[i];
    EXPECT_NEAR(*indices.davies_bouldin, expected[1], 1e-9) << names[i];
    EXPECT_NEAR(*indices.calinski_harabasz, expected[2], 1e-9 * expected[2]) << names[i];
  }
}

TEST(Scores, ColumnsAreScaledAsByScikitLearn) {
  const Cohort cohort = cohort_of(golden().at("points"), 3);
  for (const auto& [scaling, name] :
       {std::pair{Scaling::zscore, "zscore"}, std::pair{Scaling::robust, "robust"}}) {
    const Cohort other = scaled(cohort, column_scales(cohort, scaling));
    const auto& expected = golden().at(name);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(other.points().points.values[i], expected[i], 1e-12) << name;
    }
  }
}

TEST(Scores, ConstantColumnsStayFinite) {
  const Cohort cohort = cohort_of({0.1, 1, 0.1, 2, 0.1, 3}, 2);
  for (const Scaling scaling : {Scaling::zscore, Scaling::robust}) {
    const Cohort other = scaled(cohort, column_scales(cohort, scaling));
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(other.points().points.row(i)[0], 0, 1e-12);
  }
}

TEST(Scores, RandIndexIsScikitLearns) {
  const auto& expected = golden().at("rand");
  const auto labels = [](int k) { return golden_labels("kmeans" + std::to_string(k) + "_labels"); };
  EXPECT_NEAR(adjusted_rand_index(labels(3), labels(6)), expected[0], 1e-12);
  EXPECT_NEAR(adjusted_rand_index(labels(2), labels(3)), expected[1], 1e-12);
  EXPECT_EQ(adjusted_rand_index(labels(4), labels(4)), 1.0);
}

TEST(Scores, SinglePrecisionIsGoodForSixDigits) {
  // Beyond 5000 points distances are in single precision: the same customers, some twice, tell.
  const auto values = shop_points(5200, 3);
  const Cohort large = cohort_of(values, 3);
  const std::size_t ks[] = {2, 5, 9};
  std::vector<Labels> labellings;
  for (const Labels& labels : cuts(ward_linkage(large), ks)) {
    labellings.push_back(large.per_point(labels));
  }
  const auto found = silhouettes(large.points(), labellings);
  for (std::size_t l = 0; l < labellings.size(); ++l) {
    std::vector<double> sizes(ks[l], 0.0);
    for (const auto label : labellings[l]) sizes[static_cast<std::size_t>(label)] += 1;
    double sum = 0;
    for (std::size_t i = 0; i < large.distinct(); ++i) {
      std::vector<double> sums(ks[l], 0.0);
      for (std::size_t p = 0; p < large.distinct(); ++p) {
        sums[static_cast<std::size_t>(labellings[l][p])] += std::sqrt(numeric::squared_distance(
            large.points().points.row(i), large.points().points.row(p), 3));
      }
      const auto own = static_cast<std::size_t>(labellings[l][i]);
      if (sizes[own] == 1) continue;
      const double a = sums[own] / (sizes[own] - 1);
      double b = 1e300;
      for (std::size_t c = 0; c < ks[l]; ++c) {
        if (c != own) b = std::min(b, sums[c] / sizes[c]);
      }
      sum += (b - a) / std::max(a, b);
    }
    EXPECT_NEAR(*found[l].mean, sum / static_cast<double>(large.distinct()), 1e-6) << ks[l];
  }
}

TEST(Scores, DoNotDependOnThreadsAndSamplesSaySo) {
  const Cohort cohort = cohort_of(shop_points(3000, 4), 4);
  const std::size_t ks[] = {3, 4};
  std::vector<Labels> labellings;
  for (const Labels& labels : cuts(ward_linkage(cohort), ks)) {
    labellings.push_back(cohort.per_point(labels));
  }
  const auto one = silhouettes(cohort.points(), labellings, {.threads = 1});
  for (const std::size_t threads : {2, 8}) {
    EXPECT_EQ(silhouettes(cohort.points(), labellings, {.threads = threads})[1].mean, one[1].mean);
  }
  const auto some = silhouettes(cohort.points(), labellings, {.sample_points = 1000});
  EXPECT_TRUE(some[0].sampled);
  EXPECT_FALSE(one[0].sampled);
  EXPECT_NEAR(*some[0].mean, *one[0].mean, 5 * some[0].standard_error);
}

TEST(Scores, EqualCustomersCountAsMany) {
  // Each point three times is the same as the points thrice in the request.
  std::vector<double> thrice;
  const auto& points = golden().at("points");
  for (int copy = 0; copy < 3; ++copy) thrice.insert(thrice.end(), points.begin(), points.end());
  const Cohort cohort = cohort_of(thrice, 3);
  ASSERT_EQ(cohort.distinct() * 3, cohort.rows());
  const Labels labels = golden_labels("kmeans3_labels");
  const Labels all[] = {labels};
  EXPECT_NEAR(*validity(cohort.points(), labels).davies_bouldin, golden().at("kmeans3_scores")[1],
              1e-9);
  // a is smaller than in the single cloud: one of the others is at distance 0.
  EXPECT_GT(*silhouettes(cohort.points(), all)[0].mean, golden().at("kmeans3_scores")[0]);
}

TEST(Scores, OneClusterOrAllNoiseHasNone) {
  const Cohort cohort = cohort_of({1, 2, 3, 4}, 1);
  const Labels labellings[] = {{0, 0, 0, 0}, {-1, -1, -1, -1}, {0, 1, 2, 3}, {0, -1, -1, 1}};
  const auto found = silhouettes(cohort.points(), labellings);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_FALSE(found[i].mean.has_value()) << i;
    EXPECT_FALSE(validity(cohort.points(), labellings[i]).davies_bouldin.has_value()) << i;
  }
}

TEST(Cohort, RefusesWhatIsNotANumber) {
  const double nan = std::nan("");
  const double values[] = {1, nan, 2, 1e101};
  const auto refused = Cohort::from({values, 2, 2});
  ASSERT_FALSE(refused.ok());
  ASSERT_EQ(refused.error().faults.size(), 2u);
  EXPECT_EQ(refused.error().faults[0].pointer, "/0/1");
  EXPECT_EQ(refused.error().faults[1].pointer, "/1/1");
  EXPECT_FALSE(Cohort::from({values, 0, 2}).ok());
}

}  // namespace
}  // namespace clientele::cluster
