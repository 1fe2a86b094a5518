// Prophet's additive model, at the maximum of its posterior.
//   y_t / max |y| = k u + m + sum_j delta_j (u - s_j)+ + sum_i beta_i x_ti + sigma e_t,  u in [0,
//   1]
// s_j: up to 25 changepoints at evenly spaced values of the first 80 %. x: pairs of sines and
// cosines of each season and the regressors (standardised unless they are 0 or 1).
// Priors: k, m ~ N(0, 5), delta_j ~ Laplace(0, .05), beta_i ~ N(0, 10), sigma ~ half N(0, .5).
// Fit: given sigma the posterior is convex; k, m and beta are eliminated and delta is found exactly
// (see lasso.hpp), in turn with sigma, which has a closed form. Where Prophet's own L-BFGS stops
// short of the maximum, this does not.
// Errors of the future: changes of slope as often and as large as in the past (Poisson, Laplace)
// and the noise. Degenerate cases: fewer than three values, or constant ones, have no changepoints;
// all zeros are continued by zeros. Source: Taylor, Letham (2018), "Forecasting at scale".
// Complexity: O(n k^2) + O(k^3) a step, k columns.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/rng.hpp"
#include "models/forecast/arima.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

struct FourierSeason {
  double period = 7;          // in steps, > 1; need not be whole
  std::size_t harmonics = 3;  // pairs of columns
};

struct ProphetOptions {
  std::vector<FourierSeason> seasons;
  std::size_t changepoints = 25;
  double changepoint_range = 0.8;  // share of the series in which they may lie
  double changepoint_scale = 0.05;
  double effect_scale = 10;  // of seasons and regressors
};

struct ProphetModel {
  ProphetOptions options;
  std::size_t size = 0;
  double scale = 1;                     // max |y|
  double slope = 0, offset = 0;         // k, m
  std::vector<double> changepoints;     // s, within [0, 1]
  std::vector<double> deltas;           // of the slope at each
  std::vector<double> season_effects;   // beta of the pairs, in the order of the seasons
  std::vector<double> effects;          // of each regressor, in the unit of y per unit of its own
  std::vector<double> regressor_means;  // taken off each regressor
  double sigma = 0;                     // of the scaled noise
  double log_posterior = 0;             // without constants, as Stan has it
  std::vector<double> fitted;
};

// Three harmonics of a week, ten of a year; others as many as half a period holds, at most ten.
// Seasons of which y does not hold two cycles are left out.
std::vector<FourierSeason> usual_seasons(std::span<const double> periods, std::size_t n);

// Requires: finite y, y.size() >= 1; regressors of as many finite values.
ProphetModel fit_prophet(std::span<const double> y, const ProphetOptions& options,
                         Columns regressors = {});

// Requires: one column of `horizon` values for each regressor of the fit.
Forecast predict(const ProphetModel& model, std::size_t horizon, Columns future = {});

// One path of errors around the mean of predict(): changes of slope and noise.
void simulate_errors(const ProphetModel& model, Rng& rng, std::span<double> path);

}  // namespace clientele::forecast
