#include "models/forecast/theta.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

const std::pair<std::string, ThetaKind> kKinds[] = {
    {"STM", ThetaKind::standard}, {"OTM", ThetaKind::optimised}, {"DOTM", ThetaKind::dynamic}};

TEST(Theta, FitsAtLeastAsWellAsStatsforecast) {
  for (const std::string name : {"air", "daily", "level"}) {
    for (const auto& [code, kind] : kKinds) {
      const std::string key = name + ".theta." + code;
      const ThetaModel model = fit_theta(reference(name + ".y"), 1, kind);
      EXPECT_LT(model.sum_of_squares, reference(key + ".squares")[0] * (1 + 1e-7)) << key;
    }
  }
}

TEST(Theta, ContinuesTheStatesOfStatsforecast) {
  for (const std::string name : {"air", "daily", "level"}) {
    for (const auto& [code, kind] : kKinds) {
      const std::string key = name + ".theta." + code;
      const std::vector<double>& state = reference(key + ".state");
      ThetaModel model;
      model.kind = kind;
      model.alpha = reference(key + ".par")[1];
      model.weight = 1 - 1 / reference(key + ".par")[2];
      model.level = state[0];
      model.mean = state[1];
      model.intercept = state[2];
      model.slope = state[3];
      model.size = reference(name + ".y").size();
      const Forecast ours = predict(model, 12);
      for (std::size_t h = 0; h < 12; ++h) {
        EXPECT_NEAR(ours.mean[h] / reference(key + ".mean")[h], 1, 1e-8) << key << h;
      }
    }
  }
}

TEST(Theta, FindsTheSeasonAndPutsItBack) {
  const std::vector<double>& y = reference("air.y");
  EXPECT_TRUE(has_season(y, 12));
  const ThetaModel model = fit_theta(y, 12);
  EXPECT_EQ(model.season, Seasonality::multiplicative);
  const Forecast ours = predict(model, 12);
  EXPECT_GT(ours.mean[6], 1.2 * ours.mean[10]);  // July against November
  EXPECT_EQ(fit_theta(reference("level.y"), 12).season, Seasonality::none);
}

TEST(Theta, ErrorsSpreadAsASurpriseDoes) {
  const ThetaModel model = fit_theta(reference("level.y"), 1);
  const Forecast ours = predict(model, 10);
  EXPECT_DOUBLE_EQ(ours.response[0], 1);
  EXPECT_NEAR(ours.sigma[0], std::sqrt(model.sigma2), 1e-12);
  for (std::size_t h = 1; h < 10; ++h) EXPECT_GT(ours.sigma[h], ours.sigma[h - 1]);
}

TEST(Theta, TakesEveryLengthAndConstants) {
  std::vector<double> y;
  for (std::size_t n = 1; n <= 30; ++n) {
    y.push_back(static_cast<double>(n * n % 11));
    const Forecast forecast = predict(fit_theta(y, 7), 10);
    EXPECT_TRUE(std::isfinite(forecast.mean[9])) << n;
    EXPECT_TRUE(std::isfinite(forecast.sigma[9])) << n;
  }
  EXPECT_DOUBLE_EQ(predict(fit_theta(std::vector<double>(20, 3.0), 7), 4).mean[3], 3.0);
  EXPECT_DOUBLE_EQ(predict(fit_theta(std::vector<double>(20, 0.0), 7), 4).mean[3], 0.0);
}

}  // namespace
}  // namespace clientele::forecast
