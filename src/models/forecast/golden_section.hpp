// The least value of a function with one valley, by golden section.
// Every step keeps the better of two inner points, 0.618 of the interval and one new evaluation.
// Degenerate cases: of equal values the left one is kept; a function with several valleys gives one
// of them. Source: Kiefer (1953), "Sequential minimax search for a maximum".
// Complexity: log(width / tolerance) / 0.48 evaluations.
#pragma once

namespace clientele::forecast {

// The middle of the last interval, which is no wider than `tolerance`. Requires: low <= high,
// tolerance > 0.
template <typename Function>
double golden_section(const Function& cost, double low, double high, double tolerance) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = cost(left), at_right = cost(right);
  while (high - low > tolerance) {
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = cost(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = cost(right);
    }
  }
  return (low + high) / 2;
}

}  // namespace clientele::forecast
