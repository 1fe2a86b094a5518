// Weekdays on which nothing is ever sold, and the series without them.
// A weekday is closed if its last 26 values (all, if there are fewer) are 0 and so many zeros would
// be no accident: (1 - p)^zeros < 0.001, p the share of other days with sales in those weeks.
// Degenerate cases: series of less than four weeks, or without any sale, have no closed weekday.
// Complexity: O(n).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/date.hpp"

namespace clientele::forecast_pipeline {

struct OpenWeek {
  std::array<bool, 7> open{true, true, true, true, true, true, true};  // from Monday

  std::size_t days() const;
};

OpenWeek open_week(Date first, std::span<const double> values);

// Indices in [begin, end) of the days that are open, day 0 being `first`.
std::vector<std::uint32_t> open_days(const OpenWeek& week, Date first, std::size_t begin,
                                     std::size_t end);

}  // namespace clientele::forecast_pipeline
