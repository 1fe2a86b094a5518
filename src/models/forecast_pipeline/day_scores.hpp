// How far values fall from their forecast, in standard deviations, signed.
// The quantile of level p is the mean of three laws weighted by their size: that of the errors of
// the folds (out of sample), that of the model's own residuals as a prior, and the normal one where
// both are few. Asymmetric on purpose: demand is skewed.
// Source: Vovk, Gammerman, Shafer (2005); Romano, Patterson, Candes (2019) for the two-sided form.
// Complexity: O(n log n) to make, O(log n) a quantile.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast_pipeline {

class DayScores {
 public:
  // Non-finite scores are left out.
  DayScores(std::vector<double> out_of_sample, std::vector<double> within_sample);

  // Requires: 0 < probability < 1.
  double quantile(double probability) const;

 private:
  std::vector<double> outside_, inside_;  // ascending
};

}  // namespace clientele::forecast_pipeline
