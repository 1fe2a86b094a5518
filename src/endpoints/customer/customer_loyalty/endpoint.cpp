// customer_loyalty: a weighted 0-1 loyalty index over min-max scaled features.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/number_text.hpp"
#include "models/activity/loyalty.hpp"
#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_loyalty {
namespace {

using schema::field;

constexpr int kScoreDigits = 4;
constexpr std::string_view kReversed = "recency_days";  // fewer days are better
constexpr std::array kDefaultWeights{std::pair<std::string_view, double>{"purchase_total", 0.25},
                                     std::pair<std::string_view, double>{"visit_frequency", 0.30},
                                     std::pair<std::string_view, double>{"avg_ticket", 0.10},
                                     std::pair<std::string_view, double>{"product_diversity", 0.15},
                                     std::pair<std::string_view, double>{"recency_days", 0.20}};

struct TierBound {
  std::string_view tier;
  double at_least;
};
constexpr std::array kTiers{TierBound{"Platinum", 0.85}, TierBound{"Gold", 0.70},
                            TierBound{"Silver", 0.50}, TierBound{"Bronze", 0.30},
                            TierBound{"At-Risk", 0.0}};

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
};
schema::Object describe(schema::For<Customer>) {
  return schema::object<Customer>(
      "A customer's features.",
      field<&Customer::customer_id>("Your id of the customer.").not_empty(),
      field<&Customer::features>("Numbers by name, as customer_features gives them, or your own."));
}

struct Request {
  schema::Map<double> weights;
  schema::Map<double> segment_thresholds;
  schema::Table<Customer> customers;
};
schema::Object describe(schema::For<Request>) {
  return schema::object<Request>(
      "Feature vectors and how much each feature counts.",
      field<&Request::weights>(
          "Weight by feature, normalised to a sum of 1; by default purchase_total 0.25, "
          "visit_frequency 0.3, avg_ticket 0.1, product_diversity 0.15, recency_days 0.2.")
          .or_default()
          .at_least(0),
      field<&Request::segment_thresholds>("Lowest score by tier, for Platinum, Gold, Silver, "
                                          "Bronze; 0.85, 0.7, 0.5, 0.3 by default.")
          .or_default()
          .between(0, 1),
      field<&Request::customers>("The cohort that is scaled together.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostCustomers)
          .unique_by("customer_id"));
}

struct ScoredCustomer {
  std::string_view customer_id;
  double loyalty_score = 0;
  std::string_view segment;
};
schema::Object describe(schema::For<ScoredCustomer>) {
  using C = ScoredCustomer;
  return schema::object<C>(
      "One customer's loyalty.", field<&C::customer_id>("The id as sent."),
      field<&C::loyalty_score>("0 (least) to 1 (most loyal of the cohort).").digits(kScoreDigits),
      field<&C::segment>("Tier of the score."));
}

struct Summary {
  double mean_score = 0;
  double median_score = 0;
  double top_decile_threshold = 0;
  schema::Map<std::int64_t> segment_counts;
};
schema::Object describe(schema::For<Summary>) {
  using S = Summary;
  return schema::object<S>(
      "The cohort.", field<&S::mean_score>("Mean score.").digits(kScoreDigits),
      field<&S::median_score>("Median score.").digits(kScoreDigits),
      field<&S::top_decile_threshold>("90th percentile of the scores, linear interpolation.")
          .digits(kScoreDigits),
      field<&S::segment_counts>("Customers by tier, all five tiers."));
}

struct Response {
  std::vector<ScoredCustomer> customers;
  Summary summary;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Loyalty scores.",
                                  field<&Response::customers>("In the order of the request."),
                                  field<&Response::summary>("The cohort as a whole."));
}

using Tiers = std::array<TierBound, kTiers.size()>;

Tiers tiers_of(const Request& request, Faults& faults) {
  Tiers tiers = kTiers;
  for (const auto& threshold : request.segment_thresholds.entries) {
    const std::string_view name = threshold.first;
    const double bound = threshold.second;
    // At-Risk is what lies below all others; it has no bound of its own.
    const auto found = std::find_if(tiers.begin(), tiers.end() - 1,
                                    [&](const TierBound& tier) { return tier.tier == name; });
    if (found == tiers.end() - 1) {
      faults.add(pointer_to("segment_thresholds", name), "not_allowed",
                 "No tier of this name has a threshold.", {"Platinum", "Gold", "Silver", "Bronze"});
    } else {
      found->at_least = bound;
    }
  }
  for (std::size_t i = 1; i < tiers.size(); ++i) {
    if (tiers[i].at_least <= tiers[i - 1].at_least) continue;
    faults.add("/segment_thresholds", "not_descending",
               "The threshold of " + std::string(tiers[i].tier) + " must not be above that of " +
                   std::string(tiers[i - 1].tier) + ".");
  }
  return tiers;
}

