#include "models/calibration/calibrator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/rng.hpp"

namespace clientele::calibration {
namespace {

struct Scores {
  std::vector<double> score, label;
  std::vector<std::uint8_t> fold;
};

// True log odds = slope times score + shift.
Scores draw(std::size_t n, double slope, double shift) {
  Scores made;
  Rng rng(9);
  for (std::size_t i = 0; i < n; ++i) {
    made.score.push_back(2 * rng.normal());
    const double p = 1 / (1 + std::exp(-slope * made.score.back() - shift));
    made.label.push_back(rng.uniform() < p ? 1 : 0);
    made.fold.push_back(static_cast<std::uint8_t>(i % 5));
  }
  return made;
}

TEST(Platt, RecoversSlopeAndIntercept) {
  const Scores data = draw(20000, 0.6, -0.5);
  const Calibrator fit = platt(data.score, data.label);
  EXPECT_NEAR(fit.slope, 0.6, 0.05);
  EXPECT_NEAR(fit.intercept, -0.5, 0.08);
}

TEST(Platt, StaysFiniteForSeparableAndUselessScores) {
  const std::array scores{-3.0, -2.0, 2.0, 3.0};
  const Calibrator split = platt(scores, std::array{0.0, 0.0, 1.0, 1.0});
  EXPECT_GT(split(3), 0.5);
  EXPECT_LT(split(3), 0.95);
  const Calibrator turned = platt(scores, std::array{1.0, 1.0, 0.0, 0.0});
  EXPECT_EQ(turned(-3), turned(3)) << "a score that ranks the wrong way is not turned round";
  const Calibrator one_class = platt(scores, std::array{1.0, 1.0, 1.0, 1.0});
  EXPECT_NEAR(one_class(0), 5.0 / 6, 0.1);
}

TEST(Isotonic, PoolsViolatorsAndJoinsTheSteps) {
  const std::array scores{1.0, 2.0, 3.0, 4.0, 5.0};
  const Calibrator fit = isotonic(scores, std::array{0.0, 1.0, 0.0, 1.0, 1.0});
  EXPECT_NEAR(fit(2.5), 0.5, 1e-12);
  EXPECT_LT(fit(1), 1e-5);
  EXPECT_GT(fit(9), 1 - 1e-5);
  double before = 0;
  for (double x = 0; x < 6; x += 0.1) {
    EXPECT_GE(fit(x), before);
    before = fit(x);
  }
}

TEST(Learn, TakesPlattForFewRowsAndWhereItFits) {
  const Scores few = draw(500, 1, 0);
  EXPECT_EQ(learn(few.score, few.label, few.fold).method, Method::platt);
  Scores bent = draw(20000, 1, 0);
  Rng rng(3);
  for (std::size_t i = 0; i < bent.score.size(); ++i) {
    const double p = bent.score[i] < 0 ? 0.1 : (bent.score[i] < 2 ? 0.15 : 0.9);
    bent.label[i] = rng.uniform() < p ? 1 : 0;
  }
  EXPECT_EQ(learn(bent.score, bent.label, bent.fold).method, Method::isotonic);
}

}  // namespace
}  // namespace clientele::calibration
