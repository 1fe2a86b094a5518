// A yearly pattern learnt from little more than one year.
//   mean of week w = trend_w (1 + sum_k a_k cos(k d) + b_k sin(k d)), d = day of the year in
//   radians
// Six pairs at most, shrunk with a penalty that grows with k^2; trend: a line, fitted by turns with
// the pattern. The line and the pattern are told apart by the weeks that recur.
// Degenerate cases: fewer than 56 weeks, or no positive level, give no pattern (empty factors).
// Whether it is used is decided by validation (evaluation.hpp). Complexity: O(weeks k^2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/date.hpp"

namespace clientele::forecast_pipeline {

inline constexpr std::size_t kFewestDaysForYear = 392;

// Factors of the days `first` + 0 .. `first` + days - 1, mean 1 over a year, at least 0.05; learnt
// from `y`, the values of the first y.size() of them. Empty if there is nothing to learn from.
std::vector<double> yearly_factors(Date first, std::span<const double> y, std::size_t days);

}  // namespace clientele::forecast_pipeline
