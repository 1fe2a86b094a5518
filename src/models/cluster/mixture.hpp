// Gaussian mixtures with full covariances, fitted by expectation maximisation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

inline constexpr std::size_t kMostMixtureColumns = 64;

struct MixtureOptions {
  std::size_t starts = 4;  // beside the one that is given
  std::size_t max_iterations = 200;
  double tolerance = 1e-6;  // gain of the mean log-likelihood at which a fit has converged
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  // Polled from several threads; once true, the result comes soon and means nothing.
  std::function<bool()> cancelled = [] { return false; };
};

struct Mixture {
  Labels labels;                   // by point: the likeliest component, numbered by first point
  std::size_t components = 0;      // that have customers; fewer than asked for when some died out
  std::size_t collapsed = 0;       // components as flat as the regularisation allows
  double mean_log_likelihood = 0;  // of a customer, over the columns that are not constant
  double bic = 0;                  // Bayesian information criterion; lower is better
  std::size_t iterations = 0;      // over all points
  bool converged = true;
};

// The best of several local optima, the first of them started from `initial` (a labelling of the
// points into k clusters, such as k-means gives). Constant columns are left out; the others are
// standardised before 1e-6 is added to the diagonal of each covariance, so that the fit does not
// depend on units and no component can be singular.
// Requires: k >= 1, labels 0 .. k-1 all used, at most kMostMixtureColumns columns. Deterministic;
// independent of threads. Complexity: O(n k d^2) an iteration.
Mixture fit_mixture(numeric::WeightedPoints points, std::size_t k,
                    std::span<const std::int32_t> initial, const MixtureOptions& options = {});

}  // namespace clientele::cluster
