// Prediction intervals whose width is set by errors out of sample.
// Scores s = |error| / sigma_h of rolling-origin folds; an interval of level c is
// mean +- k sigma with k between the normal quantile and the conformal one, the
// ceil((n + 1) c)-th smallest score: k = (w z + n k_conformal) / (w + n). The weight w of the
// normal law is larger for steps than for totals, since the scores of one fold move together; for
// totals it is Student's law with six degrees of freedom.
// Totals over several steps: variances follow from the moving-average form of the errors (see
// forecast.hpp), never from adding the bounds of the steps.
// Degenerate cases: no scores leave the normal intervals; sigma 0 gives intervals of width 0.
// Source: Vovk, Gammerman, Shafer (2005); Stankeviciute, Alaa, van der Schaar (2021).
// Complexity: O(n log n) to calibrate, O(groups h) a total.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "models/forecast/cross_validation.hpp"
#include "models/forecast/forecast.hpp"

namespace clientele::forecast {

struct Interval {
  double lower = 0, upper = 0;
};

// The standard normal quantile. Requires: 0 < probability < 1.
double normal_quantile(double probability);

class Calibration {
 public:
  Calibration() = default;
  // Non-finite scores are left out. `freedom`: of the Student law that stands in for the normal one
  // where few scores tell of the tails. Requires: prior_scores > 0, the weight of that law.
  Calibration(std::vector<double> scores, double prior_scores,
              double freedom = std::numeric_limits<double>::infinity());

  // Half-width of an interval of that level, in standard deviations. Requires: 0 < level < 1.
  double half_width(double level) const;
  Interval interval(double mean, double sigma, double level) const;

 private:
  std::vector<double> scores_;  // ascending
  double prior_scores_ = 1;
  double freedom_ = std::numeric_limits<double>::infinity();
};

// Calibrations for single steps and for totals over whole test windows.
struct Calibrations {
  Calibration steps;
  Calibration totals;
};
Calibrations calibrate(std::span<const double> y, std::span<const FoldForecast> folds);

// Expected totals of groups of steps with the standard deviations of their errors.
struct Totals {
  std::vector<double> mean;
  std::vector<double> sigma;
};

// group[h] in [0, groups) is the group of step h, kNoGroup leaves it out.
inline constexpr std::size_t kNoGroup = static_cast<std::size_t>(-1);
Totals totals(const Forecast& forecast, std::span<const std::size_t> group, std::size_t groups);

}  // namespace clientele::forecast
