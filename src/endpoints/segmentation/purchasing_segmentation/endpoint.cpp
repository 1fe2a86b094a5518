// purchasing_segmentation: four families of clusterings of customers, and the best of them; from
// features (`data`) or from totals and categories (`customers`).
#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include "models/cluster/segments.hpp"
#include "models/cluster/sweep.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/clusterings.hpp"
#include "vocabulary/feature_segments.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::endpoints::purchasing_segmentation {
namespace {

using schema::field;
using vocabulary::Family;
using vocabulary::Interpretations;
using vocabulary::Language;
using vocabulary::Scaling;
using vocabulary::Shopper;
using vocabulary::SilhouetteMode;

constexpr Limit kMostFeatureRows{"segmentation_features", 200'000};
constexpr std::size_t kEncodedCategories = 50;
// Customers whose categories become columns: the tree takes some seconds where it has that many.
constexpr Limit kMostEncoded{"segmentation_encoded_customers", 20'000};

struct Featured {
  std::string_view customer_id;
  schema::FeatureRow features;
};
schema::Object describe(schema::For<Featured>) {
  return schema::object<Featured>(
      "A customer's features.",
      field<&Featured::customer_id>("Your id of the customer.").not_empty(),
      field<&Featured::features>("purchase_total, visit_frequency, avg_ticket, product_diversity, "
                                 "loyalty_score and recency_days, or features of your own."));
}

struct Request {
  schema::Table<Featured> data;
  std::vector<Shopper> customers;
  std::int32_t max_clusters = 10;
  std::vector<std::int32_t> k_range{3, 4, 5, 6};
  std::vector<Family> algorithms{Family::kmeans, Family::gmm, Family::agglo, Family::dbscan};
  std::optional<Scaling> scaling;
  double dbscan_eps = 0.4;
  std::int32_t dbscan_min_samples = 5;
  bool encode_categories = false;
  SilhouetteMode silhouette = SilhouetteMode::automatic;
  bool stability = true;
  std::uint32_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Customers in one of two forms, and what to try.",
      field<&R::data>("Features form: customers with named features.")
          .or_default()
          .at_least_items(1)
          .at_most_items(kMostFeatureRows)
          .unique_by("customer_id"),
      field<&R::customers>("Customers form: totals and categories bought.")
          .or_default()
          .at_least_items(1)
          .at_most_items(vocabulary::kMostShoppers)
          .unique_by("id"),
      field<&R::max_clusters>("Features form: k runs from 2 to this.").or_default().between(2, 30),
      field<&R::k_range>("Customers form: the k to try.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"k_range", 29})
          .between(2, 30),
      field<&R::algorithms>("Families to try; all four by default.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"algorithms", 4}),
      field<&R::scaling>("How columns are made comparable. Features form: zscore by default; "
                         "customers form: none, so that spend decides."),
      field<&R::dbscan_eps>("Radius of DBSCAN in scaled columns; unscaled columns take the knee of "
                            "the k-distances instead.")
          .or_default()
          .above(0)
          .at_most(1),
      field<&R::dbscan_min_samples>("Customers that make a neighbourhood dense.")
          .or_default()
          .between(3, 10'000),
      field<&R::encode_categories>("Let the 50 most frequent product types, or features that are "
                                   "texts, take part as yes/no columns.")
          .or_default(),
      field<&R::silhouette>("exact over all customers, sampled over 20 000 of them, or automatic: "
                            "exact as long as that is quick.")
          .or_default(),
      field<&R::stability>("Cluster 20 bootstrap samples to see whether the result comes back.")
          .or_default(),
      field<&R::seed>("Of all random numbers.").or_default(),
      field<&R::lang>("Language of personas; interpretations come in English and in it.")
          .or_default());
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
      "The Ward tree, as segment_hierarchy_chart takes it.",
      field<&D::linkage_matrix>("One row a merge, in SciPy's convention, by ascending distance."),
      field<&D::columns>("Meaning of a row's numbers."),
      field<&D::leaf_labels>("Customer of each leaf: the order of the request."),
      field<&D::cluster_legend>("Portraits of the best model's clusters."));
}

struct Response {
  std::optional<vocabulary::AlgorithmName> best_algorithm;
  std::optional<vocabulary::TrialParameters> best_params;
  std::optional<std::vector<vocabulary::EvaluationRow>> evaluation_metrics;
  std::optional<std::vector<vocabulary::FeatureCluster>> clusters;
  std::optional<std::vector<vocabulary::CustomerLabel>> customer_labels;
  std::optional<std::vector<vocabulary::Benchmark>> benchmark;
  std::optional<vocabulary::Benchmark> best_model;
  std::optional<std::vector<std::vector<double>>> centroids;
  std::optional<schema::Map<std::int32_t>> labels;
  std::optional<Interpretations> interpretations_en;
  std::optional<Interpretations> interpretations_es;
  std::optional<Interpretations> interpretations_pt;
  std::optional<Dendrogram> dendrogram;
  std::string reason;
  std::optional<vocabulary::StabilityNote> stability;
  std::vector<vocabulary::OutlierNote> outliers;
  std::int64_t outlier_total = 0;
  std::optional<double> dbscan_suggested_eps;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "Segments, in the form of the request.",
      field<&R::best_algorithm>("Features form: family of the best configuration."),
      field<&R::best_params>("Features form: its parameters."),
      field<&R::evaluation_metrics>("Features form: one row for every configuration."),
      field<&R::clusters>("Features form: the segments, by ascending mean spend."),
      field<&R::customer_labels>("Features form: the segment of each customer."),
      field<&R::benchmark>("Customers form: one row for every configuration."),
      field<&R::best_model>("Customers form: the best of them."),
      field<&R::centroids>("Customers form: mean frequency, amount_spent and number of categories "
                           "of each cluster.")
          .digits(2),
      field<&R::labels>("Customers form: cluster by customer id, 0 with the lowest mean spend, -1 "
                        "noise."),
      field<&R::interpretations_en>("Customers form: the clusters in words."),
      field<&R::interpretations_es>("In Spanish, with lang es."),
      field<&R::interpretations_pt>("In Portuguese, with lang pt."),
      field<&R::dendrogram>("Customers form: the Ward tree."),
      field<&R::reason>("Why this model, in a sentence."),
      field<&R::stability>("Whether it comes back when the customers are drawn again; absent for "
                           "one cluster, and for DBSCAN on more than 3000 customers."),
      field<&R::outliers>("Up to 50 customers who do not fit their segment, the farthest first."),
      field<&R::outlier_total>("How many there are."),
      field<&R::dbscan_suggested_eps>("Where the curve of k-distances bends; absent without "
                                      "DBSCAN."));
}

// All but the numbers of clusters. Unscaled columns have no natural radius: eps 0, the knee.
vocabulary::SegmentationOptions options_of(const Request& request, Scaling usual_scaling) {
  vocabulary::SegmentationOptions options;
  options.algorithms = request.algorithms;
  options.scaling = request.scaling.value_or(usual_scaling);
  options.eps = options.scaling == Scaling::none ? 0 : request.dbscan_eps;
  options.min_samples = request.dbscan_min_samples;
  options.silhouette = request.silhouette;
  options.stability = request.stability;
  options.seed = request.seed;
  options.lang = request.lang;
  return options;
}

Result<Response> segment_data(const Request& request, Context& context) {
  Faults faults;
  const auto matrix = vocabulary::matrix_of(request.data.features, "data",
                                            request.encode_categories, faults, context);
  if (!faults.empty()) return std::move(faults).to_error();
  std::vector<std::string_view> ids;
  for (const Featured& row : request.data.rows) ids.push_back(row.customer_id);
  vocabulary::SegmentationOptions options = options_of(request, Scaling::zscore);
  options.ks.resize(static_cast<std::size_t>(request.max_clusters - 1));
  std::iota(options.ks.begin(), options.ks.end(), 2);
  auto found = vocabulary::segment_features(matrix, ids, options, "/max_clusters", context);
  if (!found) return std::move(found).error();
  Response response;
  response.best_algorithm = found->best_algorithm;
  response.best_params = found->best_params;
  response.evaluation_metrics = std::move(found->evaluation_metrics);
  response.clusters = std::move(found->clusters);
  response.customer_labels.emplace();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    response.customer_labels->push_back({ids[i], found->labels[i]});
  }
  response.reason = std::move(found->reason);
  vocabulary::set_soundness(std::move(found->soundness), response);
  response.dbscan_suggested_eps = found->dbscan_suggested_eps;
  return response;
}

// The columns that are clustered: the three documented ones, and categories when they are encoded.
vocabulary::FeatureMatrix shopper_matrix(const Request& request,
                                         const vocabulary::CategoryLists& categories) {
  vocabulary::FeatureMatrix matrix;
  matrix.names = {"frequency", "amount_spent", "n_categories"};
  matrix.rows = request.customers.size();
  matrix.values = vocabulary::shopper_values(request.customers, categories);
  if (!request.encode_categories) return matrix;
  const auto frequent = categories.most_frequent(kEncodedCategories);
  matrix.encoded = frequent.size();
  std::vector<double> values;
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const auto own =
        matrix.values.begin() + static_cast<std::ptrdiff_t>(i * vocabulary::kShopperColumns);
    values.insert(values.end(), own, own + vocabulary::kShopperColumns);
    for (const std::uint32_t category : frequent) {
      values.push_back(categories.has(i, category) ? 1.0 : 0.0);
    }
  }
  matrix.values = std::move(values);
  for (const std::uint32_t category : frequent) {
    matrix.names.push_back("product_type=" + std::string(categories.name(category)));
  }
  return matrix;
}

void describe_clusters(const Request& request, const vocabulary::CategoryLists& categories,
                       const cluster::Labels& labels, std::size_t clusters, Response& response) {
  const std::vector<Shopper>& customers = request.customers;
  response.centroids = vocabulary::group_means(vocabulary::shopper_values(customers, categories),
                                               vocabulary::kShopperColumns, labels, clusters);
  response.labels.emplace();
  for (std::size_t i = 0; i < customers.size(); ++i) {
    response.labels->entries.emplace_back(customers[i].id, labels[i]);
    response.dendrogram->leaf_labels.push_back(customers[i].id);
  }
  auto legend = vocabulary::legend_of(customers, categories, labels, clusters);
  response.interpretations_en = vocabulary::interpretations(legend, Language::en);
  if (request.lang == Language::es) {
    response.interpretations_es = vocabulary::interpretations(legend, Language::es);
  } else if (request.lang == Language::pt) {
    response.interpretations_pt = vocabulary::interpretations(legend, Language::pt);
  }
  response.dendrogram->cluster_legend = std::move(legend);
}

Result<Response> segment_customers(const Request& request, Context& context) {
  if (request.encode_categories && request.customers.size() > context.limit(kMostEncoded)) {
    return invalid("/encode_categories", "too_many_customers",
                   "Categories can be encoded for up to " +
                       std::to_string(context.limit(kMostEncoded)) + " customers; leave it false.");
  }
  const auto categories = vocabulary::categories_of(request.customers);
  const auto matrix = shopper_matrix(request, categories);
  vocabulary::SegmentationOptions options = options_of(request, Scaling::none);
  options.ks = request.k_range;
  auto prepared =
      vocabulary::prepare(matrix.values, matrix.columns(), options.scaling, matrix.encoded);
  if (!prepared) return std::move(prepared).error();
  const cluster::Cohort& cohort = prepared->cohort;
  auto sweep_options = vocabulary::sweep_options(options, cohort, matrix.columns(), context);
  sweep_options.linkage = true;
  const cluster::Sweep sweep = cluster::sweep(cohort, sweep_options);
  if (sweep.cancelled) return vocabulary::gave_up();
  vocabulary::warn_of(sweep, cohort.rows(), "/k_range", context);
  const cluster::Trial fallback = cluster::undivided(cohort);
  const cluster::Trial& best = sweep.best ? sweep.trials[*sweep.best] : fallback;

  Response response;
  response.benchmark.emplace();
  for (const cluster::Trial& trial : sweep.trials) {
    response.benchmark->push_back(vocabulary::benchmark_of(trial));
  }
  response.best_model = vocabulary::benchmark_of(best);
  std::vector<double> spend;
  for (const Shopper& customer : request.customers) spend.push_back(customer.amount_spent);
  cluster::Labels labels = cohort.per_row(best.labels);
  cluster::number_by_mean(labels, spend);
  response.dendrogram.emplace().linkage_matrix = vocabulary::linkage_rows(*sweep.linkage);
  describe_clusters(request, categories, labels, best.clusters, response);
  response.reason = vocabulary::reason_of(sweep, best, request.lang);
  std::vector<std::string_view> ids;
  for (const Shopper& customer : request.customers) ids.push_back(customer.id);
  auto soundness =
      vocabulary::soundness_of(cohort, best, {ids, matrix.names, labels}, options, context);
  if (!soundness) return std::move(soundness).error();
  vocabulary::set_soundness(std::move(*soundness), response);
  if (sweep.suggested_eps > 0) response.dbscan_suggested_eps = sweep.suggested_eps;
  return response;
}

Result<Response> compute(const Request& request, Context& context) {
  const bool has_data = !request.data.rows.empty();
  const bool has_customers = !request.customers.empty();
  if (has_data == has_customers) {
    return invalid("", has_data ? "two_forms" : "no_form",
                   has_data ? "Send either data or customers, not both."
                            : "Send data (customers with features) or customers (with totals and "
                              "product types).");
  }
  return has_data ? segment_data(request, context) : segment_customers(request, context);
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "purchasing_segmentation",
       .group = "segmentation",
       .title = "Customer segments by four families of clusterings",
       .description =
           "Tries K-Means, Gaussian mixtures, Ward agglomeration and DBSCAN on your customers, "
           "scores every configuration by silhouette, Davies-Bouldin and Calinski-Harabasz, and "
           "gives the segments of the one with the highest silhouette (then the lowest "
           "Davies-Bouldin), with portraits in words.\n\n"
           "The body decides the form: `data` holds named features, z-scored unless `scaling` says "
           "otherwise; `customers` holds frequency, amount spent and product types, taken as they "
           "are unless `scaling` says otherwise. Exactly one of them is needed. Features of your "
           "own take part like the documented ones; every customer needs every feature that one of "
           "them has.\n\n"
           "Scores are exact up to about 60 000 customers in three columns; beyond, silhouettes "
           "come from 20 000 customers, their distances still to everyone, and say so. DBSCAN's "
           "noise (-1) takes no part in scores. A configuration with one cluster has null scores "
           "and never wins; a k above the number of different customers is skipped with a warning. "
           "Below a silhouette of 0.25 a warning says that there is no structure to speak of. "
           "`stability` tells whether the segments come back when customers are drawn again, "
           "`outliers` who does not fit. Segments are numbered by ascending mean spend, so that "
           "they keep their meaning from week to week. Labels depend neither on the order of the "
           "rows nor on the number of threads.",
       .cost = "O(n log n) for few columns; O(n^2) for exact silhouettes",
       .since = "0.2",
       .limits = {kMostEncoded}});
}

}  // namespace clientele::endpoints::purchasing_segmentation
