#include "models/lifetime/newton.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace clientele::lifetime {
namespace {

TEST(SymmetricSpectrum, RecomposesTheMatrix) {
  Matrix m;
  const double upper[4][4] = {{4, 1, -2, 0.5}, {0, 3, 1e-3, 7}, {0, 0, -5, 1}, {0, 0, 0, 1e6}};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i; j < 4; ++j) m(i, j) = upper[i][j];
  }
  m.mirror();
  const Spectrum parts = spectrum(m, 4);
  const Matrix again = recomposed(parts, parts.values, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(again(i, j), m(i, j), 1e-9) << i << j;
  }
}

// Eigenvalues 1e-8 and about 1e8 of a scaled 2 x 2 matrix: det = 1, trace = 1e8 + 2e-8.
TEST(SymmetricSpectrum, KeepsSmallEigenvaluesOfScaledMatrices) {
  Matrix m;
  m(0, 0) = 2e-8;
  m(0, 1) = m(1, 0) = 1.0;
  m(1, 1) = 1e8;
  const Spectrum parts = spectrum(m, 2);
  const double small = std::min(parts.values[0], parts.values[1]);
  EXPECT_NEAR(small / 1e-8, 1.0, 1e-12);
}

// A concave function of two coordinates whose top (1, 2) may lie outside the box.
Curve hill(const Vector& at) {
  Curve curve;
  const double x = at[0] - 1, y = at[1] - 2;
  curve.value = -std::cosh(x) - x * y / 2 - y * y;
  curve.gradient = {-std::sinh(x) - y / 2, -x / 2 - 2 * y};
  curve.hessian(0, 0) = -std::cosh(x);
  curve.hessian(0, 1) = curve.hessian(1, 0) = -0.5;
  curve.hessian(1, 1) = -2;
  return curve;
}

TEST(Newton, FindsTheTopAndItsCurvature) {
  const Maximum top = maximise(hill, 2, {-4, 9}, {{-10, -10}, {10, 10}});
  EXPECT_TRUE(top.converged);
  EXPECT_TRUE(top.inside());
  EXPECT_NEAR(top.point[0], 1, 1e-6);
  EXPECT_NEAR(top.point[1], 2, 1e-6);
  const auto covariance = top.covariance();
  ASSERT_TRUE(covariance);
  EXPECT_NEAR((*covariance)(0, 0), 2 / 1.75, 1e-6);
  EXPECT_NEAR((*covariance)(0, 1), -0.5 / 1.75, 1e-6);
}

TEST(Newton, HoldsWhatItsBoundStops) {
  const Maximum top = maximise(hill, 2, {-4, 0}, {{-10, -10}, {10, 1}});
  EXPECT_TRUE(top.converged);
  EXPECT_FALSE(top.inside());
  EXPECT_EQ(top.point[1], 1.0);
  EXPECT_NEAR(std::sinh(top.point[0] - 1), 0.5, 1e-6);
  EXPECT_EQ((*top.covariance())(1, 1), 0.0);
}

TEST(Newton, ARoughSearchEndsNearTheTopWithFewerEvaluations) {
  const Box box{{-10, -10}, {10, 10}};
  const Maximum rough = maximise_roughly(hill, 2, {-4, 9}, box);
  EXPECT_LT(rough.evaluations, maximise(hill, 2, {-4, 9}, box).evaluations);
  EXPECT_NEAR(rough.point[0], 1, 0.01);
  EXPECT_NEAR(rough.point[1], 2, 0.01);
  EXPECT_NEAR(rough.curve.value, -1, 1e-3);
}

}  // namespace
}  // namespace clientele::lifetime
