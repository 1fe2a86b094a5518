#include "models/lifetime/forecast.hpp"

#include <gtest/gtest.h>
#include <cmath>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/simulated_cohort.hpp"
#include "models/lifetime/value_intervals.hpp"

namespace clientele::lifetime {
namespace {

CohortPlan shop(std::size_t customers) {
  CohortPlan plan;
  plan.model = {.r = 0.9, .alpha = 6, .dropout_shape = 0.8, .dropout_scale = 6};
  plan.spend = {SpendCase::gamma_gamma, 6, 4, 15, 30};
  plan.customers = customers;
  plan.observed = 78;
  plan.acquired_within = 52;
  plan.future = 12 * month_length(Clock::week);
  plan.tick = 1.0 / 7;
  return plan;
}

SummaryTable table_of(const SimulatedCohort& cohort) {
  return collapse(cohort.repeats, cohort.recency, cohort.age).value();
}

TEST(Forecast, DiscountedValuesAgreeWithLifetimes) {
  std::vector<std::uint32_t> repeats;
  std::vector<double> recency, age, mean;
  const auto rows = golden_rows("lifetimes.csv");
  ASSERT_EQ(rows.size(), 40u);
  for (const auto& row : rows) {
    repeats.push_back(static_cast<std::uint32_t>(row[0]));
    recency.push_back(row[1]);
    age.push_back(row[2]);
    mean.push_back(row[3]);
  }
  const SummaryTable table = collapse(repeats, recency, age).value();
  const PurchaseModel bg{
      .r = 0.2426, .alpha = 4.4136, .dropout_shape = 0.7929, .dropout_scale = 2.4259};
  PurchaseModel mbg = bg;
  mbg.family = Family::mbg_nbd;
  const SpendModel spend{SpendCase::gamma_gamma, 6.2496, 3.7442, 15.4435,
                         6.2496 * 15.4435 / 2.7442};
  const PurchaseForecast forecast = forecast_purchases(table, bg, {{6, 12, 36}, 4.345, 0.01});
  const std::vector<double> values = lifetime_values(table, forecast, spend, mean);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Past past{repeats[i], recency[i], age[i]};
    EXPECT_NEAR(probability_alive(bg, past), rows[i][4], 1e-10);
    EXPECT_NEAR(probability_alive(mbg, past), rows[i][5], 1e-10);
    EXPECT_NEAR(expected_purchases(bg, past, 52) / rows[i][6], 1.0, 1e-9);
    EXPECT_NEAR(expected_purchases(mbg, past, 52) / rows[i][7], 1.0, 1e-9);
    EXPECT_NEAR(expected_spend(spend, repeats[i], mean[i]) / rows[i][8], 1.0, 1e-10);
    for (int h = 0; h < 3; ++h) {
      EXPECT_NEAR(values[3 * i + h] / rows[i][9 + h], 1.0, 1e-8) << i << ' ' << h;
    }
  }
}

TEST(Forecast, TablesAgreeWithExactExpectations) {
  for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
    const SummaryTable table = table_of(simulate(shop(4000)));
    const PurchaseModel model = fit_purchases(table, family).model;
    const ForecastPlan plan{{6, 12, 36}, 4.348, 0.02};
    const PurchaseForecast forecast = forecast_purchases(table, model, plan, 2);
    const std::vector<std::uint32_t> repeats = row_repeats(table);
    for (std::size_t row = 0; row < table.rows(); row += 97) {
      const Past past{repeats[row], table.recency[row], table.age[row]};
      double before = 0, present = 0;
      for (int month = 1; month <= 36; ++month) {
        const double now = expected_purchases(model, past, month * plan.month_length);
        present += (now - before) / std::pow(1.02, month);
        before = now;
      }
      EXPECT_NEAR(forecast.expected[3 * row + 2] / before, 1.0, 1e-10);
      EXPECT_NEAR(forecast.discounted[3 * row + 2] / present, 1.0, 1e-10);
    }
    EXPECT_EQ(forecast_purchases(table, model, plan, 1).discounted, forecast.discounted);
  }
}

TEST(Forecast, WithoutDiscountBothAreTheSame) {
  const SummaryTable table = table_of(simulate(shop(500)));
  const PurchaseModel model = fit_purchases(table, Family::mbg_nbd).model;
  const PurchaseForecast forecast = forecast_purchases(table, model, {{1, 12, 60}, 4.348, 0.0});
  for (std::size_t i = 0; i < forecast.expected.size(); ++i) {
    EXPECT_NEAR(forecast.discounted[i], forecast.expected[i], 1e-13);
  }
  EXPECT_EQ(forecast_purchases(table, model, {{}, 4.348, 0.0}).horizons, 0u);
  EXPECT_NEAR(monthly_rate(0.126825030131970), 0.01, 1e-12);
  EXPECT_EQ(monthly_rate(0.0), 0.0);
}

