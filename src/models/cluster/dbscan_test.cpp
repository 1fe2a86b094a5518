#include "models/cluster/dbscan.hpp"

#include <gtest/gtest.h>

#include "models/cluster/points_for_tests.hpp"

namespace clientele::cluster {
namespace {

TEST(Dbscan, IsScikitLearns) {
  const Cohort cohort = cohort_of(golden().at("points"), 3);
  struct Case {
    double eps;
    std::size_t min_samples;
    const char* name;
  };
  for (const Case& c :
       {Case{0.6, 4, "dbscan_0.6_4"}, Case{0.8, 5, "dbscan_0.8_5"}, Case{1.2, 8, "dbscan_1.2_8"}}) {
    EXPECT_EQ(dbscan(cohort.points(), {c.eps, c.min_samples}), golden_labels(c.name)) << c.name;
  }
}

// Labels by the definition, over all pairs.
Labels by_definition(numeric::WeightedPoints points, double eps, double enough) {
  const std::size_t n = points.points.n;
  const auto near = [&](std::size_t i, std::size_t j) {
    return numeric::squared_distance(points.points.row(i), points.points.row(j), points.points.d) <=
           eps * eps;
  };
  std::vector<bool> core(n);
  for (std::size_t i = 0; i < n; ++i) {
    double customers = 0;
    for (std::size_t j = 0; j < n; ++j) customers += near(i, j) ? points.weight(j) : 0.0;
    core[i] = customers >= enough;
  }
  Labels labels(n, kNoise);
  std::int32_t next = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!core[i] || labels[i] != kNoise) continue;
    std::vector<std::size_t> waiting{i};
    labels[i] = next;
    while (!waiting.empty()) {
      const std::size_t at = waiting.back();
      waiting.pop_back();
      for (std::size_t j = 0; core[at] && j < n; ++j) {
        if (labels[j] != kNoise || !near(at, j)) continue;
        labels[j] = next;
        waiting.push_back(j);
      }
    }
    ++next;
  }
  return labels;
}

TEST(Dbscan, FollowsItsDefinitionAtEveryRadius) {
  const Cohort cohort = cohort_of(shop_points(1500, 3), 3);
  for (const double eps : {0.01, 0.05, 0.1, 0.2, 0.35, 0.6, 2.0}) {
    for (const std::size_t least : {3, 10}) {
      EXPECT_EQ(dbscan(cohort.points(), {eps, least}),
                by_definition(cohort.points(), eps, static_cast<double>(least)))
          << eps << " " << least;
    }
  }
}

TEST(Dbscan, DoesNotDependOnThreads) {
  const Cohort cohort = cohort_of(shop_points(8000, 4), 4);
  const Labels one = dbscan(cohort.points(), {0.3, 6, 1});
  EXPECT_EQ(one, dbscan(cohort.points(), {0.3, 6, 2}));
  EXPECT_EQ(one, dbscan(cohort.points(), {0.3, 6, 8}));
}

TEST(Dbscan, EqualCustomersMakeACorePoint) {
  const Cohort cohort = cohort_of({1, 1, 1, 5, 9}, 1);
  EXPECT_EQ(dbscan(cohort.points(), {0.1, 3}), (Labels{0, kNoise, kNoise}));
  EXPECT_EQ(dbscan(cohort.points(), {0.1, 4}), (Labels{kNoise, kNoise, kNoise}));
}

TEST(Dbscan, KneeParsTheDenseFromTheSparse) {
  // A hundred at distance 1 from their neighbours, five far apart.
  std::vector<double> line;
  for (int i = 0; i < 100; ++i) line.push_back(i);
  for (int i = 0; i < 5; ++i) line.push_back(1000 + 400 * i);
  EXPECT_EQ(k_distance_knee(cohort_of(line, 1).points(), 3), 2.0);  // the ends of the hundred
  EXPECT_EQ(k_distance_knee(cohort_of({4, 4, 4}, 1).points(), 3), 0.0);
}

}  // namespace
}  // namespace clientele::cluster
