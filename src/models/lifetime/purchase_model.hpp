// The models of repeat purchasing in a non-contractual business, and what they say of one customer.
//
// A living customer buys at a Poisson rate that is gamma distributed over customers (shape r, rate
// alpha). He leaves for good, unseen:
//   BG/NBD     after any repeat purchase, with a beta(a, b) probability;
//   MBG/NBD    after any purchase, the first included, with a beta(a, b) probability;
//   Pareto/NBD at any moment, at a gamma(s, beta) rate.
// Where the data show no leaving, a model is replaced by its limit, the NBD.
// Sources: Fader, Hardie, Lee (2005), Marketing Science 24(2); Batislam, Denizel, Filiztekin
// (2007), Int. J. of Research in Marketing 24(3); Schmittlein, Morrison, Colombo (1987), Management
// Science 33(1); Fader, Hardie (2005), "A note on deriving the Pareto/NBD model".
#pragma once

#include <cstdint>
#include <span>

namespace clientele::lifetime {

enum class Family { bg_nbd, mbg_nbd, pareto_nbd };

enum class LimitCase {
  none,        // an inner maximum
  edge,        // customers do not differ in rate or in leaving: a parameter is at its bound
  no_dropout,  // no leaving visible: the NBD limit (r, alpha); everybody is alive
  no_repeats,  // no repeat purchase at all: rate 0; everybody is alive
};

struct PurchaseModel {
  Family family = Family::bg_nbd;
  LimitCase limit = LimitCase::none;
  double r = 0;
  double alpha = 1;          // time units
  double dropout_shape = 0;  // a of BG/NBD and MBG/NBD, s of Pareto/NBD
  double dropout_scale = 0;  // b of BG/NBD and MBG/NBD, beta of Pareto/NBD (time units)

  bool everybody_alive() const { return limit >= LimitCase::no_dropout; }
  // 1 where a customer may leave right after the first purchase.
  std::uint32_t shift() const { return family == Family::mbg_nbd ? 1 : 0; }
};

// One customer's past on the model's clock. Requires: 0 <= recency <= age.
struct Past {
  std::uint32_t repeats = 0;
  double recency = 0;
  double age = 0;
};

// P(the customer is still a customer at `age`), in [0, 1].
double probability_alive(const PurchaseModel& model, const Past& past);

// The same for customers with equal repeats. Requires: spans of one length.
void probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                         std::span<const double> recency, std::span<const double> age,
                         std::span<double> alive);

// Expected purchases within `time` after `age`, given that the customer is alive at `age`.
// Accurate to 1e-10 relative wherever the parameters are inside the bounds of fit.hpp.
// Requires: time >= 0.
double expected_purchases_if_alive(const PurchaseModel& model, const Past& past, double time);

// The same without knowing whether the customer is alive. `Past{}` is a customer who has just made
// the first purchase: E[X(t)].
double expected_purchases(const PurchaseModel& model, const Past& past, double time);

}  // namespace clientele::lifetime
