#include "models/trees/logistic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/rng.hpp"
#include "models/trees/sampling.hpp"

namespace clientele::trees {
namespace {

std::vector<double> margins() {
  std::vector<double> x{0, -0.0, 1e-12, 709, -709, 1e6, -1e6, 36.7, -36.7};
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) x.push_back(20 * rng.normal());
  return x;
}

TEST(Logistic, AgreesWithTheMathLibrary) {
  const std::vector<double> x = margins();
  std::vector<double> p(x.size());
  logistic(x, p);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = 1 / (1 + std::exp(-x[i]));
    EXPECT_NEAR(p[i], expected, 4e-16 + 4e-15 * expected) << x[i];
  }
}

TEST(Logistic, LossAgreesWithTheMathLibrary) {
  const std::vector<double> x = margins();
  std::vector<double> y(x.size()), w(x.size());
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] = static_cast<double>(i % 2);
    w[i] = 1 + static_cast<double>(i % 3);
    sum += w[i] * (std::max(x[i], 0.0) + std::log1p(std::exp(-std::abs(x[i]))) - y[i] * x[i]);
    weights += w[i];
  }
  EXPECT_NEAR(logistic_loss(x, y, w), sum / weights, 1e-11 * sum / weights);
}

TEST(Logistic, GradientPairsAreRoundedGradientAndHessian) {
  const std::vector<double> margin{0.3, -1.2, 4, 0}, target{1, 0, 1, 0.25}, weight{1, 2, 0.5, 0};
  const GradientScale scale = gradient_scale(3.5, 3.5 / 4);
  std::vector<GradientPair> pairs(4);
  logistic_gradients(margin, target, weight, scale, pairs);
  for (std::size_t i = 0; i < 4; ++i) {
    const double p = 1 / (1 + std::exp(-margin[i]));
    EXPECT_NEAR(gradient_of(pairs[i]) / scale.gradient, weight[i] * (target[i] - p), 1e-8);
    EXPECT_NEAR(hessian_of(pairs[i]) / scale.hessian, weight[i] * p * (1 - p), 1e-8);
  }
}

TEST(Logistic, SumsOfPairsAreSumsOfBothParts) {
  Rng rng(3);
  GradientPair sum = 0;
  std::int64_t gradients = 0, hessians = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto g = static_cast<std::int64_t>(rng.below(2000000)) - 1000000;
    const auto h = static_cast<std::int64_t>(rng.below(1000000));
    sum += g * (std::int64_t{1} << 32) + h;
    gradients += g;
    hessians += h;
  }
  EXPECT_EQ(gradient_of(sum), gradients);
  EXPECT_EQ(hessian_of(sum), hessians);
}

TEST(Logistic, ScalesOfDegenerateSumsAreUsable) {
  const GradientScale scale = gradient_scale(0, 1e-320);
  EXPECT_EQ(scale.gradient, 1);
  EXPECT_TRUE(std::isfinite(scale.hessian));
}

TEST(Sampling, BulkWordsAreThoseOfTheCounterBasedGenerator) {
  std::vector<std::uint32_t> words(333);
  fill_random_words(42, 7, words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(words[i], Rng::philox(42, 7, i / 4)[i % 4]) << i;
  }
  WordStream stream(42, 7);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(stream.next(), words[i]);
  for (int i = 300; i < 1000; ++i) ASSERT_EQ(stream.next(), Rng::philox(42, 7, i / 4)[i % 4]);
}

TEST(Sampling, DrawsWithoutReplacement) {
  WordStream words(1, 1);
  std::vector<int> first(10);
  for (int repeat = 0; repeat < 10000; ++repeat) {
    std::vector<std::uint16_t> items{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    draw_to_front(items, 3, words);
    ++first[items[0]];
    std::sort(items.begin(), items.end());
    for (std::uint16_t i = 0; i < 10; ++i) ASSERT_EQ(items[i], i);
  }
  for (const int count : first) EXPECT_NEAR(count, 1000, 130);
}

}  // namespace
}  // namespace clientele::trees
