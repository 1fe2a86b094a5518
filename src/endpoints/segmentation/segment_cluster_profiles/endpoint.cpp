// segment_cluster_profiles: what each cluster of customers is worth and buys.

#include "schema/endpoint.hpp"
#include "vocabulary/cluster_profiles.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::endpoints::segment_cluster_profiles {
namespace {

using schema::field;
using vocabulary::Language;

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

struct Response {
  std::vector<vocabulary::ClusterProfile> cluster_profiles;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Profiles.",
                                  field<&Response::cluster_profiles>("By ascending cluster_id."));
}

Result<Response> compute(const Request& request, Context&) {
  std::vector<std::string_view> ids;
  std::vector<double> spend, frequency;
  vocabulary::CategoryLists categories;
  for (const Customer& customer : request.customers) {
    ids.push_back(customer.id);
    spend.push_back(customer.amount_spent);
    frequency.push_back(customer.frequency);
    categories.add(customer.product_types);
  }
  Faults faults;
  const auto labels = vocabulary::match_labels(ids, request.labels, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  return Response{vocabulary::profiles_of(labels, spend, frequency, categories,
                                          static_cast<std::size_t>(request.top_n_categories),
                                          request.lang)};
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
