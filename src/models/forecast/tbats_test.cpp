#include "models/forecast/tbats.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/forecast/box_cox.hpp"
#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

// R leaves the first states where the first parameters put them; ours are optimised.
TEST(Tbats, AicIsAtLeastAsLowAsThatOfR) {
  for (const auto& [name, period] : {std::pair{"air", 12.0}, {"daily", 7.0}, {"level", 1.0}}) {
    const std::string key(name);
    const std::vector<double> periods{period};
    const TbatsModel model = auto_tbats(reference(key + ".y"), periods);
    EXPECT_LE(model.aic, reference(key + ".tbats.best")[0] + 0.01) << name_of(model);
    const Forecast forecast = predict(model, 20);
    double error = 0, size = 0;
    for (std::size_t h = 0; h < 20; ++h) {
      error += std::abs(forecast.mean[h] - reference(key + ".tbats.mean")[h]);
      size += reference(key + ".tbats.mean")[h];
    }
    EXPECT_LT(error / size, 0.05) << name_of(model);
  }
}

TEST(Tbats, FindsTwoSeasonsOneOfThemNotWhole) {
  std::vector<double> y;
  Rng rng(4);
  for (int t = 0; t < 800; ++t) {
    y.push_back(300 + 40 * std::sin(2 * M_PI * t / 7) + 80 * std::cos(2 * M_PI * t / 365.25) +
                5 * rng.normal());
  }
  const std::vector<double> periods{7, 365.25};
  const TbatsModel model = auto_tbats(std::span(y).first(770), periods);
  const Forecast forecast = predict(model, 30);
  double squares = 0;
  for (std::size_t h = 0; h < 30; ++h) squares += std::pow(y[770 + h] - forecast.mean[h], 2) / 30;
  EXPECT_LT(std::sqrt(squares), 7) << name_of(model);
  EXPECT_EQ(model.form.seasons.size(), 2u);
}

TEST(Tbats, LeavesNoSeriesOut) {
  const std::vector<double> periods{7};
  for (const std::vector<double>& y : {std::vector<double>{3},
                                       {3, 4},
                                       std::vector<double>(30, 0.0),
                                       std::vector<double>(90, 5.0),
                                       {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0},
                                       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}) {
    const Forecast forecast = predict(auto_tbats(y, periods), 5);
    for (std::size_t h = 0; h < 5; ++h) {
      EXPECT_TRUE(std::isfinite(forecast.mean[h]) && std::isfinite(forecast.sigma[h]));
    }
    EXPECT_EQ(forecast.fitted.size(), y.size());
  }
}

TEST(Tbats, OfLongSeriesTheNewestPartIsModelled) {
  std::vector<double> y;
  Rng rng(9);
  for (int t = 0; t < 6000; ++t) y.push_back(t % 7 == 0 ? 50 : 90 + rng.normal());
  const std::vector<double> periods{7};
  for (const double first : {90.0, 0.0}) {
    y[0] = first;
    const TbatsModel model = auto_tbats(y, periods);
    ASSERT_EQ(model.fitted.size(), y.size());
    EXPECT_NEAR(model.fitted[3000], y[3000], 5);
    const Forecast forecast = predict(model, 7);
    for (std::size_t h = 0; h < 7; ++h)
      EXPECT_NEAR(forecast.mean[h], (6000 + h) % 7 == 0 ? 50 : 90, 4);
  }
}

TEST(BoxCox, InverseAndBias) {
  for (const double lambda : {0.0, 0.3, 1.0}) {
    EXPECT_NEAR(inverse_box_cox(box_cox(7.5, lambda), lambda), 7.5, 1e-12);
  }
  EXPECT_NEAR(mean_of_inverse(1, 0.01, 0), std::exp(1) * 1.005, 1e-12);
  EXPECT_EQ(mean_of_inverse(4, 9, 1), 5);
}

}  // namespace
}  // namespace clientele::forecast
