// Observations in any order to one value a day.
// Values of one date are summed, days between the first and the last date without one are 0.
// Degenerate cases: no observation gives an empty series. Complexity: O(n log n + days).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/date.hpp"

namespace clientele::forecast_pipeline {

struct Observation {
  Date date;
  double value = 0;
};

// One value for each day from `first` on.
struct DailySeries {
  Date first;
  std::vector<double> values;

  std::size_t size() const { return values.size(); }
  Date day(std::size_t index) const { return first + static_cast<std::int32_t>(index); }
};

// Days without an observation, both ends included.
struct Gap {
  Date first;
  Date last;
};

struct Assembled {
  DailySeries series;
  std::vector<Gap> gaps;           // by date
  std::size_t missing_days = 0;    // in all gaps
  std::size_t repeated_dates = 0;  // observations beyond the first of their date
};

// Requires: the dates span a number of days that fits in memory.
Assembled assemble(std::span<const Observation> observations);

}  // namespace clientele::forecast_pipeline
