#include "models/lifetime/simulated_cohort.hpp"

#include <cmath>
#include <limits>

#include "base/rng.hpp"

namespace clientele::lifetime {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// One customer's unseen traits.
struct Traits {
  double rate;          // purchases a time unit
  double leave_chance;  // after a purchase
  double life;          // time units
  double spend_rate;
};

double draw_beta(Rng& rng, double a, double b) {
  const double x = rng.gamma(a);
  const double y = rng.gamma(b);
  return x + y > 0 ? x / (x + y) : static_cast<double>(rng.uniform() < a / (a + b));
}

double draw_exponential(Rng& rng, double rate) {
  return rate > 0 ? -std::log(1.0 - rng.uniform()) / rate : kNever;
}

Traits draw_traits(Rng& rng, const CohortPlan& plan) {
  const PurchaseModel& model = plan.model;
  Traits traits{rng.gamma(model.r) / model.alpha, 0.0, kNever, 1.0};
  if (!model.everybody_alive()) {
    if (model.family == Family::pareto_nbd) {
      traits.life = draw_exponential(rng, rng.gamma(model.dropout_shape) / model.dropout_scale);
    } else {
      traits.leave_chance = draw_beta(rng, model.dropout_shape, model.dropout_scale);
      if (model.shift() == 1 && rng.uniform() < traits.leave_chance) traits.life = 0;
    }
  }
  if (plan.spend.p > 0) traits.spend_rate = rng.gamma(plan.spend.q) / plan.spend.v;
  return traits;
}

}  // namespace

SimulatedCohort simulate(const CohortPlan& plan) {
  SimulatedCohort cohort;
  for (std::size_t i = 0; i < plan.customers; ++i) {
    Rng rng(plan.seed, i);
    Traits traits = draw_traits(rng, plan);
    const auto snapped = [&](double t) {
      return plan.tick > 0 ? std::floor(t / plan.tick) * plan.tick : t;
    };
    const double age = snapped(plan.observed - rng.uniform() * plan.acquired_within);
    std::uint32_t repeats = 0;
    double recency = 0, value = 0, future_purchases = 0, future_value = 0, last = 0, now = 0;
    for (std::size_t k = 0; k < kMostSimulated; ++k) {
      now += draw_exponential(rng, traits.rate);
      if (now > traits.life || !(now < age + plan.future)) break;
      const double spent = plan.spend.p > 0 ? rng.gamma(plan.spend.p) / traits.spend_rate : 0.0;
      const double at = snapped(now);
      const bool fresh = at > last;
      last = at;
      (at <= age ? value : future_value) += fresh || repeats > 0 || at > age ? spent : 0.0;
      if (fresh && at <= age) {
        ++repeats;
        recency = at;
      } else if (fresh) {
        future_purchases += 1;
      }
      if (rng.uniform() < traits.leave_chance) traits.life = now;
    }
    cohort.repeats.push_back(repeats);
    cohort.recency.push_back(recency);
    cohort.age.push_back(age);
    cohort.mean_value.push_back(repeats > 0 ? value / repeats : 0.0);
    cohort.future_purchases.push_back(future_purchases);
    cohort.future_value.push_back(future_value);
    cohort.alive.push_back(traits.life > age ? 1 : 0);
  }
  return cohort;
}

}  // namespace clientele::lifetime
