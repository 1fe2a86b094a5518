#include "models/forecast/intermittent.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

double mean_of(IntermittentKind kind, const IntermittentOptions& options = {}) {
  return fit_intermittent(reference("demand.y"), kind, options).mean;
}

TEST(Intermittent, GivesTheForecastsOfStatsforecast) {
  EXPECT_NEAR(mean_of(IntermittentKind::croston, {.alpha = 0.1}), reference("demand.croston")[0],
              1e-8);
  EXPECT_NEAR(mean_of(IntermittentKind::croston), reference("demand.croston_optimised")[0], 1e-3);
  EXPECT_NEAR(mean_of(IntermittentKind::sba, {.alpha = 0.1}), reference("demand.sba")[0], 1e-8);
  EXPECT_NEAR(mean_of(IntermittentKind::tsb, {.alpha = 0.2, .alpha_probability = 0.1}),
              reference("demand.tsb")[0], 1e-8);
  EXPECT_NEAR(mean_of(IntermittentKind::adida), reference("demand.adida")[0], 1e-3);
  EXPECT_NEAR(mean_of(IntermittentKind::imapa), reference("demand.imapa")[0], 1e-3);
}

const IntermittentKind kAll[] = {IntermittentKind::croston, IntermittentKind::sba,
                                 IntermittentKind::tsb, IntermittentKind::adida,
                                 IntermittentKind::imapa};

TEST(Intermittent, NothingSoldIsForecastAsNothing) {
  for (const IntermittentKind kind : kAll) {
    const Forecast forecast = predict(fit_intermittent(std::vector<double>(20, 0.0), kind), 5);
    EXPECT_EQ(forecast.mean, std::vector<double>(5, 0.0));
    EXPECT_EQ(forecast.sigma, std::vector<double>(5, 0.0));
  }
}

TEST(Intermittent, DemandAtEveryStepIsItsMean) {
  for (const IntermittentKind kind :
       {IntermittentKind::croston, IntermittentKind::tsb, IntermittentKind::adida}) {
    EXPECT_NEAR(fit_intermittent(std::vector<double>(20, 3.0), kind).mean, 3, 1e-12);
  }
  for (const IntermittentKind kind : kAll) {
    EXPECT_GE(fit_intermittent(std::vector<double>{7}, kind).mean, 0);
  }
}

TEST(Intermittent, PathsKeepTheMeanAndTheZeros) {
  const IntermittentModel model = fit_intermittent(reference("demand.y"), IntermittentKind::tsb);
  Rng rng(1);
  const std::vector<double> path = simulate(model, 20000, rng);
  const double sum = std::accumulate(path.begin(), path.end(), 0.0);
  EXPECT_NEAR(sum / 20000 / model.mean, 1, 0.05);
  const auto zeros = static_cast<double>(std::count(path.begin(), path.end(), 0.0));
  EXPECT_NEAR(zeros / 20000, 1 - model.probability, 0.02);
}

}  // namespace
}  // namespace clientele::forecast