struct Covered {
  double customers = 0;  // whose interval is not the point 0
  double inside = 0;
  bool total = false;
};

Covered coverage(const CohortPlan& plan, Family family, std::size_t draws) {
  const SimulatedCohort cohort = simulate(plan);
  const SummaryTable table = table_of(cohort);
  FittedPair pair;
  pair.purchases = fit_purchases(table, family).model;
  const SpendTable spend = spend_table(cohort.repeats, cohort.mean_value);
  pair.spend = fit_spend(spend, 0).model;
  pair.purchase_refits = bootstrap_purchases(table, pair.purchases, 20, plan.seed);
  pair.spend_refits = bootstrap_spend(spend, 0, 20, plan.seed + 1);
  const ForecastPlan forecast{{12}, month_length(Clock::week), 0.0};
  const ValueIntervals intervals =
      value_intervals(table, pair, cohort.mean_value, forecast, {.draws = draws});
  Covered covered;
  double actual = 0;
  for (std::size_t i = 0; i < cohort.age.size(); ++i) {
    const double value = cohort.future_value[i];
    actual += value;
    if (intervals.high[i] <= 0) continue;
    covered.customers += 1;
    covered.inside += value >= intervals.low[i] && value <= intervals.high[i];
  }
  covered.total = actual >= intervals.total_low[0] && actual <= intervals.total_high[0];
  return covered;
}

// The full run is in fit_bench.cpp; this one has 24 cohorts, so the total's share is rough.
TEST(Intervals, CoverEightInTen) {
  double customers = 0, inside = 0;
  int totals = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    CohortPlan plan = shop(400);
    plan.seed = seed;
    const Covered covered = coverage(plan, Family::bg_nbd, 100);
    customers += covered.customers;
    inside += covered.inside;
    totals += covered.total;
  }
  EXPECT_GT(customers, 24 * 250);
  EXPECT_GE(inside / customers, 0.75);
  EXPECT_LE(inside / customers, 0.85);
  EXPECT_GE(totals, 14);
}

TEST(Intervals, EqualPastsGetEqualIntervalsOnAnyThreads) {
  const SimulatedCohort cohort = simulate(shop(600));
  const SummaryTable table = table_of(cohort);
  const SpendTable spend = spend_table(cohort.repeats, cohort.mean_value);
  for (const Family family : {Family::mbg_nbd, Family::pareto_nbd}) {
    const FittedPair pair{fit_purchases(table, family).model, fit_spend(spend, 0).model,
                          bootstrap_purchases(table, fit_purchases(table, family).model, 5, 1),
                          bootstrap_spend(spend, 0, 5, 1)};
    const ForecastPlan plan{{6, 12, 36}, month_length(Clock::week), 0.01};
    const auto one = value_intervals(table, pair, cohort.mean_value, plan, {.draws = 40});
    const auto two =
        value_intervals(table, pair, cohort.mean_value, plan, {.draws = 40, .threads = 8});
    EXPECT_EQ(one.high, two.high);
    EXPECT_EQ(one.total_low, two.total_low);
    for (std::size_t i = 0; i < one.low.size(); ++i) {
      EXPECT_LE(one.low[i], one.high[i]);
      EXPECT_TRUE(std::isfinite(one.high[i]));
    }
    for (std::size_t h = 1; h < 3; ++h) EXPECT_GE(one.total_low[h], one.total_low[h - 1]);
  }
}

TEST(Intervals, DegenerateFitsHaveDefinedIntervals) {
  const std::vector<std::uint32_t> repeats = {0, 0, 0};
  const std::vector<double> recency = {0, 0, 0}, age = {5, 9, 0}, mean = {0, 0, 0};
  const SummaryTable table = collapse(repeats, recency, age).value();
  const PurchaseModel none = fit_purchases(table, Family::bg_nbd).model;
  const SpendModel spend = fit_spend(spend_table(repeats, mean), 20).model;
  const ForecastPlan plan{{12}, 4.348, 0.0};
  const auto intervals = value_intervals(table, {none, spend, {none}, {spend}}, mean, plan, {});
  EXPECT_EQ(intervals.high, (std::vector<double>{0, 0, 0}));
  EXPECT_EQ(intervals.total_low[0], 0.0);
  EXPECT_EQ(intervals.total_high[0], 0.0);
}

}  // namespace
}  // namespace clientele::lifetime
