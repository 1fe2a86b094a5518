// Customers: segment, signup, features, and churn as a logistic function of the features.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"

namespace clientele::shop {
namespace {

constexpr std::int32_t kOldestSignup = 3 * 365;  // days before the first order of the window

Segment draw_segment(Rng& rng) {
  double u = rng.uniform();
  for (std::size_t i = 0; i + 1 < kSegments; ++i) {
    if (u < kPlans[i].share) return static_cast<Segment>(i);
    u -= kPlans[i].share;
  }
  return static_cast<Segment>(kSegments - 1);
}

// One-time customers came on any day; of the others most before the window, the rest in its first
// quarter, so that their order counts stay comparable.
Date draw_signup(Rng& rng, Segment segment, const Calendar& calendar) {
  if (segment == Segment::one_time) {
    return calendar.first() + calendar.draw(rng, 0, calendar.days());
  }
  if (rng.uniform() < 0.7) {
    return calendar.first() + -(1 + static_cast<std::int32_t>(rng.below(kOldestSignup)));
  }
  return calendar.first() + calendar.draw(rng, 0, std::max(1, calendar.days() / 4));
}

// Beta(mean x 8, (1 - mean) x 8), three decimals.
double draw_share(Rng& rng, double mean) {
  const double x = rng.gamma(8.0 * mean);
  const double y = rng.gamma(8.0 * (1.0 - mean));
  return std::round(1000.0 * x / (x + y)) / 1000.0;
}

std::array<double, kChurn.size()> churn_features(const Customer& customer) {
  return {static_cast<double>(customer.tenure),
          customer.usage_frequency,
          static_cast<double>(customer.service_tickets),
          static_cast<double>(customer.payment_events),
          customer.discount_share,
          customer.plan == "Basic" ? 1.0 : 0.0,
          customer.plan == "Silver" ? 1.0 : 0.0};
}

Customer draw_customer(Rng& rng, Segment segment, const Calendar& calendar) {
  Customer customer;
  customer.signup = draw_signup(rng, segment, calendar);
  const double plan = rng.uniform();
  customer.plan = kPlanNames[plan < 0.45 ? 0 : plan < 0.80 ? 1 : 2];
  customer.region = kRegions[rng.below(kRegions.size())];
  customer.age = 18 + static_cast<int>(rng.below(62));
  customer.tenure = calendar.last() - customer.signup;
  customer.usage_frequency = std::round(10.0 * rng.gamma(4.0)) / 10.0;
  customer.service_tickets = static_cast<int>(rng.poisson(1.2));
  customer.payment_events = static_cast<int>(rng.poisson(0.6));
  const auto plan_of_segment = kPlans[static_cast<std::size_t>(segment)];
  customer.discount_share = draw_share(rng, plan_of_segment.discount_share);
  const double mood = 30.0 - 6.0 * customer.service_tickets + 30.0 * rng.normal();
  customer.nps = static_cast<int>(std::clamp(std::round(mood), -100.0, 100.0));
  customer.autopay = rng.uniform() < 0.55;
  return customer;
}

// Churned customers order nothing in the last three to five months (less in a short window).
Date draw_active_until(Rng& rng, bool churned, const Calendar& calendar) {
  if (!churned) return calendar.last();
  const auto silence = 92 + static_cast<std::int32_t>(rng.below(59));
  return calendar.last() + -std::min(silence, calendar.days() / 3);
}

}  // namespace

void make_customers(Shop& shop, const ShopOptions& options, const Calendar& calendar) {
  const int digits = std::max<int>(4, static_cast<int>(std::to_string(options.customers).size()));
  LogisticTruth& churn = shop.truth.churn;
  churn.intercept = kChurnIntercept;
  churn.coefficients.assign(kChurn.begin(), kChurn.end());
  shop.customers.reserve(options.customers);
  for (std::size_t i = 0; i < options.customers; ++i) {
    Rng rng = stream_of(options.seed, Stream::people, i);
    const Segment segment = draw_segment(rng);
    Customer customer = draw_customer(rng, segment, calendar);
    customer.id = numbered("C", i + 1, digits);
    const double p = logistic(kChurnIntercept, kChurn, churn_features(customer));
    customer.churned = rng.uniform() < p;
    const Date until = draw_active_until(rng, customer.churned, calendar);
    shop.truth.active_until.push_back(
        segment == Segment::one_time ? customer.signup : std::max(until, customer.signup));
    shop.truth.segment.push_back(segment);
    churn.probability.push_back(p);
    shop.customers.push_back(std::move(customer));
  }
  churn.bayes_auc = bayes_auc(churn.probability);
}

}  // namespace clientele::shop
