// Random futures of one customer under a purchase model and a spend model.
#pragma once

#include <span>

#include "base/rng.hpp"
#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/spend_model.hpp"

namespace clientele::lifetime {

// Draws the numbers of purchases up to each of `times` (ascending, after `past.age`) of a customer
// who is alive with probability `alive`. Exact draws up to a mean of 50 purchases a step, above it
// by the normal approximation; never more than 1e6 a step.
void draw_purchases(Rng& rng, const PurchaseModel& model, const Past& past, double alive,
                    std::span<const double> times, std::span<double> purchases);

// Draws the sum of `purchases` purchase values of one customer in units of `spend_unit`; `rate` is
// the customer's draw of spend_rate.
double draw_spend(Rng& rng, const SpendModel& model, double rate, double purchases);
// The customer's nu, scaled: gamma(p x + q); 1 for the constant model.
double draw_spend_rate(Rng& rng, const SpendModel& model, std::uint32_t repeats);
// Money per unit of draw_spend: v + x m, or the constant.
double spend_unit(const SpendModel& model, std::uint32_t repeats, double mean_value);

}  // namespace clientele::lifetime
