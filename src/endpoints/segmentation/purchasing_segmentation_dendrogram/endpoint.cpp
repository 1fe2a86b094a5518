// purchasing_segmentation_dendrogram: the Ward tree of customers and its best cut.
#include <algorithm>
#include <array>
#include <string>

#include "models/cluster/segments.hpp"
#include "models/cluster/silhouette.hpp"
#include "models/cluster/sweep.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/clusterings.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::endpoints::purchasing_segmentation_dendrogram {
namespace {

using schema::field;
using vocabulary::Language;
using vocabulary::Scaling;
using vocabulary::Shopper;

struct Request {
  std::vector<Shopper> customers;
  std::vector<std::int32_t> k_range{2, 3, 4, 5, 6, 7, 8, 9, 10};
  Scaling scaling = Scaling::none;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Customers and how to cut their tree.",
      field<&R::customers>("One row a customer.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostShoppers)
          .unique_by("id"),
      field<&R::k_range>("Numbers of clusters to score; 2 to 10 by default.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"k_range", 29})
          .between(2, 30),
      field<&R::scaling>("How columns are made comparable; by default they are taken as they are, "
                         "so that spend decides.")
          .or_default(),
      field<&R::lang>("Language of the reason.").or_default());
}

struct Row {
  std::string_view algo = "agglo";
  std::int32_t k = 0;
  std::optional<double> silhouette;
  std::optional<double> davies_bouldin;
  std::optional<double> calinski_harabasz;
};
schema::Object describe(schema::For<Row>) {
  return schema::object<Row>(
      "One cut.", field<&Row::algo>("Always agglo."), field<&Row::k>("Clusters."),
      field<&Row::silhouette>("-1 to 1, higher is better, over all customers.").nullable(),
      field<&Row::davies_bouldin>("Lower is better.").nullable(),
      field<&Row::calinski_harabasz>("Higher is better.").nullable());
}

struct Best {
  std::string_view algo = "agglo";
  std::int32_t k = 0;
  std::optional<double> silhouette;
  std::optional<double> davies_bouldin;
  std::int32_t n_clusters = 0;
};
schema::Object describe(schema::For<Best>) {
  return schema::object<Best>(
      "The cut of the highest silhouette, then lowest Davies-Bouldin.",
      field<&Best::algo>("Always agglo."), field<&Best::k>("Clusters."),
      field<&Best::silhouette>("Its silhouette; null where no cut could be scored.").nullable(),
      field<&Best::davies_bouldin>("Its Davies-Bouldin index.").nullable(),
      field<&Best::n_clusters>("The same as k."));
}

struct Dendrogram {
  std::vector<std::array<double, 4>> linkage_matrix;
  std::vector<std::string_view> columns{"child1", "child2", "distance", "sample_count"};
  std::vector<std::string_view> leaf_labels;
  std::vector<vocabulary::LegendEntry> cluster_legend;
};
schema::Object describe(schema::For<Dendrogram>) {
  using D = Dendrogram;
  return schema::object<D>(
      "The whole tree, as segment_hierarchy_chart takes it.",
      field<&D::linkage_matrix>("One row a merge, in SciPy's convention, by ascending distance."),
      field<&D::columns>("Meaning of a row's numbers."),
      field<&D::leaf_labels>("Customer of each leaf: the order of the request."),
      field<&D::cluster_legend>("Portraits of the clusters."));
}

struct Response {
  std::vector<Row> benchmark;
  Best best_model;
  std::vector<std::vector<double>> centroids;
  schema::Map<std::int32_t> labels;
  Dendrogram dendrogram;
  std::string reason;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "The tree and its best cut.", field<&R::benchmark>("Scores by ascending k."),
      field<&R::best_model>("The cut that labels follow."),
      field<&R::centroids>("Mean frequency, amount_spent and number of categories of each cluster.")
          .digits(2),
      field<&R::labels>("Cluster by customer id; 0 has the highest mean spend."),
      field<&R::dendrogram>("The tree."), field<&R::reason>("Why this cut, in a sentence."));
}

Result<Response> compute(const Request& request, Context& context) {
  const std::vector<Shopper>& customers = request.customers;
  const auto categories = vocabulary::categories_of(customers);
  const auto values = vocabulary::shopper_values(customers, categories);
  auto prepared = vocabulary::prepare(values, vocabulary::kShopperColumns, request.scaling);
  if (!prepared) return std::move(prepared).error();
  const cluster::Cohort& cohort = prepared->cohort;
  cluster::SweepOptions options;
  options.ks.assign(request.k_range.begin(), request.k_range.end());
  options.algorithms = {cluster::Algorithm::agglo};
  options.threads = context.threads;
  options.cancelled = [&] { return context.cancelled(); };
  const cluster::Sweep sweep = cluster::sweep(cohort, options);
  if (sweep.cancelled) return vocabulary::gave_up();
  vocabulary::warn_of(sweep, cohort.rows(), "/k_range", context);
  const cluster::Trial fallback = cluster::undivided(cohort);
  const cluster::Trial& best = sweep.best ? sweep.trials[*sweep.best] : fallback;

  Response response;
  for (const cluster::Trial& trial : sweep.trials) {
    response.benchmark.push_back({.k = static_cast<std::int32_t>(trial.k),
                                  .silhouette = trial.silhouette,
                                  .davies_bouldin = trial.davies_bouldin,
                                  .calinski_harabasz = trial.calinski_harabasz});
  }
  response.best_model = {.k = static_cast<std::int32_t>(best.k),
                         .silhouette = best.silhouette,
                         .davies_bouldin = best.davies_bouldin,
                         .n_clusters = static_cast<std::int32_t>(best.clusters)};
  std::vector<double> spend;
  spend.reserve(customers.size());
  for (const Shopper& customer : customers) spend.push_back(customer.amount_spent);
  cluster::Labels labels = cohort.per_row(best.labels);
  cluster::number_by_mean(labels, spend, cluster::MeanOrder::descending);
  response.centroids =
      vocabulary::group_means(values, vocabulary::kShopperColumns, labels, best.clusters);
  for (std::size_t i = 0; i < customers.size(); ++i) {
    response.labels.entries.emplace_back(customers[i].id, labels[i]);
    response.dendrogram.leaf_labels.push_back(customers[i].id);
  }
  response.dendrogram.linkage_matrix = vocabulary::linkage_rows(*sweep.linkage);
  response.dendrogram.cluster_legend =
      vocabulary::legend_of(customers, categories, labels, best.clusters);
  response.reason = vocabulary::reason_of(sweep, best, request.lang);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "purchasing_segmentation_dendrogram",
       .group = "segmentation",
       .title = "Ward tree of customers and its best cut",
       .description =
           "Builds the whole tree of customers by Ward's criterion on frequency, amount spent and "
           "number of categories, scores its cuts into 2 to 10 clusters, and gives the labels of "
           "the best one: highest silhouette, then lowest Davies-Bouldin.\n\n"
           "The tree is exact and in SciPy's convention; silhouettes are exact over all customers, "
           "too. Columns are taken in their own units unless `scaling` says otherwise, so that "
           "money decides: that reproduces the documented numbers. Send the `dendrogram` to "
           "segment_hierarchy_chart to draw it. Equal customers share a cluster; a k above the "
           "number of different customers is skipped with a warning.",
       .cost = "O(n log n) for the tree, O(n^2) for the silhouettes",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::purchasing_segmentation_dendrogram
