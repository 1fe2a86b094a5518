// Test and benchmark support: a sequence of cohorts over the whole range of what businesses send.
#pragma once

#include <cmath>

#include "base/rng.hpp"
#include "models/lifetime/simulated_cohort.hpp"

namespace clientele::lifetime {

// The i-th cohort: 50 to `most` customers, clocks from hours to years, mean purchases from 0.02 to
// 300, all three kinds of leaving, a near 1, a -> 0, equal customers, and nobody leaving at all;
// money from cents to millions, spread from none to a tail without a mean.
inline CohortPlan stress_cohort(std::uint64_t i, std::size_t most) {
  Rng rng(20240611, i);
  const auto spread = [&](double low, double high) {
    return std::exp(std::log(low) + rng.uniform() * std::log(high / low));
  };
  CohortPlan plan;
  plan.seed = i;
  plan.customers = static_cast<std::size_t>(spread(50, static_cast<double>(most)));
  plan.observed = spread(0.5, 20000);
  plan.acquired_within = plan.observed * rng.uniform();
  const double ticks[] = {0.0, 1.0 / 365, 1.0 / 52, 1.0 / 12};
  plan.tick = plan.observed * ticks[rng.below(4)] * rng.uniform();
  plan.model.family = static_cast<Family>(rng.below(3));
  plan.model.r = spread(0.02, 50);
  const double most_purchases = plan.customers > 20000 ? 20 : 300;
  plan.model.alpha = plan.model.r * plan.observed / spread(0.02, most_purchases);
  const double shapes[] = {1.0, 1.0 + 1e-9, 1e-4, 1e4, spread(0.01, 10), spread(0.1, 3)};
  plan.model.dropout_shape = shapes[rng.below(6)];
  const bool pareto = plan.model.family == Family::pareto_nbd;
  plan.model.dropout_scale = pareto ? plan.model.dropout_shape * plan.observed * spread(0.02, 50)
                                    : plan.model.dropout_shape * spread(0.05, 1000);
  if (rng.below(8) == 0) plan.model.limit = LimitCase::no_dropout;
  const double tails[] = {0.5, 1.0 + 1e-6, spread(1, 50), spread(1, 5)};
  plan.spend.form = SpendCase::gamma_gamma;
  plan.spend.p = spread(0.05, 200);
  plan.spend.q = tails[rng.below(4)];
  plan.spend.v = spread(1e-3, 1e6);
  return plan;
}

}  // namespace clientele::lifetime
