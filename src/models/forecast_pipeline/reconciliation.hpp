// Forecasts of parts and of their total made to agree (minimum trace).
// With base forecasts (total, parts), error covariance W and the constraint C = (1, -1, ..., -1):
//   reconciled = base - W C' (C W C')^-1 C base
// the unbiased combination with the least error variance. W is estimated from errors out of sample
// and shrunk towards its diagonal. Negative parts are set to 0; the total is the parts' sum.
// Degenerate cases: errors of size 0 leave the parts as they are and the total their sum.
// Source: Wickramasuriya, Athanasopoulos, Hyndman (2019); Schaefer, Strimmer (2005).
// Complexity: O(errors k^2) once, O(k) a month.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast_pipeline {

// Share of the disagreement (total - sum of parts) that is taken off the total, then added to each
// part. errors[0] are those of the total, errors[1...] those of the parts, equally long.
std::vector<double> reconciling_shares(std::span<const std::vector<double>> errors);

// Reconciles (total, parts) in place. Requires: shares.size() == values.size() >= 2.
void reconcile(std::span<const double> shares, std::span<double> values);

}  // namespace clientele::forecast_pipeline
