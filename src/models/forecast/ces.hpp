// Complex exponential smoothing: one complex state in place of level and trend.
//   y_t = l_{t-1} (+ season) + e_t
//   l_t = l - (1 - a1) c + (a0 - a1) e,   c_t = l + (1 - a0) c + (a0 + a1) e
// Forms: none; simple (l and c of one season ago instead of one step); partial (an additive season
// s_t = s_{t-m} + b0 e beside them); full (a second complex state of lag m as season).
// Fit: least squares over the complex parameters within [.01, 1.9]; the start is backcast: a pass
// forth, one back, one forth. The form with the least AICc is taken, a
// seasonal pattern counting as m - 1 parameters.
// Degenerate cases: forms with a season need two periods; fewer than four values are continued by
// their mean. Source: Svetunkov, Kourentzes, Ord (2022), "Complex exponential smoothing".
// Complexity: O(n) a pass.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

enum class CesForm { none, simple, partial, full };

// The complex state(s); rings hold the next m in the order of use.
struct CesState {
  std::vector<double> level, potential;          // 1 or m
  std::vector<double> season, season_potential;  // m (partial: no potential), or empty
};

struct CesModel {
  CesForm form = CesForm::none;
  std::size_t period = 1;
  double a0 = 1.3, a1 = 1, b0 = 0, b1 = 0;
  CesState last;
  double aicc = 0;
  double sigma2 = 0;
  std::vector<double> fitted;
};

// Requires: finite y, y.size() >= 1. A form that cannot be fitted has infinite aicc.
CesModel fit_ces(std::span<const double> y, std::size_t period, CesForm form);

CesModel auto_ces(std::span<const double> y, std::size_t period);

Forecast predict(const CesModel& model, std::size_t horizon);

}  // namespace clientele::forecast
