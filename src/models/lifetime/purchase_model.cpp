#include "models/lifetime/purchase_model.hpp"

#include "models/lifetime/geometric_dropout.hpp"
#include "models/lifetime/pareto_dropout.hpp"

namespace clientele::lifetime {

double probability_alive(const PurchaseModel& model, const Past& past) {
  if (model.everybody_alive()) return 1.0;
  return model.family == Family::pareto_nbd ? pareto_probability_alive(model, past)
                                            : geometric_probability_alive(model, past);
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
