#include "models/forecast/prophet.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/forecast/lasso.hpp"
#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

ProphetOptions options_of(std::size_t n) {
  ProphetOptions options;
  if (n > 700) options.seasons.push_back({365.25, 10});
  options.seasons.push_back({7, 3});
  return options;
}

std::vector<std::vector<double>> column(const std::vector<double>& x, std::size_t from,
                                        std::size_t count) {
  const auto first = x.begin() + static_cast<std::ptrdiff_t>(from);
  return {std::vector<double>(first, first + static_cast<std::ptrdiff_t>(count))};
}

TEST(Lasso, SolvesAOneDimensionalAndACorrelatedProblem) {
  std::vector<double> x{0};
  minimise_lasso(std::vector<double>{2}, std::vector<double>{5}, 1, x);
  EXPECT_NEAR(x[0], 2, 1e-9);
  minimise_lasso(std::vector<double>{2}, std::vector<double>{0.5}, 1, x);
  EXPECT_EQ(x[0], 0);
  const std::vector<double> h{2, 1.9, 1.9, 2}, c{3, -1};
  std::vector<double> pair{0, 0};
  minimise_lasso(h, c, 0.2, pair);
  for (std::size_t i = 0; i < 2; ++i) {  // the gradient vanishes
    const double slope = h[2 * i] * pair[0] + h[2 * i + 1] * pair[1] - c[i];
    EXPECT_NEAR(slope + (pair[i] > 0 ? 0.2 : -0.2), 0, 1e-9);
  }
}

// Stan stops short of the maximum (by 2 in the logarithm on "long"): ours must be as high or
// higher.
TEST(Prophet, ReachesTheMaximumOfThePosterior) {
  for (const char* name : {"tiny", "short", "long"}) {
    const std::string key = std::string("prophet.") + name;
    const std::vector<double>& y = reference(key + ".y");
    const std::vector<double>& x = reference(key + ".x");
    const auto past = column(x, 0, y.size()), future = column(x, y.size(), 30);
    const ProphetModel model = fit_prophet(y, options_of(y.size()), past);
    EXPECT_GE(model.log_posterior, reference(key + ".posterior")[0] - 1e-4) << name;
    EXPECT_LE(model.log_posterior, reference(key + ".posterior")[0] + 3) << name;
    EXPECT_NEAR(model.sigma / reference(key + ".kms")[2], 1, 0.006) << name;
    EXPECT_NEAR(model.effects[0] / reference(key + ".promotion")[0], 1, 0.01) << name;
    const Forecast forecast = predict(model, 30, future);
    const std::vector<double>& mean = reference(key + ".mean");
    for (std::size_t h = 0; h < 30; ++h) {
      EXPECT_NEAR(forecast.mean[h] / mean[h], 1, 0.004) << name << " " << h;
    }
    for (std::size_t t = 0; t < y.size(); ++t) {
      EXPECT_NEAR(model.fitted[t] / reference(key + ".fitted")[t], 1, 0.004) << name << " " << t;
    }
  }
}

TEST(Prophet, SimulatedErrorsHaveTheSpreadOfTheForecast) {
  const std::vector<double>& y = reference("prophet.short.y");
  const ProphetModel model = fit_prophet(y, options_of(y.size()));
  const Forecast forecast = predict(model, 60);
  double square = 0, mean = 0;
  constexpr int kPaths = 20000;
  for (std::uint64_t p = 0; p < kPaths; ++p) {
    Rng rng(5, p);
    std::vector<double> path(60);
    simulate_errors(model, rng, path);
    mean += path[59] / kPaths;
    square += path[59] * path[59] / kPaths;
  }
  EXPECT_NEAR(std::sqrt(square) / forecast.sigma[59], 1, 0.04);
  EXPECT_NEAR(mean / forecast.sigma[59], 0, 0.04);
}

TEST(Prophet, LeavesNoSeriesOut) {
  for (const std::vector<double>& y :
       {std::vector<double>{3}, {3, 4}, {0, 0, 0}, {5, 5, 5, 5}, {-1, -2, 4}}) {
    const Forecast forecast = predict(fit_prophet(y, {.seasons = {{7, 3}}}), 5);
    for (std::size_t h = 0; h < 5; ++h) {
      EXPECT_TRUE(std::isfinite(forecast.mean[h]) && std::isfinite(forecast.sigma[h]));
      EXPECT_TRUE(std::isfinite(forecast.response[h]));
    }
  }
  EXPECT_EQ(predict(fit_prophet(std::vector<double>(9, 0.0), {}), 3).mean[2], 0);
  EXPECT_NEAR(predict(fit_prophet(std::vector<double>(40, 7.0), {}), 3).mean[2], 7, 0.05);
}

TEST(Prophet, UsualSeasons) {
  const std::vector<double> periods{7, 365.25};
  EXPECT_EQ(usual_seasons(periods, 90).size(), 1u);
  EXPECT_EQ(usual_seasons(periods, 90)[0].harmonics, 3u);
  EXPECT_EQ(usual_seasons(periods, 730)[1].harmonics, 10u);
}

}  // namespace
}  // namespace clientele::forecast
