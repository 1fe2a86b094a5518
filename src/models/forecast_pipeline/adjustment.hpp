// From a daily history to the series that the models see, and back.
// Taken off: closed weekdays, outliers (winsorised), closures (at what was expected), effects of
// holidays and of the caller's own columns, the yearly pattern. What remains is one value an open
// day with a season of one week. What outliers and closures changed on average is given back to all
// days ahead, the more surely the more of them there were: large orders on no particular day are
// part of the expected total. All of it is learnt from the days before `origin` alone, so that
// folds are honest. Complexity: O(n).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/forecast/forecast.hpp"
#include "models/forecast_pipeline/calendar_effects.hpp"
#include "models/forecast_pipeline/cleaning.hpp"
#include "models/forecast_pipeline/daily_series.hpp"
#include "models/forecast_pipeline/open_days.hpp"

namespace clientele::forecast_pipeline {

// Models see at most so many open days: three years and a bit hold every week-long pattern.
inline constexpr std::size_t kMostFittedDays = 1120;

struct Adjusted {
  Date first_day;                       // day 0
  std::size_t origin = 0, horizon = 0;  // in calendar days
  OpenWeek week;
  std::vector<std::uint32_t> days;  // open days of [0, origin + horizon)
  std::size_t past = 0;             // how many of `days` lie before origin
  std::vector<std::uint8_t> phase;  // weekday of each of `days`
  std::size_t period = 1;           // open days a week

  std::vector<double> usual;      // past open days, winsorised, closures filled
  std::vector<double> values;     // past open days, fully adjusted
  std::vector<double> year;       // factor of each of `days`; empty = none
  CalendarEffects effects;        // of each of `days`
  double power = 1;               // of Box and Cox: ETS, ARIMA, CES and Theta see the transform
  double unusual = 1;             // what outliers and closures do to the mean, as a factor
  std::vector<Outlier> outliers;  // indices into the past open days
  std::vector<Closure> closures;  // likewise

  // The newest part of `values`, which models are fitted to.
  std::span<const double> fitted_values() const;
  std::size_t skipped() const { return past - fitted_values().size(); }
  std::size_t open_ahead() const { return days.size() - past; }
};

// Where the yearly pattern comes from. `pool` is the total of related series, from which the
// pattern of a young series is learnt, and half of that of an older one; nullptr if there is none.
struct YearSource {
  bool use = false;
  const DailySeries* pool = nullptr;
};

// Requires: 0 < origin, origin + horizon days are known wherever `known` has columns.
Adjusted adjust(const DailySeries& series, const KnownDays& known, std::size_t origin,
                std::size_t horizon, const YearSource& year);

// Takes the yearly pattern off as well, where there is one. Requires: adjusted without it.
void take_off_year(Adjusted& adjusted, const DailySeries* pool);

// What one open day ahead is worth: original = scale * adjusted.
// Requires: mean has open_ahead() values. Closed holidays have scale 0.
std::vector<double> restoring_scale(const Adjusted& adjusted, std::span<const double> mean);

// A forecast of open days, in original units and at least 0, on every calendar day ahead.
std::vector<double> restore(const Adjusted& adjusted, std::span<const double> mean);

}  // namespace clientele::forecast_pipeline
