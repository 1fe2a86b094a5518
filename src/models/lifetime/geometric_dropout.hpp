// BG/NBD and MBG/NBD: customers who may leave after a purchase, with a probability of their own.
//
// With k = 0 (BG) or 1 (MBG), x repeats, recency t, age T:
//   L = (r)_x alpha^r (b)_{x+k} / (a+b)_{x+k} [(alpha+T)^-(r+x) + c (alpha+t)^-(r+x)]
//
//   P(alive) = 1 / (1 + c ((alpha+T) / (alpha+t))^(r+x)),  c = a / (b+x+k-1), 0 if x + k = 0
//
//   E[Y | alive] = E over p ~ beta(a, b+x+k) of (1 - (1 + p w)^-(r+x)) / p,  w = time / (alpha+T)
//
// The ratio in L enters as a logistic of its log, so no power overflows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/lifetime/newton.hpp"
#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

// Log-likelihood in (ln r, ln alpha, ln a, ln b) with gradient and Hessian, on the table's own
// clock. The result does not depend on `threads`. Complexity: per row three logarithms, one
// exponential.
Curve geometric_log_likelihood(const SummaryTable& table, const Weighting& weights,
                               const Vector& log_parameters, std::uint32_t shift,
                               std::size_t threads);

// Writes P(alive) of customers with the same `repeats`. Requires: spans of one length.
void geometric_probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                                   std::span<const double> recency, std::span<const double> age,
                                   std::span<double> alive);

// E[Y | alive] for relative time w = time / (alpha + age). Requires: w >= 0 and finite.
double geometric_expected_purchases(const PurchaseModel& model, std::uint32_t repeats, double w);

// The two ways to compute it, apart for tests and for each other's check.
// Euler-transformed hypergeometric series; NaN where it would lose more than three digits or not
// settle in 200 terms.
double euler_series(const PurchaseModel& model, std::uint32_t repeats, double w);
// Trapezoidal rule on the logit of p over an integrand that is positive throughout: never cancels.
double logit_quadrature(const PurchaseModel& model, std::uint32_t repeats, double w);

}  // namespace clientele::lifetime
