// What is planted in a generated shop: the answers that an analysis of its data should find.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"

namespace clientele::shop {

inline constexpr std::size_t kSegments = 4;

enum class Segment : std::uint8_t { loyal_regular, big_ticket, bargain_hunter, one_time };

// How the customers of one segment behave.
struct SegmentPlan {
  std::string_view name;
  double share;             // of the customers
  double orders_per_month;  // mean of the customers' own gamma distributed rates
  double rate_shape;        // shape of that gamma distribution
  double extra_lines;       // mean number of lines of an order beyond the first (Poisson)
  int fewest_categories;    // a customer keeps to a set of categories of this size
  int most_categories;
  double discount_share;    // mean share of lines bought at a discount
  double control_response;  // P(respond) without the campaign
  double uplift;            // change of that probability by the campaign
};

struct Coefficient {
  std::string_view feature;  // "plan=Basic": 1 for that plan, else 0
  double value;              // change of the log odds for one more unit
};

// log odds of a positive label = intercept + sum of coefficient x feature. `probability` has one
// entry a row; `bayes_auc` is the ROC-AUC that these probabilities are expected to reach, which no
// model can exceed but by luck.
struct LogisticTruth {
  double intercept = 0;
  std::vector<Coefficient> coefficients;
  std::vector<double> probability;
  double bayes_auc = 0;
};

// Products a and b enter an order independently of everything else, with these joint
// probabilities: lift = p_both / (p_a p_b), confidence(a -> b) = p_both / p_a.
struct PairTruth {
  std::string product_a;
  std::string product_b;
  double p_a = 0;
  double p_b = 0;
  double p_both = 0;
  double lift = 0;
};

// Expected revenue of day t = base x (1 + trend_per_year x years since the first day)
// x weekday[t] x exp(yearly_amplitude x cos(2 pi (day of year - peak_day) / 365.25))
// x (promotion ? promotion_factor : 1), times lognormal noise of mean 1 and log deviation noise.
// Orders follow the same weekdays, seasons and promotions, without the trend.
struct SeasonTruth {
  double base = 0;
  double trend_per_year = 0;
  std::array<double, 7> weekday{};  // Monday first, mean 1
  double yearly_amplitude = 0;
  int peak_day = 0;  // day of the year, 1-366
  double promotion_factor = 0;
  double noise = 0;
};

// Expected units of a day = base_units x (price / reference)^elasticity
// x (competitor price / reference)^cross_elasticity x weekday factor; Poisson distributed.
struct PriceTruth {
  double base_units = 0;
  double reference_price = 0;
  double elasticity = 0;
  double cross_elasticity = 0;
  double best_profit_price = 0;  // unit cost x elasticity / (1 + elasticity)
};

struct StoreTruth {
  std::string_view store;
  double promoters;  // probability of an answer of 9 or 10
  double passives;   // of 7 or 8
  double nps() const { return 100.0 * (promoters - (1.0 - promoters - passives)); }
};

struct Truth {
  std::array<SegmentPlan, kSegments> plans{};
  std::vector<Segment> segment;       // by customer
  std::vector<Date> active_until;     // by customer: no order after this day
  LogisticTruth churn;                // by customer
  LogisticTruth upgrade;              // by upgrade row
  std::vector<Segment> mail_segment;  // by campaign contact
  double average_uplift = 0;          // mean of the contacts' planted uplifts
  std::vector<PairTruth> pairs;       // strongest first; the last one is independent (lift 1)
  SeasonTruth season;
  PriceTruth price;
  std::vector<StoreTruth> stores;
};

}  // namespace clientele::shop
