#include "models/lifetime/fit.hpp"

#include <gtest/gtest.h>
#include <cmath>

#include "models/lifetime/forecast.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/simulated_cohort.hpp"
#include "models/lifetime/stress_cohort.hpp"

namespace clientele::lifetime {
namespace {

constexpr Family kFamilies[] = {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd};

SummaryTable table_of(const std::vector<std::uint32_t>& x, const std::vector<double>& recency,
                      const std::vector<double>& age) {
  return collapse(x, recency, age).value();
}

SummaryTable table_of(const SimulatedCohort& cohort) {
  return table_of(cohort.repeats, cohort.recency, cohort.age);
}

CohortPlan usual_cohort(std::size_t customers) {
  CohortPlan plan;
  plan.model = {.r = 0.6, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 2.4};
  plan.customers = customers;
  plan.tick = 1.0 / 7;
  return plan;
}

void expect_sound(const SummaryTable& table, const PurchaseFit& fit) {
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
  EXPECT_GE(fit.log_likelihood, fit.nbd_log_likelihood);
  const ForecastPlan plan{{6, 36}, 4.348, 0.01};
  const PurchaseForecast forecast = forecast_purchases(table, fit.model, plan);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    EXPECT_GE(forecast.alive[i], 0.0);
    EXPECT_LE(forecast.alive[i], 1.0);
  }
  for (std::size_t i = 0; i < forecast.expected.size(); ++i) {
    EXPECT_TRUE(std::isfinite(forecast.expected[i]));
    EXPECT_GE(forecast.expected[i], 0.0);
    EXPECT_LE(forecast.discounted[i], forecast.expected[i] * (1 + 1e-9));
  }
}

class Cdnow : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = open_data("cdnow_sample.txt");
    if (!path) GTEST_SKIP() << "cdnow_sample.txt is absent; set CLIENTELE_DATA";
    history_ = reduce(cdnow_orders(*path), Clock::week, *parse_date("1997-09-30"));
    table_ = table_of(history_.repeats, history_.recency, history_.age);
  }
  PurchaseHistory history_;
  SummaryTable table_;
};

TEST_F(Cdnow, BgNbdIsTheExactMaximum) {
  ASSERT_EQ(table_.customers(), 2357u);
  EXPECT_EQ(table_.rows(), 1016u);
  const PurchaseFit fit = fit_purchases(table_, Family::bg_nbd);
  EXPECT_NEAR(fit.model.r, 0.2425945224, 2e-9);
  EXPECT_NEAR(fit.model.alpha, 4.413602019, 2e-8);
  EXPECT_NEAR(fit.model.dropout_shape, 0.7929220172, 2e-8);
  EXPECT_NEAR(fit.model.dropout_scale, 2.4259067768, 1e-7);
  EXPECT_NEAR(fit.log_likelihood, -9582.429207, 1e-6);
  EXPECT_LT(fit.gradient_size, 1e-8);
  EXPECT_NEAR(std::sqrt(fit.covariance[0]), 0.012557378, 1e-8);
  EXPECT_NEAR(std::sqrt(fit.covariance[5]), 0.378224060, 1e-7);
  EXPECT_NEAR(std::sqrt(fit.covariance[10]), 0.185733821, 1e-7);
  EXPECT_NEAR(std::sqrt(fit.covariance[15]), 0.705414260, 1e-6);
  EXPECT_EQ(fit.model.limit, LimitCase::none);
  EXPECT_EQ(log_likelihood(table_, fit.model), fit.log_likelihood);
}

TEST_F(Cdnow, MbgNbdAgreesWithLifetimes) {
  const PurchaseFit fit = fit_purchases(table_, Family::mbg_nbd);
  EXPECT_NEAR(fit.model.r, 0.52484, 1e-4);
  EXPECT_NEAR(fit.model.alpha, 6.1831, 1e-3);
  EXPECT_NEAR(fit.model.dropout_shape, 0.89136, 1e-4);
  EXPECT_NEAR(fit.model.dropout_scale, 1.6140, 1e-3);
}

