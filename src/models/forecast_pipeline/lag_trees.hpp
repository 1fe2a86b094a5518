// Random forest and gradient boosting on lags and calendar features.
// One model for all horizons ("direct"): no recursion, hence no drift. A row is a pair of an origin
// o and a target day t > o:
//   target  y_t / level_o over its mean, level_o the mean of the four weeks before o (two of short
//   series)
//   features  weekday, day of the month, short against long level, the weekday's last value and its
//   means of the last 4 and 8 weeks (all over level_o), holiday, the caller's columns
// Trees cannot extrapolate; dividing by the level lets them follow it. How the level moves on
// average is left out (the mean of the targets, and the distance as a feature): a year holds six
// spans of two months, and trees took the growth of one summer for the rule. Every target day
// serves with two distances drawn from (seed, t). Degenerate cases: fewer than four weeks, or no
// sale in the last ones, give an empty forecast. Complexity: O(rows features depth trees), at most
// 800 rows.
#pragma once

#include "models/forecast/forecast.hpp"
#include "models/forecast_pipeline/candidates.hpp"

namespace clientele::forecast_pipeline {

forecast::Forecast lag_trees(const CandidateInput& input, bool forest);

}  // namespace clientele::forecast_pipeline
