#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include "base/rng.hpp"
#include "models/uplift/kl_criterion.hpp"
#include "models/uplift/uplift_study.hpp"

namespace clientele::uplift {
namespace {

std::vector<std::vector<double>> golden(const std::string& file) {
  std::ifstream in(std::string(CLIENTELE_SOURCE_DIR) + "/tests/golden/uplift/" + file);
  std::vector<std::vector<double>> rows;
  std::string line, cell;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    auto& row = rows.emplace_back();
    while (std::getline(cells, cell, ',')) row.push_back(std::stod(cell));
  }
  return rows;
}

TEST(KlCriterion, EqualsThePublishedFormula) {
  const auto rows = golden("kl_gain.csv");
  ASSERT_EQ(rows.size(), 60U);
  for (const auto& r : rows) {
    const ArmCounts node{r[0], r[1], r[2], r[3]}, child{r[4], r[5], r[6], r[7]};
    const ArmRates rates{r[1] / r[0], r[3] / r[2]};
    EXPECT_NEAR(normalised_gain(node, rates, child, {}), r[8], 1e-12);
  }
}

TEST(Qini, EqualsScikitUplift) {
  std::vector<std::vector<double>> scores(5);
  std::vector<std::vector<std::uint8_t>> groups(5);
  for (const auto& row : golden("qini.csv")) {
    const auto which = static_cast<std::size_t>(row[0]);
    scores[which].push_back(row[1]);
    groups[which].push_back(static_cast<std::uint8_t>(2 * row[2] + row[3]));
  }
  for (const auto& row : golden("qini_expected.csv")) {
    const auto which = static_cast<std::size_t>(row[0]);
    EXPECT_NEAR(qini_coefficient(ranking_of(scores[which]), groups[which]), row[1], 1e-12) << which;
  }
}

TEST(Qini, DoesNotDependOnTheOrderOfTiedRows) {
  std::vector<double> scores{1, 1, 1, 1, 0, 0, 0, 0};
  std::vector<std::uint8_t> groups{3, 1, 2, 0, 3, 0, 1, 2};
  const double one = qini_coefficient(ranking_of(scores), groups);
  std::swap(groups[0], groups[3]);
  std::swap(groups[4], groups[6]);
  EXPECT_EQ(qini_coefficient(ranking_of(scores), groups), one);
}

TEST(RateDifference, HasNewcombesInterval) {
  // Newcombe (1998), table II, method 10: 56/70 against 48/80.
  const auto interval = rate_difference_interval(56, 70, 48, 80);
  EXPECT_NEAR(interval[0], 0.0524, 5e-5);
  EXPECT_NEAR(interval[1], 0.3339, 5e-5);
}

struct World {
  FeatureTable table;
  std::vector<std::uint8_t> groups;
  double effect = 0;
};

// Half of the customers gain `uplift`, told by the sign of x; z is noise; `chosen` > 0 sends the
// campaign rather to those with a high z, who convert more anyway.
World simulate(std::size_t n, double uplift, std::uint64_t seed, double chosen = 0) {
  World world;
  Rng rng(seed);
  FeatureColumn x{"x", ColumnKind::number, {}, {}, {}},
      z = x, kind{"kind", ColumnKind::text, {}, {}, {"a", "b"}};
  z.name = "z";
  for (std::size_t i = 0; i < n; ++i) {
    x.numbers.push_back(rng.normal());
    z.numbers.push_back(rng.normal());
    kind.codes.push_back(static_cast<std::uint32_t>(rng.below(2)));
    const bool treated = rng.uniform() < 0.5 + chosen * (z.numbers[i] > 0 ? 1 : -1);
    const double base = 0.2 + (z.numbers[i] > 0 ? 0.1 : 0);
    const double gain = x.numbers[i] > 0 ? uplift : 0;
    world.groups.push_back(
        static_cast<std::uint8_t>(2 * treated + (rng.uniform() < base + treated * gain)));
  }
  world.effect = uplift / 2;
  world.table = {n, {x, z, kind}};
  return world;
}

UpliftStudy study(const World& world, std::size_t threads = 1) {
  StudyInput input;
  input.features = &world.table;
  input.groups = world.groups;
  input.threads = threads;
  return study_uplift(input).value();
}

TEST(UpliftStudy, FindsWhoIsPersuaded) {
  const World world = simulate(3000, 0.3, 1);
  const UpliftStudy found = study(world);
  EXPECT_TRUE(found.detected);
  EXPECT_TRUE(found.balance.balanced);
  EXPECT_NEAR(found.effect.value, world.effect, 3 * found.effect.error);
  EXPECT_GT(found.deciles.buckets.back().mean_uplift, 0.2);
  EXPECT_LT(found.deciles.buckets.front().mean_uplift, 0.1);
  EXPECT_EQ(found.deciles.buckets.size(), 10U);
}

TEST(UpliftStudy, SaysWhenNobodyDiffers) {
  int detected = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    detected += study(simulate(400, 0, seed)).detected;
  EXPECT_LE(detected, 2);
}

TEST(UpliftStudy, CorrectsAChosenTreatmentAndSaysSo) {
  const World world = simulate(4000, 0.2, 3, 0.3);
  const UpliftStudy found = study(world);
  EXPECT_FALSE(found.balance.balanced);
  EXPECT_GT(found.treated_rate - found.control_rate, world.effect + 0.03);  // the naive answer
  EXPECT_NEAR(found.effect.value, world.effect, 3 * found.effect.error);
}

TEST(UpliftStudy, IntervalsOfTheEffectCoverIt) {
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const World world = simulate(400, 0.2, 100 + seed);
    const UpliftStudy found = study(world);
    covered += std::abs(found.effect.value - world.effect) < 1.96 * found.effect.error;
  }
  EXPECT_GE(covered, 33);
}

