#include "models/lifetime/nbd.hpp"

#include <cmath>

#include "models/lifetime/elementary.hpp"
#include "models/lifetime/rising_factorial.hpp"

namespace clientele::lifetime {

Curve<2> nbd_log_likelihood(const SummaryTable& table, const Weighting& weights,
                            const Vector<2>& log_parameters) {
  const double r = std::exp(log_parameters[0]);
  const double alpha = std::exp(log_parameters[1]);
  const LogRising rising = weighted_log_rising(r, table.repeats, weights.group_tail, 0);
  Curve<2> curve;
  curve.value = rising.value + weights.customers * r * std::log(alpha);
  curve.gradient = {rising.first + weights.customers * std::log(alpha), weights.customers * r};
  curve.hessian(0, 0) = rising.second;
  curve.hessian(0, 1) = weights.customers;
  for (std::size_t g = 0; g < table.groups(); ++g) {
    const double power = r + table.repeats[g];
    double weight = 0;
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      weight += weights.row[i];
      const bool more = i + 1 < table.begin[g + 1] && table.age[i + 1] == table.age[i];
      if (more) continue;  // rows are sorted by age: one logarithm a distinct age
      const double ln = log_positive(alpha + table.age[i]);
      const double p = alpha / (alpha + table.age[i]);
      curve.value -= weight * power * ln;
      curve.gradient[0] -= weight * ln;
      curve.gradient[1] -= weight * power * p;
      curve.hessian(0, 1) -= weight * p;
      curve.hessian(1, 1) -= weight * power * p * (1.0 - p);
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
