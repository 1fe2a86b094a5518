// Intermittent demand: many zeros between sales.
//   Croston: exponential smoothing of the sizes z and of the intervals p between sales; mean z / p
//   SBA:     (1 - alpha / 2) z / p, which takes off Croston's bias
//   TSB:     sizes smoothed at sales, probability of a sale at every step; mean probability * z
//   ADIDA:   sums over blocks of the mean interval, smoothed, shared out again
//   IMAPA:   the mean of ADIDA over all block lengths up to the mean interval
// The first interval counts from the start. Smoothing starts at the first value.
// Degenerate cases: a series without sales is forecast as 0 with no error.
// Source: Croston (1972); Syntetos, Boylan (2005); Teunter, Syntetos, Babai (2011); Nikolopoulos
// et al. (2011); Petropoulos, Kourentzes (2015). Complexity: O(n) a smoothing, some dozens of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/rng.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

enum class IntermittentKind { croston, sba, tsb, adida, imapa };

struct IntermittentOptions {
  // Smoothing constants; without them the ones that minimise the squared one-step errors are taken
  // from [.1, .3] (Croston, SBA, blocks) or from a grid in [.02, .4] (TSB).
  std::optional<double> alpha{};              // of the sizes and, but for TSB, of the intervals
  std::optional<double> alpha_probability{};  // TSB
};

struct IntermittentModel {
  IntermittentKind kind = IntermittentKind::croston;
  double mean = 0;            // per step
  double probability = 0;     // of a sale at a step, 0-1
  double alpha = 0.1;         // how fast the mean moves, for the spread of sums
  double sigma = 0;           // of the one-step errors
  std::vector<double> sizes;  // of the sales, to draw from
  std::vector<double> fitted;
};

// Requires: finite y >= 0, y.size() >= 1.
IntermittentModel fit_intermittent(std::span<const double> y, IntermittentKind kind,
                                   const IntermittentOptions& options = {});

Forecast predict(const IntermittentModel& model, std::size_t horizon);

// One path of future demand: a sale with the model's probability, its size drawn from the past
// ones, scaled so that the path has the model's mean.
std::vector<double> simulate(const IntermittentModel& model, std::size_t horizon, Rng& rng);

}  // namespace clientele::forecast
