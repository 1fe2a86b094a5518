// One face for every model of one series: what it needs, what it answers, and the list of them.
//
//   const Prepared prepared = prepare(problem);           // once a training window
//   for (const Model& model : all_models()) {             // on any thread
//     const Outcome outcome = forecast(model, prepared);  // mean, sigma, fitted, parameters
//     sample_paths(outcome, 2000, seed);                  // joint futures, for totals
//   }
//
// Every model sees the whole problem. Those that have no place for regressors or for seasons longer
// than kMaxShortPeriod (ETS, CES, Theta) forecast the adjusted series, from which prepare() has
// taken these effects by a regression with a piecewise linear trend, and get them back afterwards;
// the models of intermittent demand and the naive one take the series as it is.
// Degenerate cases: no series of at least one finite value makes a model fail hard. One that cannot
// be fitted, or whose forecast explodes, gives an outcome that is not usable().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "models/forecast/arima.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

inline constexpr double kMaxShortPeriod = 24;

struct Problem {
  std::span<const double> y;    // n >= 1 finite values
  std::vector<double> periods;  // of the seasons, ascending, > 1: {7, 365.25}; {} for none
  std::size_t horizon = 1;
  Columns regressors = {};  // n values each
  Columns future = {};      // horizon values each, one column for every regressor
  double floor = -std::numeric_limits<double>::infinity();  // 0 for sales: nothing falls below
};

// A problem with what is known beside its series taken off.
struct Prepared {
  Problem problem;
  std::size_t period = 1;       // the first season up to kMaxShortPeriod that y holds twice
  std::vector<double> effects;  // a coefficient for each regressor
  std::vector<double> past_regression, future_regression;  // n, horizon: effects of the regressors
  std::vector<double> past_season, future_season;          // n, horizon: of the long seasons
  std::vector<double> adjusted;                            // n: y without both
};

// Requires: finite values everywhere, sizes as above. Keeps the spans of the problem.
Prepared prepare(Problem problem);

struct Parameter {
  std::string name;
  double value = 0;
};

struct Outcome {
  Forecast forecast;
  std::string form;                                        // "ETS(M,Ad,A)"
  std::vector<Parameter> parameters;                       // as fitted, for the answer
  double aicc = std::numeric_limits<double>::quiet_NaN();  // comparable within one model only
  std::vector<double> effects;  // of each regressor, in the unit of the series per unit of its own
  double floor = -std::numeric_limits<double>::infinity();
  // Fills one path of the future. Empty: normal errors with the covariance of the forecast.
  std::function<void(Rng&, std::span<double> path)> simulate;

  bool usable() const { return !forecast.mean.empty(); }
};

struct Model {
  std::string_view name;  // "ETS", as in the answers
  bool intermittent;      // made for series with many zeros; needs y >= 0
  Outcome (*fit)(const Prepared&);
};

// ARIMA, ETS, CES, STL-ETS, Theta, Prophet, TBATS, Seasonal Naïve, Croston, SBA, TSB, ADIDA, IMAPA.
std::span<const Model> all_models();
// nullptr if there is none of that name.
const Model* find_model(std::string_view name);

// The model's answer: forecast and fitted values lifted to the floor; not usable() if it explodes.
Outcome forecast(const Model& model, const Prepared& prepared);

// `count` joint paths, row by row (count x horizon), not below the floor. Path i is a function of
// (seed, i) alone. Requires: outcome.usable().
std::vector<double> sample_paths(const Outcome& outcome, std::size_t count, std::uint64_t seed);

}  // namespace clientele::forecast
