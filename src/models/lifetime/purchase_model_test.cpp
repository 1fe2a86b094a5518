#include "models/lifetime/purchase_model.hpp"

#include <gtest/gtest.h>
#include <cmath>

#include "models/lifetime/elementary.hpp"
#include "models/lifetime/fit.hpp"
#include "models/lifetime/geometric_dropout.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/nbd.hpp"
#include "models/lifetime/pareto_dropout.hpp"
#include "models/lifetime/purchase_curve.hpp"
#include "models/lifetime/simulated_cohort.hpp"

namespace clientele::lifetime {
namespace {

double relative(double got, double want) {
  return std::abs(got - want) / std::max(std::abs(want), 1e-300);
}

Family geometric_family(double shift) { return shift > 0 ? Family::mbg_nbd : Family::bg_nbd; }

SummaryTable one_row(double x, double recency, double age) {
  const auto repeats = static_cast<std::uint32_t>(x);
  return collapse({&repeats, 1}, {&recency, 1}, {&age, 1}).value();
}

TEST(Elementary, AgreesWithTheStandardLibrary) {
  for (double x = -690; x < 690; x += 0.137) {
    const double y = std::exp(x);
    EXPECT_LT(relative(exp_clamped(x), y), 1e-15) << x;
    EXPECT_LT(relative(log_positive(y), std::log(y)), 1e-15) << x;
    if (x < 600) {
      EXPECT_LT(relative(log1p_positive(y), std::log1p(y)), 1e-15) << x;
    }
  }
  for (double y = -30; y < 3; y += 0.0137) {
    EXPECT_LT(relative(expm1_ratio(y), std::expm1(y) / y), 2e-15) << y;
  }
  EXPECT_EQ(expm1_ratio(0.0), 1.0);
  EXPECT_EQ(log1p_positive(0.0), 0.0);
}

TEST(GeometricDropout, ExpectedPurchasesAgreeWithArbitraryPrecision) {
  const auto rows = golden_rows("geometric_expected.csv");
  ASSERT_EQ(rows.size(), 360u);
  int by_series = 0;
  for (const auto& row : rows) {
    const PurchaseModel model{.family = geometric_family(row[0]),
                              .r = row[1],
                              .alpha = 1.0,
                              .dropout_shape = row[2],
                              .dropout_scale = row[3]};
    const auto x = static_cast<std::uint32_t>(row[4]);
    const double w = row[5];
    EXPECT_LT(relative(geometric_expected_purchases(model, x, w), row[6]), 1e-10);
    EXPECT_LT(relative(logit_quadrature(model, x, w), row[6]), 1e-10);
    const double series = euler_series(model, x, w);
    if (!std::isfinite(series)) continue;
    ++by_series;
    EXPECT_LT(relative(series, row[6]), 1e-10);
  }
  EXPECT_GT(by_series, 100);
}

TEST(GeometricDropout, ExpectedPurchasesAgreeAtTheCornersOfTheParameters) {
  const auto rows = golden_rows("geometric_corners.csv");
  ASSERT_GT(rows.size(), 40u);
  for (const auto& row : rows) {
    const PurchaseModel model{.family = geometric_family(row[0]),
                              .r = row[1],
                              .alpha = 1.0,
                              .dropout_shape = row[2],
                              .dropout_scale = row[3]};
    const auto x = static_cast<std::uint32_t>(row[4]);
    EXPECT_LT(relative(geometric_expected_purchases(model, x, row[5]), row[6]), 1e-10)
        << row[0] << ' ' << row[1] << ' ' << row[2] << ' ' << row[3] << ' ' << x << ' ' << row[5];
  }
}

TEST(GeometricDropout, LikelihoodAndAliveAgreeWithArbitraryPrecision) {
  const auto rows = golden_rows("geometric.csv");
  ASSERT_EQ(rows.size(), 160u);
  for (const auto& row : rows) {
    const PurchaseModel model{.family = geometric_family(row[0]),
                              .r = row[1],
                              .alpha = row[2],
                              .dropout_shape = row[3],
                              .dropout_scale = row[4]};
    const SummaryTable table = one_row(row[5], row[6], row[7]);
    EXPECT_NEAR(log_likelihood(table, model), row[8], 1e-10 * std::max(1.0, std::abs(row[8])));
    const Past past{table.repeats[0], row[6], row[7]};
    EXPECT_NEAR(probability_alive(model, past), row[9], 1e-10 * row[9] + 1e-300);
  }
}

TEST(ParetoDropout, AgreesWithArbitraryPrecision) {
  const auto rows = golden_rows("pareto.csv");
  ASSERT_EQ(rows.size(), 160u);
  for (const auto& row : rows) {
    const PurchaseModel model{.family = Family::pareto_nbd,
                              .r = row[0],
                              .alpha = row[1],
                              .dropout_shape = row[2],
                              .dropout_scale = row[3]};
    const SummaryTable table = one_row(row[4], row[5], row[6]);
    const Past past{table.repeats[0], row[5], row[6]};
    EXPECT_NEAR(log_likelihood(table, model), row[8], 1e-10 * std::max(1.0, std::abs(row[8])));
    EXPECT_NEAR(probability_alive(model, past), row[9], 1e-10 * row[9] + 1e-300);
    EXPECT_LT(relative(expected_purchases_if_alive(model, past, row[7]), row[10]), 1e-10);
  }
}

// Gradient and Hessian against central differences.
template <class Function>
void expect_derivatives(const Function& function, std::size_t parameters, const Vector& at) {
  const Curve curve = function(at);
  double largest = 0;
  for (const Vector& row : curve.hessian.row) {
    for (const double second : row) largest = std::max(largest, std::abs(second));
  }
  const double step = 1e-5;
  for (std::size_t i = 0; i < parameters; ++i) {
    Vector up = at, down = at;
    up[i] += step;
    down[i] -= step;
    const Curve high = function(up), low = function(down);
    const double slope = (high.value - low.value) / (2 * step);
    EXPECT_NEAR(curve.gradient[i], slope, 1e-6 * (1 + std::abs(curve.value))) << i;
    for (std::size_t j = 0; j < parameters; ++j) {
      const double bend = (high.gradient[j] - low.gradient[j]) / (2 * step);
      EXPECT_NEAR(curve.hessian(i, j), bend, 1e-6 * (1 + largest)) << i << ' ' << j;
    }
  }
}

TEST(Likelihoods, DerivativesAreExact) {
  CohortPlan plan;
  plan.model = {.r = 0.6, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 2.4};
  plan.customers = 300;
  const SimulatedCohort cohort = simulate(plan);
  const SummaryTable table = collapse(cohort.repeats, cohort.recency, cohort.age).value();
  const Weighting weights = weighting(table);
  for (const Vector& at :
       {Vector{-0.5, 2.0, -0.2, 0.9}, Vector{1.0, 3.5, 1.0, 2.0}, Vector{0.3, 1.0, -2.0, 3.0}}) {
    for (const std::uint32_t shift : {0u, 1u}) {
      expect_derivatives(
          [&](const Vector& p) { return geometric_log_likelihood(table, weights, p, shift, 1); }, 4,
          at);
    }
    expect_derivatives([&](const Vector& p) { return ParetoLikelihood(table)(weights, p, 1); }, 4,
                       at);
    expect_derivatives([&](const Vector& p) { return nbd_log_likelihood(table, weights, p); }, 2,
                       at);
  }
}

TEST(Likelihoods, DoNotDependOnThreads) {
  CohortPlan plan;
  plan.model = {.r = 0.6, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 2.4};
  plan.customers = 9000;
  const SimulatedCohort cohort = simulate(plan);
  const SummaryTable table = collapse(cohort.repeats, cohort.recency, cohort.age).value();
  const Weighting weights = weighting(table);
  const Vector at{-0.5, 2.0, -0.2, 0.9};
  const Curve one = geometric_log_likelihood(table, weights, at, 0, 1);
  const Curve pareto = ParetoLikelihood(table)(weights, at, 1);
  for (const std::size_t threads : {2u, 8u}) {
    EXPECT_EQ(geometric_log_likelihood(table, weights, at, 0, threads).hessian, one.hessian);
    EXPECT_EQ(ParetoLikelihood(table)(weights, at, threads).hessian, pareto.hessian);
  }
}

TEST(PurchaseCurve, AgreesWithTheExactExpectation) {
  std::vector<double> age;
  for (int i = 0; i < 500; ++i) age.push_back(0.3 * i);
  std::vector<double> got(age.size());
  for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
    for (const double a : {1e-6, 0.2, 0.79, 1.0, 5.0, 400.0}) {
      for (const std::uint32_t x : {0u, 1u, 12u, 300u}) {
        const PurchaseModel model{
            .family = family, .r = 0.3, .alpha = 4.0, .dropout_shape = a, .dropout_scale = 2.4};
        const PurchaseCurve curve(model, x, age.front(), 260.0, 100000);
        for (const double time : {1.0, 52.0, 260.0}) {
          curve.evaluate(age, time, got);
          for (std::size_t i = 0; i < age.size(); i += 37) {
            const double exact = expected_purchases_if_alive(model, {x, 0, age[i]}, time);
            EXPECT_LT(relative(got[i], exact), 1e-10) << a << ' ' << x << ' ' << time;
          }
        }
      }
    }
  }
}

TEST(PurchaseModel, OneTimeBuyersMayHaveLeftUnderMbgOnly) {
  PurchaseModel model{.r = 0.25, .alpha = 4.4, .dropout_shape = 0.8, .dropout_scale = 2.4};
  EXPECT_EQ(probability_alive(model, {0, 0, 30}), 1.0);
  model.family = Family::mbg_nbd;
  const double alive = probability_alive(model, {0, 0, 30});
  EXPECT_GT(alive, 0.0);
  EXPECT_LT(alive, 1.0);
  EXPECT_GT(alive, probability_alive(model, {0, 0, 60}));
}

TEST(PurchaseModel, LimitsAreRatesTimesTime) {
  const PurchaseModel nbd{.limit = LimitCase::no_dropout, .r = 0.5, .alpha = 10};
  EXPECT_DOUBLE_EQ(expected_purchases(nbd, {3, 20, 25}, 7), 3.5 / 35 * 7);
  const PurchaseModel none{.limit = LimitCase::no_repeats, .r = 0, .alpha = 1};
  EXPECT_EQ(expected_purchases(none, {0, 0, 25}, 7), 0.0);
  EXPECT_EQ(probability_alive(none, {0, 0, 25}), 1.0);
}

}  // namespace
}  // namespace clientele::lifetime
