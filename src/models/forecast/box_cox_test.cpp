#include "models/forecast/box_cox.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "models/forecast/ensemble.hpp"
#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

TEST(BoxCox, GuerrerosPowerIsThatOfR) {
  const std::vector<double>& air = reference("air.y");
  EXPECT_NEAR(guerrero_power(air, 12, -1, 2), reference("air.guerrero")[0], 1e-4);
  EXPECT_NEAR(guerrero_power(air, 12, 0, 1), 0, 1e-4);
}

std::vector<double> noisy(bool grows) {
  Rng rng(7, 1);
  std::vector<double> y;
  for (std::size_t t = 0; t < 210; ++t) {
    const double level = 100 * std::exp(0.01 * static_cast<double>(t));
    const double season = 0.2 * std::sin(0.9 * static_cast<double>(t % 7)) + 0.05 * rng.normal();
    y.push_back(level + (grows ? level : 100) * season);
  }
  return y;
}

TEST(BoxCox, IsTriedOnlyWhereTheSpreadGrowsWithTheLevel) {
  EXPECT_LT(promising_power(noisy(true), 7), 0.3);
  EXPECT_EQ(promising_power(noisy(false), 7), 1);
  std::vector<double> with_zero = noisy(true);
  with_zero[50] = 0;
  EXPECT_EQ(promising_power(with_zero, 7), 1);
  EXPECT_EQ(promising_power(std::vector<double>(100, 5.0), 7), 1);
  EXPECT_EQ(promising_power(std::vector<double>{1, 2, 3}, 7), 1);
}

TEST(BoxCox, AForecastComesBackWithTheMeanOfALognormal) {
  const Forecast back = inverse_box_cox({{2.0}, {0.3}, {1.0}, {1.5}}, 0);
  EXPECT_NEAR(back.mean[0], std::exp(2.0) * (1 + 0.045), 1e-12);
  EXPECT_NEAR(back.sigma[0], 0.3 * std::exp(2.0), 1e-12);
  EXPECT_NEAR(back.fitted[0], std::exp(1.5), 1e-12);
}

TEST(BoxCox, FoldsOfGrowingSalesAreForTheTransform) {
  EXPECT_LT(validated_power(noisy(true), 7, 28), 1);
  EXPECT_EQ(validated_power(noisy(false), 7, 28), 1);
}

}  // namespace
}  // namespace clientele::forecast
