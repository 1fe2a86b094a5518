#include "models/lifetime/purchase_model.hpp"

#include <algorithm>

#include "models/lifetime/geometric_dropout.hpp"
#include "models/lifetime/pareto_dropout.hpp"

namespace clientele::lifetime {

void probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                         std::span<const double> recency, std::span<const double> age,
                         std::span<double> alive) {
  if (model.everybody_alive()) {
    std::fill(alive.begin(), alive.end(), 1.0);
  } else if (model.family == Family::pareto_nbd) {
    pareto_probabilities_alive(model, repeats, recency, age, alive);
  } else {
    geometric_probabilities_alive(model, repeats, recency, age, alive);
  }
}

double probability_alive(const PurchaseModel& model, const Past& past) {
  double alive = 1.0;
  probabilities_alive(model, past.repeats, {&past.recency, 1}, {&past.age, 1}, {&alive, 1});
  return alive;
}

double expected_purchases_if_alive(const PurchaseModel& model, const Past& past, double time) {
  if (time <= 0) return 0.0;
  const double rate = (model.r + past.repeats) / (model.alpha + past.age);
  if (model.everybody_alive()) return rate * time;
  if (model.family == Family::pareto_nbd) {
    return rate * pareto_expected_lifetime(model, past.age, time);
  }
  return geometric_expected_purchases(model, past.repeats, time / (model.alpha + past.age));
}

double expected_purchases(const PurchaseModel& model, const Past& past, double time) {
  return probability_alive(model, past) * expected_purchases_if_alive(model, past, time);
}

}  // namespace clientele::lifetime
