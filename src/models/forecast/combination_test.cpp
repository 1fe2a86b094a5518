#include "models/forecast/combination.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/rng.hpp"
#include "models/forecast/cross_validation.hpp"
#include "models/forecast/intervals.hpp"
#include "models/forecast/naive.hpp"

namespace clientele::forecast {
namespace {

Forecast flat(double mean, double sigma) {
  return {{mean, mean}, {sigma, sigma}, {1, 0.5}, {mean, mean, mean}};
}

TEST(Combine, MeanAndMedian) {
  const std::vector<Forecast> members = {flat(1, 1), flat(2, 2), flat(9, 6)};
  EXPECT_DOUBLE_EQ(combine(members, Combination::mean, 100).mean[0], 4);
  EXPECT_DOUBLE_EQ(combine(members, Combination::median, 100).mean[1], 2);
  EXPECT_DOUBLE_EQ(combine(members, Combination::mean, 100).sigma[1], 3);
  const std::vector<Forecast> four = {flat(1, 1), flat(2, 2), flat(4, 2), flat(9, 6)};
  EXPECT_DOUBLE_EQ(combine(four, Combination::median, 100).mean[0], 3);
}

TEST(Combine, LeavesOutWhatExplodes) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Forecast> members = {flat(1, 1), flat(1e12, 1), flat(2, infinity)};
  EXPECT_DOUBLE_EQ(combine(members, Combination::mean, 100).mean[0], 1);
  EXPECT_TRUE(combine(std::span(members).subspan(1), Combination::mean, 100).mean.empty());
}

TEST(SeasonalNaive, RepeatsTheLastSeason) {
  const std::vector<double> y = {1, 2, 3, 2, 4, 6};
  const Forecast forecast = seasonal_naive(y, 3, 7);
  EXPECT_EQ(forecast.mean, (std::vector<double>{2, 4, 6, 2, 4, 6, 2}));
  EXPECT_NEAR(forecast.sigma[0], std::sqrt((1 + 4 + 9) / 3.0), 1e-12);
  EXPECT_NEAR(forecast.sigma[3] / forecast.sigma[0], std::sqrt(2), 1e-12);
  EXPECT_EQ(seasonal_naive(std::vector<double>{5}, 7, 2).mean, (std::vector<double>{5, 5}));
}

TEST(RecentMean, AveragesTheWindow) {
  const std::vector<double> y = {100, 1, 2, 3};
  EXPECT_NEAR(recent_mean(y, 3, 2).mean[1], 2, 1e-12);
  EXPECT_NEAR(recent_mean(y, 99, 1).mean[0], 26.5, 1e-12);
}

TEST(PlanFolds, FourWindowsAtTheEndInDifferentPhases) {
  const FoldPlan plan = plan_folds(90, 7, 365);
  ASSERT_EQ(plan.origins.size(), 4u);
  EXPECT_EQ(plan.horizon, 15u);
  EXPECT_EQ(plan.origins.back() + plan.horizon, 90u);
  EXPECT_GE(plan.origins.front(), 45u);
  EXPECT_NE((plan.origins[1] - plan.origins[0]) % 7, 0u);
}

TEST(PlanFolds, FewerOrNoneWhenShort) {
  for (std::size_t n = 0; n < 200; ++n) {
    for (const std::size_t period : {1u, 7u, 12u}) {
      const FoldPlan plan = plan_folds(n, period, 30);
      EXPECT_LE(plan.origins.size(), 4u);
      if (n >= 30) {
        EXPECT_EQ(plan.origins.size(), 4u) << n << " " << period;
      }
      for (std::size_t i = 0; i < plan.origins.size(); ++i) {
        EXPECT_GE(plan.origins[i], 2u);
        EXPECT_LE(plan.origins[i] + plan.horizon, n);
        EXPECT_TRUE(i == 0 || plan.origins[i - 1] < plan.origins[i]);
      }
    }
  }
  EXPECT_TRUE(plan_folds(2, 7, 30).origins.empty());
}

TEST(CrossValidate, ScoresAndIsTheSameOnAnyNumberOfThreads) {
  std::vector<double> y;
  Rng rng(2);
  for (int t = 0; t < 80; ++t) y.push_back(10 + t % 7 + rng.normal());
  const std::vector<Forecaster> candidates = {
      [&](std::size_t n, std::size_t h) { return seasonal_naive(std::span(y).first(n), 7, h); },
      [&](std::size_t n, std::size_t h) { return recent_mean(std::span(y).first(n), 28, h); }};
  const FoldPlan plan = plan_folds(y.size(), 7, 14);
  const auto one = cross_validate(candidates, plan, 1);
  const auto eight = cross_validate(candidates, plan, 8);
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t f = 0; f < plan.origins.size(); ++f) {
      EXPECT_EQ(one[c][f].forecast.mean, eight[c][f].forecast.mean);
    }
  }
  const Accuracy naive = score(y, 7, one[0]), mean = score(y, 7, one[1]);
  EXPECT_LT(naive.rmse, mean.rmse);
  EXPECT_GT(naive.r2, 0.3);
  EXPECT_NEAR(naive.mase, 1, 0.4);
  EXPECT_EQ(naive.fold_rmse.size(), 4u);
}

