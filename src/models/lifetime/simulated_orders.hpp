// Test and benchmark support: the orders of a simulated shop, and what its customers spent later.
#pragma once

#include <cmath>
#include <vector>

#include "base/rng.hpp"
#include "models/lifetime/purchase_history.hpp"
#include "models/lifetime/simulated_cohort.hpp"

namespace clientele::lifetime {

struct ShopPlan {
  PurchaseModel model;  // on a clock of weeks; Family::pareto_nbd or bg_nbd or mbg_nbd
  SpendModel spend{SpendCase::gamma_gamma, 6, 4, 15, 30};
  std::size_t customers = 500;
  int known_days = 730;  // first orders fall into the first half of them
  int future_days = 365;
  double season = 0;  // purchase rates swing by this share within a year
  std::uint64_t seed = 0;
};

struct SimulatedShop {
  std::vector<Order> orders;         // of the known days, customers numbered from 0
  std::vector<double> future_value;  // one a customer: spent in the future days
  Date end;                          // the last known day
};

// Thins a faster Poisson process where `season` > 0. Orders of one day count as they come.
inline SimulatedShop simulate_orders(const ShopPlan& plan) {
  SimulatedShop shop;
  shop.end = {plan.known_days - 1};
  shop.future_value.resize(plan.customers);
  const bool pareto = plan.model.family == Family::pareto_nbd;
  for (std::size_t i = 0; i < plan.customers; ++i) {
    Rng rng(plan.seed, i);
    const double rate = rng.gamma(plan.model.r) / plan.model.alpha / 7 * (1 + plan.season);
    const double a = rng.gamma(plan.model.dropout_shape), b = rng.gamma(plan.model.dropout_scale);
    const double leave = pareto ? 0.0 : a / (a + b);
    double life = HUGE_VAL;
    if (pareto) life = -std::log(1 - rng.uniform()) * plan.model.dropout_scale * 7 / a;
    const double nu = rng.gamma(plan.spend.q) / plan.spend.v;
    const double first = std::floor(rng.uniform() * plan.known_days / 2);
    double now = 0;
    bool alive = true;
    while (alive && now <= life && first + now < plan.known_days + plan.future_days) {
      const int day = static_cast<int>(first + now);
      const double phase = std::sin(2 * 3.14159265358979 * day / 365.25);
      if (now == 0 || rng.uniform() * (1 + plan.season) < 1 + plan.season * phase) {
        const double spent = rng.gamma(plan.spend.p) / nu;
        if (day < plan.known_days) {
          shop.orders.push_back({static_cast<std::uint32_t>(i), {day}, spent});
        } else {
          shop.future_value[i] += spent;
        }
        const bool may_leave = now > 0 || plan.model.shift() == 1;
        alive = !(may_leave && rng.uniform() < leave);
      }
      now -= std::log(1 - rng.uniform()) / rate;
    }
  }
  return shop;
}

}  // namespace clientele::lifetime
