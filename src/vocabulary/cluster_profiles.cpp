#include "vocabulary/cluster_profiles.hpp"

#include <map>

#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr double kBigShare = 30.0;  // per cent of revenue from which a segment is to be kept
constexpr Phrase kKeep{"Focus on retention & upsell",
                       "Centrarse en la retención y la venta adicional",
                       "Foco em retenção e upsell"};
constexpr Phrase kGrow{"Growth-potential segment", "Segmento con potencial de crecimiento",
                       "Segmento com potencial de crescimento"};

}  // namespace

schema::Object describe(schema::For<ClusterProfile>) {
  using P = ClusterProfile;
  return schema::object<P>(
      "One cluster.", field<&P::cluster_id>("The label; -1 is noise."),
      field<&P::n_customers>("Customers in the cluster."),
      field<&P::avg_spend>("Mean spend.").unit("currency").digits(2),
      field<&P::median_spend>("Median spend.").unit("currency").digits(2),
      field<&P::avg_frequency>("Mean number of orders.").digits(2),
      field<&P::top_categories>("The categories that set the cluster apart, by TF-IDF over the "
                                "clusters, strongest first."),
      field<&P::share_of_revenue_pct>("Share of all revenue; null when there is none.")
          .unit("per cent")
          .digits(2),
      field<&P::insight>("Retention from 30 % of revenue on, growth below."));
}

std::vector<ClusterProfile> profiles_of(std::span<const std::int32_t> labels,
                                        std::span<const double> spend,
                                        std::span<const double> frequency,
                                        const CategoryLists& categories, std::size_t top_n,
                                        Language language) {
  std::map<std::int32_t, std::vector<std::size_t>> members;
  ExactSum revenue;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    members[labels[i]].push_back(i);
    revenue.add(spend[i]);
  }
  std::vector<ClusterProfile> profiles;
  std::vector<std::int32_t> group_of_customer(labels.size());
  for (const auto& [cluster, customers] : members) {
    ExactSum spent, orders;
    std::vector<double> spends;
    for (const std::size_t i : customers) {
      group_of_customer[i] = static_cast<std::int32_t>(profiles.size());
      spent.add(spend[i]);
      orders.add(frequency[i]);
      spends.push_back(spend[i]);
    }
    const auto count = static_cast<double>(customers.size());
    const double share = 100.0 * spent.value() / revenue.value();  // 0 / 0 is written null
    profiles.push_back({.cluster_id = cluster,
                        .n_customers = static_cast<std::int64_t>(customers.size()),
                        .avg_spend = spent.value() / count,
                        .median_spend = quantile_of(std::move(spends), 0.5),
                        .avg_frequency = orders.value() / count,
                        .top_categories = {},
                        .share_of_revenue_pct = share,
                        .insight = (share >= kBigShare ? kKeep : kGrow).in(language)});
  }
  auto names = categories.top(group_of_customer, profiles.size(), top_n);
  for (std::size_t i = 0; i < names.size(); ++i) profiles[i].top_categories = std::move(names[i]);
  return profiles;
}

}  // namespace clientele::vocabulary
