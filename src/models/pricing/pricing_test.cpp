#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.hpp"
#include "models/pricing/price_advice.hpp"

namespace clientele::pricing {
namespace {

struct World {
  double elasticity = -2;
  double noise = 0.3;
  double level = 4;        // log units at price 10
  double group_level = 0;  // demand of the second group
  double group_price = 0;  // by how much its log price is higher
  bool group_is_known = false;
  bool counts = false;
};

SalesHistory simulate(const World& world, std::size_t rows, std::uint64_t seed) {
  Rng rng(seed);
  SalesHistory history;
  FeatureColumn group{"group", ColumnKind::number, {}, {}, {}};
  for (std::size_t i = 0; i <= rows; ++i) {
    const double in_group = rng.uniform() < 0.5 ? 1 : 0;
    const double log_price = 0.3 * (rng.uniform() - 0.5) + in_group * world.group_price;
    const double log_units =
        world.level + world.elasticity * log_price + in_group * world.group_level;
    history.date.push_back(Date{static_cast<std::int32_t>(20'000 + i)});
    history.price.push_back(10 * std::exp(log_price));
    history.units.push_back(world.counts ? static_cast<double>(rng.poisson(std::exp(log_units)))
                                         : std::exp(log_units + world.noise * rng.normal()));
    group.numbers.push_back(in_group);
  }
  if (world.group_is_known) history.controls.push_back(group);
  return history;
}

DemandLine line_of(const SalesHistory& history, const ElasticityPrior& prior = {}) {
  return fit_demand_line(demand_columns(history), history.units, history.rows(), prior);
}

PricingTask task_of(const SalesHistory& history, std::span<const double> candidates) {
  PricingTask task;
  task.candidates = candidates;
  task.cost = 6;
  task.current_price = history.price.back();
  task.lowest_seen = *std::min_element(history.price.begin(), history.price.end() - 1);
  task.highest_seen = *std::max_element(history.price.begin(), history.price.end() - 1);
  return task;
}

constexpr double kPrices[] = {8.8, 9.5, 10.0, 10.7, 11.5};

TEST(DemandLine, FindsAnExactLine) {
  const auto line = line_of(simulate({.elasticity = -1.7, .noise = 1e-4}, 50, 1));
  EXPECT_NEAR(line.mean_elasticity(), -1.7, 2e-3);
  EXPECT_NEAR(line.log_units_now(std::log(10.0)), 4.0, 2e-3);
}

TEST(DemandLine, IsItsPriorWhereThePriceNeverMoved) {
  SalesHistory history = simulate({}, 30, 2);
  std::fill(history.price.begin(), history.price.end(), 10.0);
  const auto line = line_of(history, {-2.2, 0.8});
  EXPECT_NEAR(line.mean_elasticity(), -2.2, 1e-6);
  EXPECT_NEAR(std::sqrt(line.elasticity_variance()), 0.8, 1e-6);
  EXPECT_NEAR(line.elasticity_quantile(0.975), -2.2 + 1.959964 * 0.8, 1e-4);
}

TEST(DemandLine, QuantileInvertsTheCdf) {
  const auto line = line_of(simulate({}, 15, 3));
  for (const double p : {0.01, 0.2, 0.5, 0.9}) {
    EXPECT_NEAR(line.elasticity_cdf(line.elasticity_quantile(p)), p, 1e-9);
  }
}

// Worlds whose elasticity is drawn from the prior: then the posterior's intervals must be exact.
TEST(DemandLine, IntervalsCoverWhatTheyPromise) {
  constexpr int kWorlds = 400;
  Rng rng(11);
  int in_95 = 0, in_50 = 0;
  for (int w = 0; w < kWorlds; ++w) {
    World world;
    world.elasticity = -2.2 + 0.8 * rng.normal();
    world.noise = 0.2 + 0.5 * rng.uniform();
    const auto line = line_of(simulate(world, 12, 1000 + static_cast<std::uint64_t>(w)));
    const double at = line.elasticity_cdf(world.elasticity);
    in_95 += at > 0.025 && at < 0.975;
    in_50 += at > 0.25 && at < 0.75;
  }
  EXPECT_NEAR(in_95, 0.95 * kWorlds, 15);
  EXPECT_NEAR(in_50, 0.50 * kWorlds, 35);
}

TEST(DemandLine, FitsCountsWithZeros) {
  const auto history = simulate({.elasticity = -2.5, .level = 0.5, .counts = true}, 4000, 4);
  const auto line = line_of(history);
  EXPECT_TRUE(line.counts);
  EXPECT_NEAR(line.mean_elasticity(), -2.5, 0.35);
  EXPECT_GT(line.elasticity_cdf(-2.5), 0.01);
  EXPECT_LT(line.elasticity_cdf(-2.5), 0.99);
}

TEST(PriceAdvice, FindsTheBestPriceOfAKnownCurve) {
  // c e / (1 + e) = 6 x 2.5 / 1.5 = 10.
  const auto history = simulate({.elasticity = -2.5, .noise = 0.05}, 30, 5);
  const auto advice = advise_price(history, task_of(history, kPrices));
  ASSERT_TRUE(advice.best);
  EXPECT_EQ(advice.outcomes[*advice.best].price, 10.0);
  double total = 0;
  for (const Outcome& outcome : advice.outcomes) total += outcome.probability_best;
  EXPECT_NEAR(total, 1, 1e-9);
}

TEST(PriceAdvice, OutcomesHoldTheirDays) {
  int inside = 0;
  constexpr int kWorlds = 300;
  for (int w = 0; w < kWorlds; ++w) {
    const auto history = simulate({}, 25, 5000 + static_cast<std::uint64_t>(w));
    const double asked[] = {history.price.back()};
    const auto advice = advise_price(history, task_of(history, asked));
    if (advice.refusal != Refusal::none) continue;
    const Range80 range = advice.outcomes[0].units80;
    inside += history.units.back() >= range.low && history.units.back() <= range.high;
  }
  EXPECT_NEAR(inside, 0.8 * kWorlds, 25);
}

TEST(PriceAdvice, RefusesAHiddenConfounderAndUsesAKnownOne) {
  World world{.elasticity = -2, .noise = 0.2, .group_level = 2.5, .group_price = 0.4};
  auto history = simulate(world, 200, 6);
  EXPECT_EQ(advise_price(history, task_of(history, kPrices)).refusal, Refusal::rising_demand);
  world.group_is_known = true;
  history = simulate(world, 200, 6);
  const auto advice = advise_price(history, task_of(history, kPrices));
  EXPECT_EQ(advice.refusal, Refusal::none);
  EXPECT_NEAR(advice.model->line.mean_elasticity(), -2, 0.5);
}

TEST(PriceAdvice, RefusesPricesThatHardlyMoved) {
  auto history = simulate({}, 20, 7);
  for (std::size_t i = 0; i < history.price.size(); ++i) history.price[i] = i % 2 == 0 ? 10 : 10.01;
  const auto advice = advise_price(history, task_of(history, kPrices));
  EXPECT_EQ(advice.refusal, Refusal::unclear_demand);
  EXPECT_FALSE(advice.best);
}

TEST(PriceAdvice, RefusesWithoutSales) {
  auto history = simulate({}, 20, 8);
  std::fill(history.units.begin(), history.units.end(), 0.0);
  EXPECT_EQ(advise_price(history, task_of(history, kPrices)).refusal, Refusal::no_sales);
}

TEST(PriceAdvice, GuardrailsBlock) {
  const auto history = simulate({}, 60, 9);
  const double candidates[] = {1.0, 6.1, 10.0, 30.0};
  PricingTask task = task_of(history, candidates);
  task.current_price = 10;
  task.min_margin = 0.25;
  task.max_discount = 0.3;
  auto advice = advise_price(history, task);
  EXPECT_EQ(advice.outcomes[0].blocked_by.size(), 3u);
  EXPECT_EQ(advice.outcomes[1].blocked_by.size(), 3u);
  EXPECT_TRUE(advice.outcomes[2].blocked_by.empty());
  EXPECT_EQ(advice.outcomes[3].blocked_by, std::vector{Guardrail::extrapolation});
  EXPECT_TRUE(advice.outcomes[3].extrapolated);
  EXPECT_EQ(advice.best, 2u);
  task.cost = 9.9;
  EXPECT_EQ(advise_price(history, task).refusal, Refusal::all_blocked);
}

TEST(PriceAdvice, SellsNoMoreThanTheStock) {
  const auto history = simulate({}, 60, 10);
  PricingTask task = task_of(history, kPrices);
  task.inventory = 30;
  for (const Outcome& outcome : advise_price(history, task).outcomes) {
    EXPECT_LE(outcome.units, 30);
    EXPECT_LE(outcome.units80.high, 30);
  }
}

TEST(PriceAdvice, DemandFallsWithThePriceWhateverTheModel) {
  bool trees_won = false;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    World world{.noise = 0.1, .group_level = 0.8, .group_is_known = true};
    auto history = simulate(world, 120, 100 + seed);
    // A step that no line follows.
    for (std::size_t i = 0; i < history.rows(); ++i) {
      if (history.price[i] > 10) history.units[i] *= 0.4;
    }
    const auto advice = advise_price(history, task_of(history, kPrices));
    ASSERT_EQ(advice.refusal, Refusal::none);
    trees_won = trees_won || advice.model->algorithm != Algorithm::elastic_net;
    for (std::size_t c = 1; c < advice.outcomes.size(); ++c) {
      EXPECT_LE(advice.outcomes[c].units, advice.outcomes[c - 1].units);
    }
  }
  EXPECT_TRUE(trees_won);
}

TEST(PriceAdvice, RisingDemandIsServedWhereItIsAllowed) {
  const auto history = simulate({.elasticity = 1.5, .noise = 0.1}, 80, 12);
  PricingTask task = task_of(history, kPrices);
  EXPECT_EQ(advise_price(history, task).refusal, Refusal::rising_demand);
  task.demand.allow_upward = true;
  const auto advice = advise_price(history, task);
  ASSERT_EQ(advice.refusal, Refusal::none);
  EXPECT_EQ(advice.outcomes[*advice.best].price, 11.5);
}

// Demand is a line, so trees must not talk the advice into prices that nobody ever asked.
TEST(PriceAdvice, TreesDoNotInventDemandBeyondThePricesSeen) {
  constexpr double kCandidates[] = {8.8, 9.0, 9.5, 12.5, 13.5};
  int beyond = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto history = simulate({.elasticity = -3, .noise = 0.1}, 180, 100 + seed);
    PricingTask task = task_of(history, kCandidates);
    const PriceAdvice advice = advise_price(history, task);
    ASSERT_TRUE(advice.best) << seed;
    if (*advice.best >= 3) ++beyond;
    EXPECT_LT(advice.outcomes[3].probability_best, 0.5) << seed;
  }
  EXPECT_EQ(beyond, 0);
}

}  // namespace
}  // namespace clientele::pricing