TEST(Score, IsExactOnASmallCase) {
  const std::vector<double> y = {1, 2, 4, 0, 8};
  const std::vector<FoldForecast> folds = {{3, {{1, 6}, {1, 1}, {1, 0}, {}}}};
  const Accuracy accuracy = score(y, 1, folds);
  EXPECT_NEAR(accuracy.rmse, std::sqrt((1 + 4) / 2.0), 1e-12);
  EXPECT_NEAR(accuracy.mae, 1.5, 1e-12);
  EXPECT_NEAR(accuracy.mape, 25, 1e-12);
  EXPECT_NEAR(accuracy.mase, 1.0, 1e-12);
  EXPECT_NEAR(accuracy.r2, 1 - 5.0 / 32, 1e-12);
}

TEST(Choose, KeepsThePreferredUnlessTheFoldsSpeakClearly) {
  const auto make = [](double rmse, std::vector<double> folds) {
    Accuracy accuracy;
    accuracy.rmse = rmse;
    accuracy.fold_rmse = std::move(folds);
    return accuracy;
  };
  const Accuracy base = make(10, {10, 10, 10, 10});
  EXPECT_EQ(choose(std::vector<Accuracy>{base, make(9.5, {9, 9, 9, 9})}, 0), 0u);
  EXPECT_EQ(choose(std::vector<Accuracy>{base, make(5, {1, 1, 1, 11})}, 0), 0u);
  EXPECT_EQ(choose(std::vector<Accuracy>{base, make(5, {5, 5, 5, 5}), make(4, {4, 4, 4, 4})}, 0),
            2u);
  EXPECT_EQ(choose(std::vector<Accuracy>{make(10, {10}), make(1, {1})}, 0), 0u);
}

TEST(Calibration, LiesBetweenTheNormalAndTheConformalWidth) {
  EXPECT_NEAR(Calibration().half_width(0.95), 1.959964, 1e-6);
  std::vector<double> scores(1000, 4.0);
  EXPECT_NEAR(Calibration(scores, 10).half_width(0.8), 4, 0.05);
  const Calibration few({3.0, 3.0, 3.0, 3.0}, 4);
  EXPECT_GT(few.half_width(0.8), 1.28);
  EXPECT_GT(few.half_width(0.95), few.half_width(0.8));
  const Interval interval = few.interval(10, 2, 0.8);
  EXPECT_NEAR(10 - interval.lower, interval.upper - 10, 1e-12);
}

TEST(Totals, VarianceOfARandomWalkAndOfWhiteNoise) {
  const std::size_t h = 5;
  Forecast walk{std::vector<double>(h, 2), {}, std::vector<double>(h, 1), {}};
  Forecast noise{std::vector<double>(h, 2), std::vector<double>(h, 1), {1, 0, 0, 0, 0}, {}};
  for (std::size_t i = 1; i <= h; ++i) walk.sigma.push_back(std::sqrt(static_cast<double>(i)));
  const std::vector<std::size_t> group = {0, 0, kNoGroup, 1, 1};
  const Totals of_noise = totals(noise, group, 2), of_walk = totals(walk, group, 2);
  EXPECT_NEAR(of_noise.mean[1], 4, 1e-12);
  EXPECT_NEAR(of_noise.sigma[0], std::sqrt(2), 1e-12);
  EXPECT_NEAR(of_walk.sigma[0], std::sqrt(4 + 1), 1e-12);      // 2 e1 + e2
  EXPECT_NEAR(of_walk.sigma[1], std::sqrt(4 * 4 + 1), 1e-12);  // 2 (e1 .. e4) + e5
}

}  // namespace
}  // namespace clientele::forecast