TEST(UpliftStudy, IsTheSameOnAnyNumberOfThreads) {
  const World world = simulate(500, 0.2, 4);
  const UpliftStudy one = study(world);
  for (const std::size_t threads : {2, 8}) {
    const UpliftStudy many = study(world, threads);
    EXPECT_EQ(many.scores, one.scores);
    EXPECT_EQ(many.qini_interval, one.qini_interval);
    EXPECT_EQ(many.placebo.p_value, one.placebo.p_value);
  }
}

TEST(UpliftStudy, TreatsThoseWorthTheirCost) {
  const World world = simulate(3000, 0.3, 5);
  StudyInput input;
  input.features = &world.table;
  input.groups = world.groups;
  input.economics = Economics{10, 1};  // worth it from an uplift of 0.1: about half
  const UpliftStudy found = study_uplift(input).value();
  ASSERT_TRUE(found.targeting);
  EXPECT_NEAR(found.targeting->threshold, 0.1, 1e-12);
  EXPECT_NEAR(found.targeting->share, 0.5, 0.15);
  EXPECT_GT(found.targeting->profit.value, found.targeting->profit_if_all.value);
}

// One conversion in all, constant columns, a feature that is missing everywhere.
TEST(UpliftStudy, SurvivesDataThatSayNothing) {
  World world = simulate(200, 0, 6);
  for (std::uint8_t& group : world.groups) group &= 2;
  world.groups[0] |= 1;
  std::fill(world.table.columns[0].numbers.begin(), world.table.columns[0].numbers.end(), 3.0);
  std::fill(world.table.columns[1].numbers.begin(), world.table.columns[1].numbers.end(),
            std::nan(""));
  const UpliftStudy found = study(world);
  EXPECT_FALSE(found.detected);
  for (const double score : found.scores) EXPECT_TRUE(std::isfinite(score));
  EXPECT_TRUE(std::isfinite(found.effect.error));
}

}  // namespace
}  // namespace clientele::uplift
