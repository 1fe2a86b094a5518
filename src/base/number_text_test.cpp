#include "base/number_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/rng.hpp"

namespace clientele {
namespace {

std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string written(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  for (const double value : {1.0, 0.1, 0.001, 0.0001, 0.3, 12.345, 1e4, 1e5, 123400000.0, 1e12,
                             999999999999.999, 1e12 - 0.5, 0.1 + 0.2, 1e22, 5e-324, 1e308}) {
    EXPECT_EQ(written(value), shortest(value));
    EXPECT_EQ(written(-value), shortest(-value));
  }
  EXPECT_EQ(written(0.0), "0");
  EXPECT_EQ(written(-0.0), "0");
  Rng rng(7);
  for (int i = 0; i < 200'000; ++i) {
    const double scale = std::pow(10.0, static_cast<double>(rng.below(16)));
    const double decimals = std::pow(10.0, static_cast<double>(rng.below(6)));
    const double value = std::round(rng.uniform() * scale * decimals) / decimals;
    EXPECT_EQ(written(value), value == 0 ? "0" : shortest(value));
    const double any = std::bit_cast<double>(rng.next());
    if (std::isfinite(any) && any != 0) {
      EXPECT_EQ(written(any), shortest(any));
    }
  }
}

TEST(NumberText, RoundsHalfAwayFromZeroAndDropsZeros) {
  const auto rounded_text = [](double value, int digits) {
    std::string text;
    append_rounded(text, value, digits);
    return text;
  };
  EXPECT_EQ(rounded_text(2.5, 0), "3");
  EXPECT_EQ(rounded_text(-2.5, 0), "-3");
  EXPECT_EQ(rounded_text(0.125, 2), "0.13");
  EXPECT_EQ(rounded_text(-0.004, 2), "0");
  EXPECT_EQ(rounded_text(12.50, 2), "12.5");
  EXPECT_EQ(rounded_text(1200, 2), "1200");
}

}  // namespace
}  // namespace clientele
