#include "numeric/quantile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "numeric/exact_sum.hpp"

namespace clientele {
namespace {

// Expected values: numpy.quantile (1.24).
TEST(Quantile, EqualsNumpy) {
  const std::vector<double> values{3.0, 109.0, 14.0, 15.0, 92.0, 65.0};
  EXPECT_DOUBLE_EQ(quantile_of(values, 0.0), 3.0);
  EXPECT_DOUBLE_EQ(quantile_of(values, 0.2), 14.0);
  EXPECT_DOUBLE_EQ(quantile_of(values, 0.5), 40.0);
  EXPECT_DOUBLE_EQ(quantile_of(values, 0.9), 100.5);
  EXPECT_DOUBLE_EQ(quantile_of(values, 1.0), 109.0);
  EXPECT_DOUBLE_EQ(quantile_of({7.0}, 0.3), 7.0);
}

TEST(ExactSum, DoesNotDependOnOrder) {
  std::vector<double> terms;
  for (int i = 1; i <= 2000; ++i) terms.push_back((i % 2 == 0 ? 1 : -1) * 1e10 / i + 0.1 * i);
  ExactSum forward, backward, left, right;
  for (const double term : terms) forward.add(term);
  std::reverse(terms.begin(), terms.end());
  for (const double term : terms) backward.add(term);
  for (std::size_t i = 0; i < terms.size(); ++i) (i < 700 ? left : right).add(terms[i]);
  left.merge(right);
  EXPECT_EQ(forward.value(), backward.value());
  EXPECT_EQ(forward.value(), left.value());
}

TEST(ExactSum, KeepsWhatPlainSumsLose) {
  ExactSum sum;
  for (const double term : std::array{1e16, 1.0, -1e16}) sum.add(term);
  EXPECT_EQ(sum.value(), 1.0);
}

}  // namespace
}  // namespace clientele
