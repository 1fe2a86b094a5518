// Elastic-net linear and logistic regression along a path of penalties.
//
// min (1/W) sum w_i loss(y_i, b0 + x_i b) + lambda sum_j [a s_j |b_j| + (1-a)/2 s_j^2 b_j^2]: loss
// = half the squared error or the log loss, s_j the coefficient's standard deviation (so that the
// penalty does not depend on units), the intercept free. Each step minimises the quadratic model of
// the loss by coordinate descent on its Gram matrix; the matrix is kept while steps converge fast
// and renewed (a Newton step) when they do not; a step that does not descend is halved. Warm starts
// down the path. Degenerate: one class, or no coefficient, gives the intercept alone (odds smoothed
// by half a row a class). Sources: Friedman, Hastie, Tibshirani (2010), "Regularization paths for
// generalized linear models via coordinate descent"; Lee, Sun, Saunders (2014), proximal Newton.
// Complexity: a Gram matrix O(n (numbers + slots)^2), a step O(n (numbers + slots) + p^2 sweeps).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/linear/design.hpp"

namespace clientele::linear {

enum class Objective : std::uint8_t { squared_error, logistic };

struct LinearModel {
  double intercept = 0;
  std::vector<double> coefficients;
  bool operator==(const LinearModel&) const = default;
};

// What a path is fitted to: the chosen rows of a design. Spans must outlive the fit.
struct LinearSet {
  const Design* design = nullptr;
  const DesignCode* code = nullptr;
  Objective objective = Objective::logistic;
  std::span<const double> target;       // one a design row; logistic: in [0, 1]
  std::span<const std::uint32_t> rows;  // at least one
};

struct PathSettings {
  double l1_share = 0.5;       // a, in (0, 1]
  std::uint32_t lambdas = 12;  // steps, the largest penalty first
  double smallest = 3e-4;      // last penalty as a share of the first
};

// Penalties from the least one without any coefficient downwards.
std::vector<double> penalties(const LinearSet& set, const PathSettings& settings);

// One model a penalty. Requires: `lambdas` descending. Deterministic; single-threaded.
std::vector<LinearModel> fit_path(const LinearSet& set, std::span<const double> lambdas,
                                  double l1_share);

// Raw outputs (log odds for the logistic objective), one a row.
void predict_raw(const LinearModel& model, const Design& design,
                 std::span<const std::uint32_t> rows, std::span<double> out);

// Exact SHAP values of the raw output by source column, row-major rows.size() x sources, with
// independent features: coefficient times distance from the mean, 0/1 columns summed to their
// source. Returns the base value.
double explain(const LinearModel& model, const DesignCode& code, const Design& design,
               std::span<const std::uint32_t> rows, std::size_t sources, std::span<double> out);

}  // namespace clientele::linear
