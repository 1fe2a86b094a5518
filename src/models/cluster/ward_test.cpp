#include "models/cluster/ward.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/cluster/agreement.hpp"
#include "models/cluster/points_for_tests.hpp"

namespace clientele::cluster {
namespace {

bool same(const Linkage& a, const Linkage& b) {
  if (a.merges.size() != b.merges.size()) return false;
  for (std::size_t i = 0; i < a.merges.size(); ++i) {
    const Merge &x = a.merges[i], &y = b.merges[i];
    if (x.first != y.first || x.second != y.second || x.height != y.height || x.size != y.size) {
      return false;
    }
  }
  return true;
}

TEST(Ward, IsScipysLinkage) {
  const auto& expected = golden().at("ward");
  const Linkage linkage = ward_linkage(cohort_of(golden().at("points"), 3));
  ASSERT_EQ(linkage.merges.size() * 4, expected.size());
  for (std::size_t i = 0; i < linkage.merges.size(); ++i) {
    const Merge& merge = linkage.merges[i];
    EXPECT_EQ(merge.first, expected[4 * i]) << i;
    EXPECT_EQ(merge.second, expected[4 * i + 1]) << i;
    EXPECT_NEAR(merge.height, expected[4 * i + 2], 1e-10 * expected[4 * i + 2]) << i;
    EXPECT_EQ(merge.size, expected[4 * i + 3]) << i;
  }
}

// The naive algorithm over all pairs, for tie-free points.
std::vector<double> naive_heights(std::vector<double> values, std::size_t d) {
  std::vector<double> sizes(values.size() / d, 1.0), heights;
  for (std::size_t live = sizes.size(); live > 1; --live) {
    double least = 1e300;
    std::size_t a = 0, b = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      for (std::size_t j = i + 1; j < sizes.size(); ++j) {
        if (sizes[i] == 0 || sizes[j] == 0) continue;
        const double cost = sizes[i] * sizes[j] / (sizes[i] + sizes[j]) *
                            numeric::squared_distance(&values[i * d], &values[j * d], d);
        if (cost < least) least = cost, a = i, b = j;
      }
    }
    heights.push_back(std::sqrt(2 * least));
    for (std::size_t j = 0; j < d; ++j) {
      values[a * d + j] =
          (sizes[a] * values[a * d + j] + sizes[b] * values[b * d + j]) / (sizes[a] + sizes[b]);
    }
    sizes[a] += sizes[b];
    sizes[b] = 0;
  }
  return heights;
}

TEST(Ward, HasTheHeightsOfTheNaiveAlgorithmInEveryDimension) {
  for (const std::size_t d : {1, 2, 3, 5, 6, 7, 8, 11}) {
    const auto values = shop_points(300, d, d);
    // Orders are whole numbers: columns 1 alone would tie.
    const auto expected = naive_heights(values, d);
    const Linkage linkage = ward_linkage(cohort_of(values, d));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(linkage.merges[i].height, expected[i], 1e-9 * (1 + expected[i])) << d << " " << i;
    }
  }
}

TEST(Ward, DoesNotDependOnThreads) {
  const Cohort cohort = cohort_of(shop_points(6000, 3), 3);
  const Linkage one = ward_linkage(cohort, 1);
  EXPECT_TRUE(same(one, ward_linkage(cohort, 2)));
  EXPECT_TRUE(same(one, ward_linkage(cohort, 8)));
}

TEST(Ward, CutsDoNotDependOnTheOrderOfRowsEvenWithTies) {
  std::vector<double> grid;
  for (int i = 0; i < 400; ++i) grid.push_back(i % 7), grid.push_back(i % 11);
  std::vector<std::size_t> row_of;
  const auto other = shuffled(grid, 2, row_of);
  const Linkage linkage = ward_linkage(cohort_of(grid, 2));
  const Linkage moved = ward_linkage(cohort_of(other, 2));
  for (std::size_t k = 1; k <= 30; ++k) {
    const Labels labels = cut(linkage, k);
    const Labels others = cut(moved, k);
    Labels back(labels.size());
    for (std::size_t i = 0; i < row_of.size(); ++i) back[row_of[i]] = others[i];
    EXPECT_DOUBLE_EQ(adjusted_rand_index(labels, back), 1.0) << k;
    EXPECT_EQ(std::set<std::int32_t>(labels.begin(), labels.end()).size(), k);
  }
}

TEST(Ward, TreesAreValid) {
  const Linkage linkage = ward_linkage(cohort_of(shop_points(5000, 4), 4), 2);
  std::vector<bool> used(2 * linkage.leaves, false);
  double before = 0;
  for (std::size_t i = 0; i < linkage.merges.size(); ++i) {
    const Merge& merge = linkage.merges[i];
    ASSERT_LT(merge.first, merge.second);
    ASSERT_LT(merge.second, linkage.leaves + i);
    ASSERT_FALSE(used[merge.first] || used[merge.second]);
    used[merge.first] = used[merge.second] = true;
    ASSERT_GE(merge.height, before);
    before = merge.height;
  }
  EXPECT_EQ(linkage.merges.back().size, linkage.leaves);
}

TEST(Ward, OneRowAndEqualRows) {
  EXPECT_TRUE(ward_linkage(cohort_of({1, 2}, 2)).merges.empty());
  const Linkage equal = ward_linkage(cohort_of({5, 5, 5, 5, 5}, 1));
  ASSERT_EQ(equal.merges.size(), 4u);
  for (const Merge& merge : equal.merges) EXPECT_EQ(merge.height, 0.0);
  EXPECT_EQ(cut(equal, 5), (Labels{0, 1, 2, 3, 4}));
}

TEST(Ward, SurvivesHugeAndTinyValues) {
  const Linkage linkage = ward_linkage(cohort_of({1e100, -1e100, 0, 1e-300, 2e-300, 1e99}, 1));
  EXPECT_EQ(linkage.merges.size(), 5u);
  EXPECT_TRUE(std::isfinite(linkage.merges.back().height));
}

}  // namespace
}  // namespace clientele::cluster
