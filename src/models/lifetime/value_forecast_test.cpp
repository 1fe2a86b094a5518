#include "models/lifetime/value_forecast.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <numeric>

#include "models/lifetime/simulated_orders.hpp"

namespace clientele::lifetime {
namespace {

ShopPlan plan_of(Family family, std::uint64_t seed) {
  ShopPlan plan;
  plan.model = {.family = family, .r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
  if (family == Family::pareto_nbd) plan.model.dropout_scale = 40;
  plan.customers = 400;
  plan.seed = seed;
  return plan;
}

ValueForecastSettings settings_of(const SimulatedShop& shop) {
  ValueForecastSettings settings;
  settings.end = shop.end;
  settings.months = {6, 12};
  return settings;
}

TEST(ValueForecast, TheLeastErrorAmongTheUnbiasedIsUsed) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const SimulatedShop shop = simulate_orders(plan_of(Family::bg_nbd, seed));
    const ValueForecast got = forecast_values(shop.orders, settings_of(shop)).value();
    ASSERT_TRUE(got.holdout);
    const ForecastAccuracy& best = *got.candidates[static_cast<std::size_t>(got.best)].accuracy;
    EXPECT_EQ(got.unbiased, std::abs(*best.bias) <= kLargestBias);
    for (const Candidate& other : got.candidates) {
      const bool eligible = !got.unbiased || std::abs(*other.accuracy->bias) <= kLargestBias;
      if (eligible) {
        EXPECT_LE(best.mae, other.accuracy->mae);
      }
    }
  }
}

TEST(ValueForecast, TotalsAreSumsAndLieInTheirIntervals) {
  const SimulatedShop shop = simulate_orders(plan_of(Family::mbg_nbd, 3));
  for (std::size_t algorithm = 0; algorithm < kAlgorithms; ++algorithm) {
    ValueForecastSettings settings = settings_of(shop);
    settings.only = static_cast<Algorithm>(algorithm);
    const ValueForecast got = forecast_values(shop.orders, settings).value();
    EXPECT_EQ(got.best, *settings.only);
    for (std::size_t h = 0; h < 2; ++h) {
      double sum = 0;
      for (std::size_t i = 0; i < got.history.size(); ++i) {
        sum += got.value[2 * i + h];
        EXPECT_LE(got.low[2 * i + h], got.high[2 * i + h]);
        EXPECT_GE(got.low[2 * i + h], 0.0);
      }
      EXPECT_NEAR(got.total[h], sum, 1e-9 * sum);
      EXPECT_LT(got.total_low[h], got.total[h]);
      EXPECT_GT(got.total_high[h], got.total[h]);
    }
    EXPECT_LE(got.total[0], got.total[1]);
  }
}

TEST(ValueForecast, TotalsOfTheTrueModelAreUnbiased) {
  for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
    double forecast = 0, actual = 0;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      const SimulatedShop shop = simulate_orders(plan_of(family, seed));
      ValueForecastSettings settings = settings_of(shop);
      settings.only = static_cast<Algorithm>(family);
      forecast += forecast_values(shop.orders, settings).value().total[1];
      actual += std::accumulate(shop.future_value.begin(), shop.future_value.end(), 0.0);
    }
    EXPECT_NEAR(forecast / actual, 1.0, 0.15) << static_cast<int>(family);
  }
}

TEST(ValueForecast, DoesNotDependOnRowsOrThreads) {
  SimulatedShop shop = simulate_orders(plan_of(Family::pareto_nbd, 1));
  ValueForecastSettings settings = settings_of(shop);
  settings.annual_discount = 0.1;
  const ValueForecast one = forecast_values(shop.orders, settings).value();
  std::reverse(shop.orders.begin(), shop.orders.end());
  settings.threads = 8;
  const ValueForecast two = forecast_values(shop.orders, settings).value();
  EXPECT_EQ(one.best, two.best);
  EXPECT_EQ(one.value, two.value);
  EXPECT_EQ(one.high, two.high);
  EXPECT_EQ(one.total_low, two.total_low);
}

TEST(ValueForecast, ShortHistoriesAreNotJudged) {
  const std::vector<Order> orders = {{1, {0}, 10}, {1, {9}, 10}, {2, {3}, 5}};
  ValueForecastSettings settings;
  settings.end = {20};
  settings.months = {12};
  const ValueForecast got = forecast_values(orders, settings).value();
  EXPECT_FALSE(got.holdout);
  EXPECT_EQ(got.best, Algorithm::mbg_nbd);
  EXPECT_EQ(got.value.size(), 2u);
  settings.only = Algorithm::gradient_boosting;
  EXPECT_FALSE(forecast_values(orders, settings).ok());
  EXPECT_FALSE(forecast_values({}, settings).ok());
  settings.end = {-1};
  EXPECT_FALSE(forecast_values(orders, settings).ok());
}

}  // namespace
}  // namespace clientele::lifetime
