#include "models/forecast/ces.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

const std::pair<std::string, CesForm> kForms[] = {
    {"N", CesForm::none}, {"S", CesForm::simple}, {"P", CesForm::partial}, {"F", CesForm::full}};

TEST(Ces, ContinuesTheStatesOfStatsforecast) {
  for (const auto& [code, form] : kForms) {
    const std::string key = "daily.ces." + code;
    const std::vector<double>& par = reference(key + ".par");
    CesModel model;
    model.form = form;
    model.period = form == CesForm::none ? 1 : 7;
    model.a0 = par[0];
    model.a1 = par[1];
    model.b0 = par[2];
    model.b1 = par[3];
    model.last.level = reference(key + ".state0");
    model.last.potential = reference(key + ".state1");
    if (form == CesForm::partial || form == CesForm::full) {
      model.last.level = {model.last.level.back()};
      model.last.potential = {model.last.potential.back()};
      model.last.season = reference(key + ".state2");
    }
    if (form == CesForm::full) model.last.season_potential = reference(key + ".state3");
    const Forecast ours = predict(model, 12);
    for (std::size_t h = 0; h < 12; ++h) {
      EXPECT_NEAR(ours.mean[h] / reference(key + ".mean")[h], 1, 1e-5) << code << h;
    }
  }
}

TEST(Ces, FitsAboutAsWellAsStatsforecast) {
  // The starts are backcast in slightly different ways, so that neither is always ahead.
  for (const auto& [code, form] : kForms) {
    const CesModel model = fit_ces(reference("daily.y"), 7, form);
    double squares = 0;
    for (std::size_t t = 0; t < 90; ++t) {
      squares += std::pow(reference("daily.y")[t] - model.fitted[t], 2);
    }
    EXPECT_LT(squares, 1.1 * reference("daily.ces." + code + ".squares")[0]) << code;
  }
}

TEST(Ces, PrefersASeasonWhereThereIsOne) {
  EXPECT_NE(auto_ces(reference("air.y"), 12).form, CesForm::none);
  EXPECT_EQ(auto_ces(reference("level.y"), 12).form, CesForm::none);
}

TEST(Ces, TakesEveryLengthAndConstants) {
  std::vector<double> y;
  for (std::size_t n = 1; n <= 30; ++n) {
    y.push_back(static_cast<double>(5 + n * n % 11));
    const Forecast forecast = predict(auto_ces(y, 7), 10);
    EXPECT_TRUE(std::isfinite(forecast.mean[9])) << n;
    EXPECT_TRUE(std::isfinite(forecast.sigma[9])) << n;
  }
  EXPECT_NEAR(predict(auto_ces(std::vector<double>(40, 3.0), 7), 4).mean[3], 3.0, 0.01);
  EXPECT_NEAR(predict(auto_ces(std::vector<double>(40, 0.0), 7), 4).mean[3], 0.0, 1e-9);
}

}  // namespace
}  // namespace clientele::forecast
