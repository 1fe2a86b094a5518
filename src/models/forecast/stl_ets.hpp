// STL-ETS: the series without its seasons by exponential smoothing, the last cycles of the seasons
// repeated. Seasons by STL, several by MSTL; those that the series does not hold twice are left
// out. The error of a step is that of the smoothing; the seasons count as known.
// Degenerate cases: without a season it is ETS on the series.
// Source: Hyndman, Athanasopoulos, "Forecasting: principles and practice", 3.6 and 12.1.
// Complexity: that of mstl() and auto_ets().
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/forecast/ets.hpp"

namespace clientele::forecast {

struct StlEtsModel {
  std::vector<std::size_t> periods;         // those used, ascending
  std::vector<std::vector<double>> cycles;  // the last cycle of each, in the order of use
  std::vector<double> strengths;            // of each season, 0-1
  EtsModel remainder;                       // of the series without its seasons
  std::vector<double> fitted;
};

// Requires: finite y, y.size() >= 1, periods > 1 (rounded to whole steps).
StlEtsModel fit_stl_ets(std::span<const double> y, std::span<const double> periods);
Forecast predict(const StlEtsModel& model, std::size_t horizon);

}  // namespace clientele::forecast
