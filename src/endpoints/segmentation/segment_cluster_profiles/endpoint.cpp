// segment_cluster_profiles: what each cluster of customers is worth and buys.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::endpoints::segment_cluster_profiles {
namespace {

using schema::field;
using vocabulary::Language;
using vocabulary::Phrase;

constexpr double kBigShare = 30.0;  // per cent of revenue from which a segment is to be kept
constexpr Phrase kKeep{"Focus on retention & upsell",
                       "Centrarse en la retención y la venta adicional",
                       "Foco em retenção e upsell"};
constexpr Phrase kGrow{"Growth-potential segment", "Segmento con potencial de crecimiento",
                       "Segmento com potencial de crescimento"};

struct Customer {
  std::string_view id;
  double frequency = 0;
  double amount_spent = 0;
  std::vector<std::string_view> product_types;
};
schema::Object describe(schema::For<Customer>) {
  using C = Customer;
  return schema::object<C>("A customer's totals.",
                           field<&C::id>("Your id of the customer.").not_empty(),
                           field<&C::frequency>("Orders in the window.").at_least(0),
                           field<&C::amount_spent>("Revenue in the window.")
                               .between(0, vocabulary::kMostMoney)
                               .unit("currency"),
                           field<&C::product_types>("Categories or SKUs bought.").not_empty());
}

struct Request {
  std::vector<Customer> customers;
  schema::Map<std::int32_t> labels;
  std::int32_t top_n_categories = 5;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Customers and the cluster of each.",
      field<&R::customers>("Every customer of the segmentation.")
          .at_least_items(1)
          .at_most_items({"profile_customers", 200'000})
          .unique_by("id"),
      field<&R::labels>("Cluster by customer id, one for every customer; -1 is noise."),
      field<&R::top_n_categories>("How many categories name a cluster.")
          .or_default()
          .between(1, 50),
      field<&R::lang>("Language of the insight.").or_default());
}

struct Profile {
  std::int32_t cluster_id = 0;
  std::int64_t n_customers = 0;
  double avg_spend = 0;
  double median_spend = 0;
  double avg_frequency = 0;
  std::string top_categories;
  double share_of_revenue_pct = 0;
  std::string_view insight;
};
schema::Object describe(schema::For<Profile>) {
  using P = Profile;
  return schema::object<P>(
      "One cluster.", field<&P::cluster_id>("The label as sent."),
      field<&P::n_customers>("Customers in the cluster."),
      field<&P::avg_spend>("Mean amount_spent.").unit("currency").digits(2),
      field<&P::median_spend>("Median amount_spent.").unit("currency").digits(2),
      field<&P::avg_frequency>("Mean frequency.").digits(2),
      field<&P::top_categories>("The categories that set the cluster apart, by TF-IDF over the "
                                "clusters, strongest first."),
      field<&P::share_of_revenue_pct>("Share of all revenue; null when there is none.")
          .unit("per cent")
          .digits(2),
      field<&P::insight>("Retention from 30 % of revenue on, growth below."));
}

struct Response {
  std::vector<Profile> cluster_profiles;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Profiles.",
                                  field<&Response::cluster_profiles>("By ascending cluster_id."));
}

Profile profile_of(std::int32_t cluster, const std::vector<std::size_t>& members,
                   const Request& request, double total_revenue) {
  ExactSum spend, frequency;
  std::vector<double> spends;
  for (const std::size_t member : members) {
    const Customer& customer = request.customers[member];
    spend.add(customer.amount_spent);
    frequency.add(customer.frequency);
    spends.push_back(customer.amount_spent);
  }
  const auto count = static_cast<double>(members.size());
  const double share = 100.0 * spend.value() / total_revenue;  // 0 / 0: not a number, written null
  return {.cluster_id = cluster,
          .n_customers = static_cast<std::int64_t>(members.size()),
          .avg_spend = spend.value() / count,
          .median_spend = quantile_of(std::move(spends), 0.5),
          .avg_frequency = frequency.value() / count,
          .top_categories = {},
          .share_of_revenue_pct = share,
          .insight = (share >= kBigShare ? kKeep : kGrow).in(request.lang)};
}

Result<Response> compute(const Request& request, Context&) {
  std::vector<std::string_view> ids;
  vocabulary::CategoryLists categories;
  for (const Customer& customer : request.customers) {
    ids.push_back(customer.id);
    categories.add(customer.product_types);
  }
  Faults faults;
  const auto labels = vocabulary::match_labels(ids, request.labels, faults);
  if (!faults.empty()) return std::move(faults).to_error();

  std::map<std::int32_t, std::vector<std::size_t>> members;
  ExactSum revenue;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    members[labels[i]].push_back(i);
    revenue.add(request.customers[i].amount_spent);
  }
  Response response;
  std::vector<std::int32_t> group_of_customer(labels.size());
  for (const auto& [cluster, customers] : members) {
    const auto group = static_cast<std::int32_t>(response.cluster_profiles.size());
    for (const std::size_t customer : customers) group_of_customer[customer] = group;
    response.cluster_profiles.push_back(profile_of(cluster, customers, request, revenue.value()));
  }
  auto names = categories.top(group_of_customer, members.size(),
                              static_cast<std::size_t>(request.top_n_categories));
  for (std::size_t i = 0; i < names.size(); ++i) {
    response.cluster_profiles[i].top_categories = std::move(names[i]);
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "segment_cluster_profiles",
       .group = "segmentation",
       .title = "Cluster portraits",
       .description =
           "Rolls customers up by the cluster you gave them: size, mean and median spend, mean "
           "frequency, share of revenue, the categories that set the cluster apart and one insight."
           "\n\nCategories are ranked by TF-IDF, where a cluster is the document and the number of "
           "its customers who have the category is the term frequency; ties go to the category "
           "that appears first in the request. Every customer needs a label and every label a "
           "customer.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::segment_cluster_profiles
