// What holidays and the caller's own columns do to a day, as a share of the level around it.
//   y_t / level_t = weekday + sum_k b_k x_tk + noise
// level_t: mean of the four weeks around t, without days that carry an event. Columns of numbers
// enter as deviations from their own such level and act as deviations from their mean of the last
// 28 days. b by ridge regression on standardised columns, days beyond 4 robust standard deviations
// moved there (Huber (1981), "Robust statistics", 7.8); columns whose t value stays below their
// least one are taken out one by one and have no effect. A holiday that is seen once counts as the
// average holiday (shrunk by one pseudo-observation); one on which nothing was ever sold is closed,
// its effect -1. Degenerate cases: fewer than 28 values, a level of 0 or constant columns have no
// effects. Complexity: O(n k^2 + k^3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clientele::forecast_pipeline {

// Facts about every day of the past and the future, from the first day of the series on.
struct KnownDays {
  struct Column {
    std::string name;
    bool is_flag = false;        // only 0 and 1 occur
    std::vector<double> values;  // one a day
    double least_t = 2.5;        // of an effect that is used
  };
  std::vector<std::uint16_t> holiday;  // 0 = none, else 1 + index into holiday_names; may be empty
  std::vector<std::string> holiday_names;
  std::vector<Column> columns;
};

struct ColumnEffect {
  std::string name;
  bool used = false;
  bool is_flag = false;
  double effect = 0;  // share of the level: of the flag, or of one unit more
  double standard_error = 0;
  double least_t = 2.5;
  std::size_t days = 0;  // on which it is not 0
};

struct HolidayEffect {
  std::string name;
  double effect = 0;
  bool closed = false;
  std::size_t days = 0;  // observed
};

struct CalendarEffects {
  std::vector<ColumnEffect> columns;    // in the order given
  std::vector<HolidayEffect> holidays;  // one a name, those that were observed
  std::vector<double> relative;         // per day that was asked for: sum of the effects in force
  std::vector<std::uint8_t> closed;     // per day that was asked for
};

// `y` are the values of the days `past`; effects are given for all of `days` (past and ahead,
// indices into `known`). Requires: phase[d] in [0, 7) for every entry of `days`, of which the first
// y.size() are the past.
CalendarEffects calendar_effects(std::span<const double> y, std::span<const std::uint32_t> days,
                                 std::span<const std::uint8_t> phase, const KnownDays& known);

// Centred means over `window` values, shorter at the ends; entries with skip[t] != 0 do not count.
std::vector<double> local_level(std::span<const double> y, std::size_t window,
                                std::span<const std::uint8_t> skip);

}  // namespace clientele::forecast_pipeline
