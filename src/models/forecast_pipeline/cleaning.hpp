// Outliers, closures and shifts of the level in a daily series.
// Expected value of a day: running median over five weeks times the weekday's median ratio to it.
// Outlier: a residual beyond 4 robust standard deviations (1.4826 MAD) of the series and of the
// 56 days around it, and beyond a quarter of what was expected. Level shift: between the means of
// the seven weeks before and after a day, a difference of at least a fifth of the larger and of 6
// standard errors; of neighbouring candidates the clearest is kept. Degenerate cases: fewer than 21
// values, or a residual spread of 0, have no outliers; fewer than 14 weeks no shifts. Source:
// Hampel (1974); Hyndman, Athanasopoulos, "Forecasting: principles and practice", 13.9. Complexity:
// O(n w log w), w = 35.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clientele::forecast_pipeline {

struct Outlier {
  std::size_t index;
  double value;
  double expected;
  double lower, upper;  // what is not unusual
};

// What is unusual lies beyond so many times the median size of what is left unexplained.
inline constexpr double kUsualReach = 4 * 1.4826;

// What the weeks around each day let expect of it. `phase[t]` in [0, 7): the weekday.
// Requires: phase.size() == y.size().
std::vector<double> expected_values(std::span<const double> y, std::span<const std::uint8_t> phase);

// `expected`: of expected_values(). Days with `exempt[t]` (empty: none) have a known cause and are
// never outliers. Requires: expected.size() == y.size().
std::vector<Outlier> find_outliers(std::span<const double> y, std::span<const double> expected,
                                   std::span<const std::uint8_t> exempt);

// A day of 0 that is a closure (feasts, holidays of the shop), not a lack of demand.
struct Closure {
  std::size_t index;
  double expected;
};

// The days of 0, without those of `exempt`, where zeros are rare (at most 15 % of the days) and
// stand apart: fewer than half as many days lie between 0 and 0.4 of what was expected. Empty
// otherwise, and for less than eight weeks of values. Arguments as of find_outliers().
std::vector<Closure> find_closures(std::span<const double> y, std::span<const double> expected,
                                   std::span<const std::uint8_t> exempt);

// y with every outlier moved to the nearest usual value.
std::vector<double> winsorised(std::span<const double> y, std::span<const Outlier> outliers);

struct LevelShift {
  std::size_t index;  // the first day of the new level
  double before, after;
};

// `week` days make a week of the series.
std::vector<LevelShift> find_level_shifts(std::span<const double> y, std::size_t week);

}  // namespace clientele::forecast_pipeline