// CLVTools stops at .55315, 10.57633, .60625, 11.67150 with -9594.976; the maximum lies beside it.
TEST_F(Cdnow, ParetoNbdIsNotBelowClvTools) {
  const PurchaseFit fit = fit_purchases(table_, Family::pareto_nbd);
  EXPECT_NEAR(fit.model.r, 0.55315, 3e-4);
  EXPECT_NEAR(fit.model.alpha, 10.57633, 3e-3);
  EXPECT_NEAR(fit.model.dropout_shape, 0.60625, 1e-4);
  EXPECT_NEAR(fit.model.dropout_scale, 11.67150, 5e-3);
  EXPECT_NEAR(fit.log_likelihood, -9594.976, 5e-4);
  const PurchaseModel theirs{.family = Family::pareto_nbd,
                             .r = 0.55315,
                             .alpha = 10.57633,
                             .dropout_shape = 0.60625,
                             .dropout_scale = 11.67150};
  EXPECT_GE(fit.log_likelihood, log_likelihood(table_, theirs));
}

TEST_F(Cdnow, CheckPointsOfExpectedPurchases) {
  const PurchaseModel paper{
      .r = 0.243, .alpha = 4.414, .dropout_shape = 0.793, .dropout_scale = 2.426};
  EXPECT_NEAR(expected_purchases(paper, {2, 30.43, 38.86}, 39), 1.226, 5e-4);
  const double time[] = {.1429, 1, 3, 31.8571, 32, 78};
  const double want[] = {.0078, .0532, .1506, 1.0405, 1.0437, 1.8576};
  const PurchaseModel model = fit_purchases(table_, Family::bg_nbd).model;
  for (int i = 0; i < 6; ++i) {
    EXPECT_NEAR(expected_purchases(model, {}, time[i]), want[i], 5e-4) << time[i];
  }
}

TEST(Fit, RecoversTheParametersOfASimulatedCohort) {
  for (const Family family : kFamilies) {
    CohortPlan plan = usual_cohort(40000);
    plan.tick = 0;
    plan.model.family = family;
    if (family == Family::pareto_nbd) plan.model.dropout_scale = 12;
    const PurchaseFit fit = fit_purchases(table_of(simulate(plan)), family);
    const double truth[] = {plan.model.r, plan.model.alpha, plan.model.dropout_shape,
                            plan.model.dropout_scale};
    const double got[] = {fit.model.r, fit.model.alpha, fit.model.dropout_shape,
                          fit.model.dropout_scale};
    for (int i = 0; i < 4; ++i) {
      EXPECT_NEAR(got[i], truth[i], 4 * std::sqrt(fit.covariance[5 * i])) << i;
    }
  }
}

TEST(Fit, ForgetsTheOrderOfTheCustomers) {
  SimulatedCohort cohort = simulate(usual_cohort(3000));
  const SummaryTable table = table_of(cohort);
  std::vector<std::uint32_t> repeats(cohort.repeats.rbegin(), cohort.repeats.rend());
  std::vector<double> recency(cohort.recency.rbegin(), cohort.recency.rend());
  std::vector<double> age(cohort.age.rbegin(), cohort.age.rend());
  const SummaryTable turned = table_of(repeats, recency, age);
  for (const Family family : kFamilies) {
    const PurchaseFit one = fit_purchases(table, family);
    const PurchaseFit two = fit_purchases(turned, family, 8);
    EXPECT_EQ(one.model.r, two.model.r);
    EXPECT_EQ(one.model.dropout_scale, two.model.dropout_scale);
    EXPECT_EQ(one.log_likelihood, two.log_likelihood);
  }
}

TEST(Fit, ClockOnlyScalesTheTimes) {
  const SimulatedCohort cohort = simulate(usual_cohort(3000));
  std::vector<double> recency = cohort.recency, age = cohort.age;
  for (double& t : recency) t *= 168;  // weeks to hours
  for (double& t : age) t *= 168;
  const PurchaseFit weeks = fit_purchases(table_of(cohort), Family::bg_nbd);
  const PurchaseFit hours = fit_purchases(table_of(cohort.repeats, recency, age), Family::bg_nbd);
  EXPECT_NEAR(hours.model.r, weeks.model.r, 1e-8);
  EXPECT_NEAR(hours.model.alpha / 168, weeks.model.alpha, 1e-6);
  EXPECT_NEAR(hours.model.dropout_scale, weeks.model.dropout_scale, 1e-6);
}

