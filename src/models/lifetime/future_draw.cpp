// Given alive, a customer's rate is gamma(r + x, alpha + age) and, independently, his probability
// of leaving beta(a, b + x + k) or his rate of leaving gamma(s, beta + age): the models are
// conjugate. Purchases are Poisson until the geometric number of them (BG, MBG) or the exponential
// lifetime (Pareto) is reached.
#include "models/lifetime/future_draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/lifetime/draws.hpp"

namespace clientele::lifetime {
namespace {

constexpr double kMostPurchases = 1e6;

// Number of further purchases after which the customer leaves; infinity for never.
double draw_purchases_to_leave(Rng& rng, const PurchaseModel& model, std::uint32_t repeats) {
  const double leave = draw_gamma(rng, model.dropout_shape);
  const double stay = draw_gamma(rng, model.dropout_scale + repeats + model.shift());
  if (leave <= 0) return std::numeric_limits<double>::infinity();
  const double p = leave / (leave + stay);
  if (p >= 1.0) return 1.0;
  return std::ceil(std::log(1.0 - rng.uniform()) / std::log1p(-p));
}

double draw_lifetime(Rng& rng, const PurchaseModel& model, double age) {
  const double rate = draw_gamma(rng, model.dropout_shape) / (model.dropout_scale + age);
  if (rate <= 0) return std::numeric_limits<double>::infinity();
  return -std::log(1.0 - rng.uniform()) / rate;
}

}  // namespace

void draw_purchases(Rng& rng, const PurchaseModel& model, const Past& past, double alive,
                    std::span<const double> times, std::span<double> purchases) {
  std::fill(purchases.begin(), purchases.end(), 0.0);
  const double shape = model.r + past.repeats;
  if (shape <= 0 || rng.uniform() >= alive) return;
  const double rate = draw_gamma(rng, shape) / (model.alpha + past.age);
  double most = std::numeric_limits<double>::infinity();
  double life = most;
  if (!model.everybody_alive()) {
    if (model.family == Family::pareto_nbd) {
      life = draw_lifetime(rng, model, past.age);
    } else {
      most = draw_purchases_to_leave(rng, model, past.repeats);
    }
  }
  double count = 0;
  double from = 0;
  for (std::size_t h = 0; h < times.size(); ++h) {
    const double until = std::min(times[h], life);
    if (until > from) {
      const double mean = std::min(rate * (until - from), kMostPurchases);
      count = std::min(count + draw_poisson(rng, mean), most);
    }
    from = std::max(from, until);
    purchases[h] = count;
  }
}

double draw_spend_rate(Rng& rng, const SpendModel& model, std::uint32_t repeats) {
  if (model.form == SpendCase::constant) return 1.0;
  return draw_gamma(rng, model.p * repeats + model.q);
}

double draw_spend(Rng& rng, const SpendModel& model, double rate, double purchases) {
  if (purchases <= 0 || rate <= 0) return 0.0;
  if (model.form == SpendCase::constant) return purchases;
  return draw_gamma(rng, model.p * purchases) / rate;
}

double spend_unit(const SpendModel& model, std::uint32_t repeats, double mean_value) {
  if (model.form == SpendCase::constant) return model.mean;
  return model.v + (repeats > 0 ? repeats * mean_value : 0.0);
}

}  // namespace clientele::lifetime
