// Maximum-likelihood fits of the purchase models, and their bootstrap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

struct PurchaseFit {
  PurchaseModel model;
  double log_likelihood = 0;      // of the model returned, on the table's own clock
  double nbd_log_likelihood = 0;  // of the limit without leaving
  // Covariance of (r, alpha, dropout_shape, dropout_scale), row-major, from the exact Hessian;
  // zeros where a parameter is at a bound or absent.
  std::array<double, 16> covariance{};
  double gradient_size = 0;  // largest derivative by a log parameter that is not at a bound
  int evaluations = 0;
  bool converged = false;
};

// A model that beats the NBD by less than this log-likelihood is returned as its limit, the NBD.
inline constexpr double kVisibleDropout = 1e-3;

// Fits `family`. Never fails: parameters stay within e^+-15 (shapes and b) and e^+-20 of the
// longest age (alpha, beta), the boundary cases come back flagged in `model.limit`. Without any
// repeat purchase (one order each, or everything on one day) the rate is 0. Deterministic,
// independent of `threads` and of the order of the customers. Complexity: 7-40 passes over the
// rows.
PurchaseFit fit_purchases(const SummaryTable& table, Family family, std::size_t threads = 1);

// `replicates` refits to Poisson(1)-weighted customers. Deterministic in `seed`.
std::vector<PurchaseModel> bootstrap_purchases(const SummaryTable& table,
                                               const PurchaseModel& fitted, std::size_t replicates,
                                               std::uint64_t seed, std::size_t threads = 1);

// Log-likelihood of `model` on the table. Complexity: one pass over the rows.
double log_likelihood(const SummaryTable& table, const PurchaseModel& model);

}  // namespace clientele::lifetime