TEST(Fit, ReturnsTheNbdLimitWhereNobodyLeaves) {
  CohortPlan plan = usual_cohort(4000);
  plan.model.limit = LimitCase::no_dropout;
  plan.seed = 5;
  const SummaryTable table = table_of(simulate(plan));
  for (const Family family : kFamilies) {
    const PurchaseFit fit = fit_purchases(table, family);
    expect_sound(table, fit);
    EXPECT_LT(fit.log_likelihood - fit.nbd_log_likelihood, 4.0);
    if (fit.model.limit != LimitCase::no_dropout) continue;
    EXPECT_EQ(probability_alive(fit.model, {1, 3, 20}), 1.0);
    EXPECT_GT(fit.covariance[0], 0.0);
  }
}

TEST(Fit, BadDataHaveDefinedAnswers) {
  struct Case {
    const char* name;
    std::vector<std::uint32_t> repeats;
    std::vector<double> recency, age;
    bool no_repeats;
  };
  const Case cases[] = {
      {"one customer, one order", {0}, {0}, {20}, true},
      {"one customer", {3}, {15}, {20}, false},
      {"one customer bought on the last day", {3}, {20}, {20}, false},
      {"one order each", {0, 0, 0, 0}, {0, 0, 0, 0}, {4, 8, 12, 30}, true},
      {"all on one day", {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, true},
      {"all alike", {2, 2, 2, 2}, {9, 9, 9, 9}, {10, 10, 10, 10}, false},
      {"all left at once", {4, 4, 4}, {0.5, 0.5, 0.5}, {500, 500, 500}, false},
      {"heavy", {90000, 1}, {365, 1}, {366, 366}, false},
      {"tiny times", {2, 1, 0}, {2e-9, 1e-9, 0}, {3e-9, 3e-9, 3e-9}, false},
  };
  for (const Case& data : cases) {
    SCOPED_TRACE(data.name);
    const SummaryTable table = table_of(data.repeats, data.recency, data.age);
    for (const Family family : kFamilies) {
      const PurchaseFit fit = fit_purchases(table, family);
      expect_sound(table, fit);
      EXPECT_EQ(fit.model.limit == LimitCase::no_repeats, data.no_repeats);
      const auto refits = bootstrap_purchases(table, fit.model, 5, 1);
      for (const PurchaseModel& refit : refits) EXPECT_TRUE(std::isfinite(refit.alpha));
    }
  }
}

TEST(Fit, ImpossibleSummariesAreRefused) {
  const auto refused = [](std::uint32_t x, double recency, double age) {
    const auto table = collapse({&x, 1}, {&recency, 1}, {&age, 1});
    return !table.ok() && table.error().kind == ErrorKind::invalid_input;
  };
  EXPECT_TRUE(refused(1, 5, 4));
  EXPECT_TRUE(refused(0, 1, 4));
  EXPECT_TRUE(refused(1, 0, 4));
  EXPECT_TRUE(refused(1, NAN, 4));
  EXPECT_TRUE(refused(1, 2, INFINITY));
  EXPECT_TRUE(refused(0, 0, -1));
  EXPECT_FALSE(collapse({}, {}, {}).ok());
}

// The full run of 1 000 cohorts of up to 200 000 customers is in fit_bench.cpp.
TEST(Fit, ConvergesOnStrangeCohorts) {
  for (std::uint64_t i = 0; i < 60; ++i) {
    const CohortPlan plan = stress_cohort(i, 1500);
    SCOPED_TRACE(testing::Message() << "cohort " << i);
    const SummaryTable table = table_of(simulate(plan));
    for (const Family family : kFamilies) expect_sound(table, fit_purchases(table, family));
  }
}

TEST(Bootstrap, SpreadsLikeTheInverseHessian) {
  const SummaryTable table = table_of(simulate(usual_cohort(4000)));
  const PurchaseFit fit = fit_purchases(table, Family::bg_nbd);
  const auto refits = bootstrap_purchases(table, fit.model, 200, 7);
  double mean = 0, square = 0;
  for (const PurchaseModel& refit : refits) mean += refit.r / 200;
  for (const PurchaseModel& refit : refits) square += std::pow(refit.r - mean, 2) / 199;
  EXPECT_NEAR(mean, fit.model.r, 3 * std::sqrt(fit.covariance[0] / 200) + 0.01);
  EXPECT_NEAR(std::sqrt(square / fit.covariance[0]), 1.0, 0.2);
  const auto again = bootstrap_purchases(table, fit.model, 3, 7, 8);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(again[i].r, refits[i].r);
}

}  // namespace
}  // namespace clientele::lifetime
