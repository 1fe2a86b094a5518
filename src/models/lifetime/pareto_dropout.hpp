// Pareto/NBD: customers who may leave at any moment, at a gamma(s, beta) rate of their own.
//
// With x repeats, recency t, age T:
//   L = (r)_x alpha^r beta^s [S + s int_t^T (alpha+y)^-(r+x) (beta+y)^-(s+1) dy]
//
//   P(alive) = S / [the bracket],  S = (alpha+T)^-(r+x) (beta+T)^-s
//
//   E[Y | alive] = (r+x) / (alpha+T) (beta+T) (1 - ((beta+T) / (beta+T+time))^(s-1)) / (s-1)
//
// The integral over the moment of leaving replaces the usual difference of two 2F1: it is positive,
// cannot cancel, and its derivatives are moments over the same nodes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/lifetime/leaving_table.hpp"
#include "models/lifetime/newton.hpp"
#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

// Log-likelihood in (ln r, ln alpha, ln s, ln beta) with gradient and Hessian, on the table's
// clock. The result does not depend on `threads`. Complexity: a table of 4-16 nodes a distinct time
// of each group, then three logarithms and an exponential a row.
class ParetoLikelihood {
 public:
  // Requires: `table` outlives it.
  explicit ParetoLikelihood(const SummaryTable& table);
  Curve operator()(const Weighting& weights, const Vector& log_parameters,
                   std::size_t threads) const;

 private:
  std::array<double, 15> sum_block(const Block& block, const std::vector<LeavingMoments>& moments,
                                   const Weighting& weights, const ParetoParameters& at) const;

  const SummaryTable& table_;
  LeavingGrid grid_;
  std::vector<Block> blocks_;
};

// Writes P(alive) of customers with the same `repeats`. Requires: spans of one length.
void pareto_probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                                std::span<const double> recency, std::span<const double> age,
                                std::span<double> alive);

// Expected remaining lifetime within `time` of a customer alive at `age`. Requires: time >= 0.
double pareto_expected_lifetime(const PurchaseModel& model, double age, double time);

}  // namespace clientele::lifetime
