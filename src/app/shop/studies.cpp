// What the shop measured beside its orders: revenue, a campaign, a price experiment, surveys.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"

namespace clientele::shop {
namespace {

constexpr std::size_t kContacts = 6000;
constexpr int kPriceDays = 180;
constexpr std::size_t kFewestAnswers = 500;
constexpr std::size_t kMostAnswers = 50000;

// How the contacts of a segment look from outside.
struct ContactPlan {
  double prior_purchases;
  double order_value;
  double click_rate;
  double days_since_last;
};
constexpr std::array<ContactPlan, kSegments> kContactPlans{{
    {18, 85, 0.35, 20},
    {5, 380, 0.15, 60},
    {35, 15, 0.45, 12},
    {1, 30, 0.10, 200},
}};

Segment segment_of(double u) {
  std::size_t i = 0;
  while (i + 1 < kSegments && u >= kPlans[i].share) u -= kPlans[i++].share;
  return static_cast<Segment>(i);
}

CampaignContact draw_contact(Rng& rng, Segment segment) {
  const ContactPlan& plan = kContactPlans[static_cast<std::size_t>(segment)];
  CampaignContact contact;
  contact.treated = rng.uniform() < 0.5;
  contact.age = 18 + static_cast<int>(rng.below(62));
  contact.region = kRegions[rng.below(kRegions.size())];
  const double purchases = plan.prior_purchases * rng.gamma(12.0) / 12.0;
  contact.prior_purchases = std::max(1, static_cast<int>(rng.poisson(purchases)));
  contact.average_order_value =
      std::round(100.0 * plan.order_value * std::exp(0.25 * rng.normal())) / 100.0;
  const double clicks = rng.gamma(10.0 * plan.click_rate);
  const double others = rng.gamma(10.0 * (1.0 - plan.click_rate));
  contact.email_click_rate = std::round(1000.0 * clicks / (clicks + others)) / 1000.0;
  contact.days_since_last_order = static_cast<int>(plan.days_since_last * rng.gamma(2.0) / 2.0);
  return contact;
}

int draw_answer(Rng& rng, const StoreTruth& store) {
  const double u = rng.uniform();
  if (u < store.promoters) return 9 + static_cast<int>(rng.below(2));
  if (u < store.promoters + store.passives) return 7 + static_cast<int>(rng.below(2));
  return static_cast<int>(rng.below(7));
}

double expected_units(const PriceTruth& truth, double price, double competitor, Date date) {
  return truth.base_units * std::pow(price / truth.reference_price, truth.elasticity) *
         std::pow(competitor / truth.reference_price, truth.cross_elasticity) *
         kSeason.weekday[static_cast<std::size_t>(weekday(date))];
}

}  // namespace

void make_revenue(Shop& shop, std::uint64_t seed, const Calendar& calendar) {
  SeasonTruth& season = shop.truth.season;
  season = kSeason;
  season.base *= static_cast<double>(shop.customers.size());
  Rng rng = stream_of(seed, Stream::revenue);
  for (std::int32_t day = 0; day < calendar.days(); ++day) {
    const Date date = calendar.first() + day;
    const double expected = season.base * (1.0 + season.trend_per_year * day / 365.25) *
                            season.weekday[static_cast<std::size_t>(weekday(date))] *
                            yearly_factor(date) *
                            (calendar.promotion(day) ? season.promotion_factor : 1.0);
    const double noise = std::exp(season.noise * rng.normal() - season.noise * season.noise / 2.0);
    shop.revenue.push_back({date, std::llround(100.0 * expected * noise), calendar.promotion(day)});
  }
}

void make_campaign(Shop& shop, std::uint64_t seed) {
  for (std::size_t i = 0; i < kContacts; ++i) {
    Rng rng = stream_of(seed, Stream::campaign, i);
    const Segment segment = segment_of(rng.uniform());
    const SegmentPlan& plan = kPlans[static_cast<std::size_t>(segment)];
    CampaignContact contact = draw_contact(rng, segment);
    contact.id = numbered("M", i + 1, 5);
    contact.responded = rng.uniform() < plan.control_response + (contact.treated ? plan.uplift : 0);
    shop.campaign.push_back(std::move(contact));
    shop.truth.mail_segment.push_back(segment);
    shop.truth.average_uplift += plan.uplift / static_cast<double>(kContacts);
  }
}

void make_prices(Shop& shop, std::uint64_t seed) {
  constexpr std::array<double, 6> kLevels{0.80, 0.90, 1.00, 1.10, 1.20, 1.30};
  const Product& product = shop.products[kProductsPerTier];  // a classic one
  PriceTruth& truth = shop.truth.price;
  truth = {.base_units = 60,
           .reference_price = static_cast<double>(product.price) / 100.0,
           .elasticity = -1.8,
           .cross_elasticity = 0.6};
  truth.best_profit_price =
      static_cast<double>(product.cost) / 100.0 * truth.elasticity / (1.0 + truth.elasticity);
  shop.prices.product_id = product.id;
  shop.prices.cost_per_unit = product.cost;
  Rng rng = stream_of(seed, Stream::prices);
  double competitor = 1.0;  // relative to the reference
  const int days = std::min(kPriceDays, shop.last_date - shop.first_date + 1);
  for (int day = 1 - days; day <= 0; ++day) {
    competitor = std::clamp(competitor * std::exp(0.04 * rng.normal()), 0.75, 1.35);
    PriceDay row{.date = shop.last_date + day};
    row.price = std::llround(100.0 * truth.reference_price * kLevels[rng.below(kLevels.size())]);
    row.competitor_price = std::llround(100.0 * truth.reference_price * competitor);
    const double mean = expected_units(truth, static_cast<double>(row.price) / 100.0,
                                       static_cast<double>(row.competitor_price) / 100.0, row.date);
    row.units_sold = static_cast<int>(rng.poisson(mean));
    row.inventory_level = row.units_sold + 50 + static_cast<int>(rng.below(200));
    shop.prices.days.push_back(row);
  }
}

void make_nps(Shop& shop, std::uint64_t seed) {
  shop.truth.stores.assign(kStores.begin(), kStores.end());
  const std::size_t answers = std::clamp(shop.customers.size() * 3, kFewestAnswers, kMostAnswers);
  const int days = std::min(90, shop.last_date - shop.first_date + 1);
  for (std::size_t i = 0; i < answers; ++i) {
    Rng rng = stream_of(seed, Stream::nps, i);
    const StoreTruth& store = kStores[rng.below(kStores.size())];
    NpsAnswer answer;
    answer.customer = static_cast<std::uint32_t>(rng.below(shop.customers.size()));
    answer.store = store.store;
    answer.answer = draw_answer(rng, store);
    answer.date = shop.last_date + -static_cast<int>(rng.below(static_cast<std::uint64_t>(days)));
    shop.nps.push_back(answer);
  }
}

void make_upgrades(Shop& shop, std::uint64_t seed) {
  LogisticTruth& truth = shop.truth.upgrade;
  truth.intercept = kUpgradeIntercept;
  truth.coefficients.assign(kUpgrade.begin(), kUpgrade.end());
  for (std::size_t i = 0; i < shop.customers.size(); ++i) {
    if (shop.customers[i].plan == "Gold") continue;
    Rng rng = stream_of(seed, Stream::upgrades, i);
    UpgradeRow row{.customer = static_cast<std::uint32_t>(i)};
    row.months_on_current_plan = 1 + static_cast<int>(rng.below(36));
    row.storage_usage_pct = static_cast<int>(rng.below(101));
    row.support_tickets_last_30d = static_cast<int>(rng.poisson(0.8));
    const std::array<double, kUpgrade.size()> features{
        static_cast<double>(row.months_on_current_plan), static_cast<double>(row.storage_usage_pct),
        static_cast<double>(row.support_tickets_last_30d)};
    const double p = logistic(kUpgradeIntercept, kUpgrade, features);
    row.upgraded = rng.uniform() < p;
    truth.probability.push_back(p);
    shop.upgrades.push_back(row);
  }
  truth.bayes_auc = bayes_auc(truth.probability);
}

}  // namespace clientele::shop
