#include "models/lifetime/spend_model.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/simulated_cohort.hpp"

namespace clientele::lifetime {
namespace {

SimulatedCohort usual_cohort(std::size_t customers, double p, double q, double v) {
  CohortPlan plan;
  plan.model = {.r = 0.8, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 2.4};
  plan.spend = {SpendCase::gamma_gamma, p, q, v, p * v / (q - 1)};
  plan.customers = customers;
  return simulate(plan);
}

TEST(SpendModel, CdnowSampleIsTheExactMaximum) {
  const auto path = open_data("cdnow_sample.txt");
  if (!path) GTEST_SKIP() << "cdnow_sample.txt is absent; set CLIENTELE_DATA";
  const PurchaseHistory history =
      reduce(cdnow_orders(*path), Clock::week, *parse_date("1997-09-30"));
  const SpendFit fit = fit_spend(spend_table(history.repeats, history.mean_repeat_value), 0);
  EXPECT_EQ(fit.customers, 946u);
  EXPECT_NEAR(fit.model.p, 6.2495722713, 1e-8);
  EXPECT_NEAR(fit.model.q, 3.7442246671, 1e-8);
  EXPECT_NEAR(fit.model.v, 15.4435209627, 1e-7);
  EXPECT_NEAR(fit.log_likelihood, -4055.917695, 1e-6);
  const double want[] = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
  for (int i = 0; i < 10; ++i) {
    EXPECT_NEAR(expected_spend(fit.model, history.repeats[i], history.mean_repeat_value[i]),
                want[i], 0.006);
  }
  const auto correlation = value_correlation(history.repeats, history.mean_repeat_value);
  ASSERT_TRUE(correlation.has_value());
  EXPECT_NEAR(correlation->pearson, 0.11, 0.01);
}

TEST(SpendModel, AgreesWithArbitraryPrecision) {
  for (const auto& row : golden_rows("gamma_gamma.csv")) {
    const SpendModel model{SpendCase::gamma_gamma, row[0], row[1], row[2],
                           row[0] * row[2] / (row[1] - 1)};
    const auto x = static_cast<std::uint32_t>(row[3]);
    const SpendTable table = spend_table({&x, 1}, {&row[4], 1});
    EXPECT_NEAR(log_likelihood(table, model), row[5], 1e-10 * std::max(100.0, std::abs(row[5])));
    const double got = expected_spend(model, x, row[4]);
    EXPECT_NEAR(got / row[6], 1.0, 1e-10);
  }
}

TEST(SpendModel, RecoversTheParametersOfASimulatedCohort) {
  const SimulatedCohort cohort = usual_cohort(40000, 6, 4, 15);
  const SpendFit fit = fit_spend(spend_table(cohort.repeats, cohort.mean_value), 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.model.form, SpendCase::gamma_gamma);
  EXPECT_NEAR(fit.model.p, 6, 4 * std::sqrt(fit.covariance[0]));
  EXPECT_NEAR(fit.model.q, 4, 4 * std::sqrt(fit.covariance[4]));
  EXPECT_NEAR(fit.model.v, 15, 4 * std::sqrt(fit.covariance[8]));
}

TEST(SpendModel, MoneyUnitOnlyScales) {
  SimulatedCohort cohort = usual_cohort(2000, 6, 4, 15);
  const SpendFit fit = fit_spend(spend_table(cohort.repeats, cohort.mean_value), 0);
  for (double& value : cohort.mean_value) value *= 1e6;
  const SpendFit scaled = fit_spend(spend_table(cohort.repeats, cohort.mean_value), 0);
  EXPECT_NEAR(scaled.model.p, fit.model.p, 1e-6);
  EXPECT_NEAR(scaled.model.v / 1e6, fit.model.v, 1e-5);
}

TEST(SpendModel, MeanStaysFiniteWhereTheTailHasNone) {
  const SimulatedCohort cohort = usual_cohort(3000, 5, 0.7, 10);  // q < 1: no mean exists
  const SpendTable table = spend_table(cohort.repeats, cohort.mean_value);
  const SpendFit fit = fit_spend(table, 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.model.form, SpendCase::mean_tied);
  EXPECT_GT(fit.model.q, 1.0);
  EXPECT_NEAR(fit.model.mean, table.average, 1e-6 * table.average);
  for (std::size_t i = 0; i < cohort.repeats.size(); ++i) {
    const double spend = expected_spend(fit.model, cohort.repeats[i], cohort.mean_value[i]);
    EXPECT_TRUE(std::isfinite(spend));
    EXPECT_GE(spend, 0.0);
  }
}

TEST(SpendModel, BadDataHaveDefinedAnswers) {
  struct Case {
    const char* name;
    std::vector<std::uint32_t> repeats;
    std::vector<double> mean;
    double at_3;  // expected spend with three repeats of the first mean, within 1 %
  };
  const Case cases[] = {
      {"nobody repeats", {0, 0}, {0, 0}, 12},
      {"only zero amounts", {2, 3}, {0, 0}, 12},
      {"one repeat buyer", {3}, {40}, 40},
      {"equal amounts", {1, 2, 3, 4, 5, 6}, {9.9, 9.9, 9.9, 9.9, 9.9, 9.9}, 9.9},
  };
  for (const Case& data : cases) {
    SCOPED_TRACE(data.name);
    const SpendFit fit = fit_spend(spend_table(data.repeats, data.mean), 12);
    EXPECT_TRUE(fit.converged);
    EXPECT_TRUE(std::isfinite(fit.model.mean));
    EXPECT_NEAR(expected_spend(fit.model, 3, data.mean[0]), data.at_3, 0.01 * data.at_3);
  }
  EXPECT_FALSE(value_correlation(cases[3].repeats, cases[3].mean).has_value());
  EXPECT_FALSE(value_correlation(cases[2].repeats, cases[2].mean).has_value());
}

TEST(SpendModel, BootstrapIsDeterministic) {
  const SimulatedCohort cohort = usual_cohort(1000, 6, 4, 15);
  const SpendTable table = spend_table(cohort.repeats, cohort.mean_value);
  const auto one = bootstrap_spend(table, 0, 20, 3, 1);
  const auto two = bootstrap_spend(table, 0, 20, 3, 8);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].p, two[i].p);
  EXPECT_NE(one[0].p, one[1].p);
}

}  // namespace
}  // namespace clientele::lifetime