void check_column(const FeatureColumn& column, const Request& request, Faults& faults) {
  for (std::size_t row = 0; row < request.customers.rows.size(); ++row) {
    if (!column.numbers.empty() && std::isfinite(column.numbers[row])) continue;
    const bool text = column.kind == ColumnKind::text;
    faults.add(pointer_to("customers", row, "features", column.name),
               text ? "wrong_type" : "required",
               text ? "A weighted feature must be a number for every customer."
                    : "Required: a weighted feature must be given for every customer.");
  }
}

// The weighted columns; faults name weights without a column and values that are missing.
std::vector<activity::WeightedFeature> weighted_features(const Request& request, Faults& faults) {
  const auto& sent = request.weights.entries;
  std::vector<std::pair<std::string_view, double>> weights(sent.begin(), sent.end());
  if (weights.empty()) weights.assign(kDefaultWeights.begin(), kDefaultWeights.end());
  std::vector<activity::WeightedFeature> features;
  double sum = 0;
  for (const auto& [name, weight] : weights) {
    const FeatureColumn* column = request.customers.features.find(name);
    if (column == nullptr) {
      std::vector<std::string> known;
      for (const FeatureColumn& other : request.customers.features.columns) {
        known.push_back(other.name);
      }
      faults.add(
          sent.empty() ? pointer_to("customers", 0, "features", name) : pointer_to("weights", name),
          "unknown_feature", "No customer has the feature '" + std::string(name) + "'.",
          std::move(known));
      continue;
    }
    check_column(*column, request, faults);
    features.push_back({column->numbers, weight, name == kReversed});
    sum += weight;
  }
  if (faults.empty() && sum <= 0) {
    faults.add("/weights", "all_zero", "At least one weight must be above 0.");
  }
  return features;
}

Result<Response> compute(const Request& request, Context& context) {
  Faults faults;
  const Tiers tiers = tiers_of(request, faults);
  const auto features = weighted_features(request, faults);
  if (!faults.empty()) return std::move(faults).to_error();

  std::vector<double> scores = activity::loyalty_scores(features, request.customers.rows.size());
  Response response;
  std::array<std::int64_t, kTiers.size()> counts{};
  ExactSum sum;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = rounded(scores[i], kScoreDigits);
    sum.add(scores[i]);
    const auto tier = std::find_if(tiers.begin(), tiers.end() - 1, [&](const TierBound& bound) {
      return scores[i] >= bound.at_least;
    });
    ++counts[static_cast<std::size_t>(tier - tiers.begin())];
    response.customers.push_back({request.customers.rows[i].customer_id, scores[i], tier->tier});
  }
  std::sort(scores.begin(), scores.end());
  if (scores.front() == 1) {
    context.warn("no_contrast",
                 "All customers are alike (or there is one only), so everybody scores 1: the tiers "
                 "say nothing about them. Send the whole base.",
                 "/customers");
  }
  Summary& summary = response.summary;
  summary.mean_score = sum.value() / static_cast<double>(scores.size());
  summary.median_score = quantile(scores, 0.5);
  summary.top_decile_threshold = quantile(scores, 0.9);
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    summary.segment_counts.entries.emplace_back(tiers[i].tier, counts[i]);
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_loyalty",
       .group = "customer",
       .title = "Loyalty index and tiers",
       .description =
           "score = sum of weight x scaled feature / sum of weights, where each feature is scaled "
           "to 0-1 between the smallest and the largest value of the cohort; `recency_days` is "
           "reversed, because fewer days are better. A feature that is the same for everyone "
           "counts as 1 for everyone.\n\n"
           "Features may be those of customer_features or your own numbers; name yours in "
           "`weights`. The index is relative to the cohort that you send.",
       .cost = "O(n features + n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::customer_loyalty
