#include "models/lifetime/nbd.hpp"

#include <cmath>

#include "models/lifetime/elementary.hpp"
#include "models/lifetime/rising_factorial.hpp"

namespace clientele::lifetime {

Curve nbd_log_likelihood(const SummaryTable& table, const Weighting& weights,
                         const Vector& log_parameters) {
  const double r = std::exp(log_parameters[0]);
  const double alpha = std::exp(log_parameters[1]);
  const LogRising rising = weighted_log_rising(r, table.repeats, weights.group_tail, 0);
  Curve curve;
  curve.value = rising.value - weights.repeats * std::log(alpha);
  curve.gradient[0] = rising.first;
  curve.hessian(0, 0) = rising.second;
  for (std::size_t g = 0; g < table.groups(); ++g) {
    const double x = table.repeats[g];
    double weight = 0;
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      weight += weights.row[i];
      const bool more = i + 1 < table.begin[g + 1] && table.age[i + 1] == table.age[i];
      if (more) continue;  // rows are sorted by age: one logarithm a distinct age
      const double ln = log1p_positive(table.age[i] / alpha);
      const double p = alpha / (alpha + table.age[i]);
      const double rest = table.age[i] / (alpha + table.age[i]);
      curve.value -= weight * (r + x) * ln;
      curve.gradient[0] -= weight * ln;
      curve.gradient[1] += weight * (r * rest - x * p);
      curve.hessian(0, 1) += weight * rest;
      curve.hessian(1, 1) -= weight * (r + x) * p * rest;
      weight = 0;
    }
  }
  curve.hessian(0, 0) = curve.hessian(0, 0) * r * r + curve.gradient[0] * r;
  curve.hessian(0, 1) *= r;
  curve.gradient[0] *= r;
  curve.hessian(1, 0) = curve.hessian(0, 1);
  return curve;
}

}  // namespace clientele::lifetime
