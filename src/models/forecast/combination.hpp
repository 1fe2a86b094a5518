// Forecasts combined into one.
// Mean: every part is the average of the members'; that of the standard deviations assumes errors
// that move together, which those of models of one series nearly do. Median: means and standard
// deviations step by step (two middle ones averaged), responses averaged.
// Source: Petropoulos, Svetunkov (2020), "A simple combination of univariate models".
// Complexity: O(members * (n + h)).
#pragma once

#include <span>

#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

enum class Combination { mean, median };

// Members with a non-finite value, or a mean above `largest` in size, are left out; if none remains
// the result is empty. Requires: members of the same n and horizon.
Forecast combine(std::span<const Forecast> members, Combination how, double largest);

// Whether every value is finite and no mean exceeds `largest` in size.
bool plausible(const Forecast& forecast, double largest);

// A bound for plausible(): the largest size in y plus three times the widest move over as many
// steps as can be seen within the series, up to the horizon.
double plausible_bound(std::span<const double> y, std::size_t horizon);

// Lifts means and fitted values to at least `floor`.
void clip_below(Forecast& forecast, double floor);

}  // namespace clientele::forecast
