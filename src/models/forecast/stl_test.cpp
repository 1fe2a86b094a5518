#include "models/forecast/stl.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

TEST(Stl, IsThatOfR) {
  const std::pair<std::string, std::size_t> cases[] = {{"air", 12}, {"daily", 7}};
  for (const auto& [name, period] : cases) {
    for (const bool robust : {false, true}) {
      StlOptions options;
      options.robust_iterations = robust ? 3 : 0;
      const StlDecomposition parts = stl(reference(name + ".y"), period, options);
      const std::string key = name + (robust ? ".stl_robust" : ".stl");
      const std::vector<double>& season = reference(key + ".season");
      const std::vector<double>& trend = reference(key + ".trend");
      for (std::size_t t = 0; t < season.size(); ++t) {
        ASSERT_NEAR(parts.season[t], season[t], 1e-6) << key << t;
        ASSERT_NEAR(parts.trend[t], trend[t], 1e-6) << key << t;
      }
    }
  }
}

TEST(Mstl, SeparatesTwoSeasons) {
  std::vector<double> y, weekly, yearly;
  for (int t = 0; t < 730; ++t) {
    weekly.push_back(10 * std::sin(2 * std::numbers::pi * t / 7));
    yearly.push_back(30 * std::sin(2 * std::numbers::pi * t / 90));
    y.push_back(100 + 0.1 * t + weekly.back() + yearly.back());
  }
  const std::vector<std::size_t> periods = {90, 7, 400};
  const MstlDecomposition parts = mstl(y, periods);
  ASSERT_EQ(parts.periods, (std::vector<std::size_t>{7, 90}));
  for (std::size_t t = 100; t < 630; ++t) {
    EXPECT_NEAR(parts.seasons[0][t], weekly[t], 1.0);
    EXPECT_NEAR(parts.seasons[1][t], yearly[t], 3.0);
  }
  EXPECT_GT(seasonal_strength(parts.seasons[0], parts.remainder), 0.9);
}

TEST(Mstl, WithoutSeasonIsASmoothTrend) {
  std::vector<double> y;
  for (int t = 0; t < 40; ++t) y.push_back(2.0 * t);
  const MstlDecomposition parts = mstl(y, {});
  EXPECT_TRUE(parts.periods.empty());
  for (const double rest : parts.remainder) EXPECT_NEAR(rest, 0, 1e-9);
  EXPECT_TRUE(mstl(std::vector<double>{5}, {}).remainder[0] == 0);
}

}  // namespace
}  // namespace clientele::forecast
