// customer_segmentation: from raw orders to segments in one call.
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "base/number_text.hpp"
#include "models/activity/purchases.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/cluster_profiles.hpp"
#include "vocabulary/feature_segments.hpp"
#include "vocabulary/order_lines.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_segmentation {
namespace {

using schema::field;
using vocabulary::Family;
using vocabulary::Language;
using vocabulary::Scaling;
using vocabulary::SilhouetteMode;

constexpr std::size_t kProfileCategories = 5;
constexpr Limit kMostCustomers{"segmentation_features", 200'000};

struct ProductOrder {
  std::string_view transaction_id;
  Date date;
  double amount = 0;
  std::string_view product_id;
};
schema::Object describe(schema::For<ProductOrder>) {
  using O = ProductOrder;
  return schema::object<O>(
      "An order of a product.", field<&O::transaction_id>("Your id of the order.").not_empty(),
      field<&O::date>("Day of the order."),
      field<&O::amount>("Value of the order.").between(0, vocabulary::kMostMoney).unit("currency"),
      field<&O::product_id>("SKU or category bought.").not_empty());
}

struct Customer {
  std::string_view customer_id;
  std::optional<double> loyalty_score;
  std::vector<ProductOrder> transactions;
  schema::FeatureRow features;
};
schema::Object describe(schema::For<Customer>) {
  using C = Customer;
  return schema::object<C>(
      "A customer, their orders and what else you know.",
      field<&C::customer_id>("Your id of the customer.").not_empty(),
      field<&C::loyalty_score>("A loyalty or RFM score that you have; 0 when absent.")
          .between(0, 1),
      field<&C::transactions>("The customer's orders, in any order.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostOrders),
      field<&C::features>("Columns of your own that are to take part, by name.").or_default());
}

struct Request {
  std::optional<Date> today;
  bool ignore_future = false;
  bool merge_lines = true;
  schema::Table<Customer> customers;
  std::int32_t min_clusters = 3;
  std::int32_t max_clusters = 8;
  std::vector<Family> algorithms{Family::kmeans, Family::gmm, Family::agglo, Family::dbscan};
  Scaling scaling = Scaling::log_zscore;
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
      "Orders by customer, and what to try.",
      field<&R::today>("Day from which recency counts; the server's UTC date by default."),
      field<&R::ignore_future>("Leave out orders dated after today instead of refusing them.")
          .or_default(),
      field<&R::merge_lines>(std::string(vocabulary::kMergeLinesSummary)).or_default(),
      field<&R::customers>("Customers with their orders.")
          .at_least_items(1)
          .at_most_items(kMostCustomers)
          .unique_by("customer_id"),
      field<&R::min_clusters>("k runs from this; 3, because two halves of a base say little.")
          .or_default()
          .between(2, 30),
      field<&R::max_clusters>("k runs to this.").or_default().between(2, 30),
      field<&R::algorithms>("Families to try; all four by default.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"algorithms", 4}),
      field<&R::scaling>("How features are made comparable. Spend and orders spread over powers of "
                         "ten, so logarithms are taken first (not of recency_days) unless you "
                         "choose another.")
          .or_default(),
      field<&R::dbscan_eps>("Radius of DBSCAN in scaled features.")
          .or_default()
          .above(0)
          .at_most(1),
      field<&R::dbscan_min_samples>("Customers that make a neighbourhood dense.")
          .or_default()
          .between(3, 10'000),
      field<&R::encode_categories>("Let features that are texts take part as yes/no columns.")
          .or_default(),
      field<&R::silhouette>("exact, sampled, or automatic: exact as long as that is quick.")
          .or_default(),
      field<&R::stability>("Cluster 20 bootstrap samples to see whether the result comes back.")
          .or_default(),
      field<&R::seed>("Of all random numbers.").or_default(),
      field<&R::lang>("Language of personas and insights.").or_default());
}

struct FeaturedCustomer {
  std::string_view customer_id;
  schema::Map<double, std::string_view> features;
};
schema::Object describe(schema::For<FeaturedCustomer>) {
  return schema::object<FeaturedCustomer>(
      "One customer's features.", field<&FeaturedCustomer::customer_id>("The id as sent."),
      field<&FeaturedCustomer::features>("The six of customer_features, and your own.").digits(4));
}

struct Response {
  std::vector<FeaturedCustomer> features;
  vocabulary::AlgorithmName best_algorithm = vocabulary::AlgorithmName::agglo;
  vocabulary::TrialParameters best_params;
  std::vector<vocabulary::EvaluationRow> evaluation_metrics;
  std::vector<vocabulary::FeatureCluster> clusters;
  std::vector<vocabulary::CustomerLabel> customer_labels;
  std::string reason;
  std::optional<vocabulary::StabilityNote> stability;
  std::vector<vocabulary::OutlierNote> outliers;
  std::int64_t outlier_total = 0;
  std::optional<double> dbscan_suggested_eps;
  std::vector<vocabulary::ClusterProfile> cluster_profiles;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "Features, segments and their profiles.",
      field<&R::features>("Features by customer, in the order of the request."),
      field<&R::best_algorithm>("Family of the best configuration."),
      field<&R::best_params>("Its parameters."),
      field<&R::evaluation_metrics>("One row for every configuration."),
      field<&R::clusters>("The segments, by ascending mean spend."),
      field<&R::customer_labels>("The segment of each customer; -1 is noise."),
      field<&R::reason>("Why this model, in a sentence."),
      field<&R::stability>("Whether it comes back when the customers are drawn again."),
      field<&R::outliers>("Up to 50 customers who do not fit their segment, the farthest first."),
      field<&R::outlier_total>("How many there are."),
      field<&R::dbscan_suggested_eps>("Where the curve of k-distances bends."),
      field<&R::cluster_profiles>("What each segment is worth and buys."));
}

constexpr std::string_view kNames[] = {"purchase_total",    "visit_frequency", "avg_ticket",
                                       "product_diversity", "loyalty_score",   "recency_days"};
constexpr std::size_t kOrderFeatures = std::size(kNames);

// Customers with orders, and the features from these.
struct Observed {
  std::vector<std::size_t> rows;  // of the request
  std::vector<std::string_view> ids;
  std::vector<double> values;  // kOrderFeatures each
  std::vector<double> spend;
  std::vector<double> frequency;
  vocabulary::CategoryLists products;
};

Observed observe(const Request& request, Date today, Context& context) {
  Observed observed;
  std::vector<std::string_view> without_orders;
  vocabulary::OrderLines<ProductOrder> lines(request.merge_lines);
  for (std::size_t row = 0; row < request.customers.rows.size(); ++row) {
    const Customer& customer = request.customers.rows[row];
    activity::Purchases purchases;
    std::vector<std::string_view> products;
    for (const ProductOrder& order : customer.transactions) {
      if (order.date <= today) products.push_back(order.product_id);
    }
    for (const ProductOrder& order : lines.orders(customer.transactions)) {
      if (order.date <= today) purchases.add(order.date, order.amount);
    }
    if (purchases.count() == 0) {
      without_orders.push_back(customer.customer_id);
      continue;
    }
    observed.rows.push_back(row);
    observed.ids.push_back(customer.customer_id);
    observed.products.add(products);
    const double values[] = {rounded(purchases.total(), 2),
                             static_cast<double>(purchases.count()),
                             rounded(purchases.mean(), 2),
                             observed.products.distinct(observed.products.members() - 1),
                             customer.loyalty_score.value_or(0.0),
                             static_cast<double>(today - purchases.last())};
    observed.values.insert(observed.values.end(), std::begin(values), std::end(values));
    observed.spend.push_back(values[0]);
    observed.frequency.push_back(values[1]);
  }
  lines.warn(context);
  vocabulary::warn_without_orders(without_orders, context);
  return observed;
}

// The features from orders, those of the caller after them.
vocabulary::FeatureMatrix join(const Observed& observed, const vocabulary::FeatureMatrix& own) {
  vocabulary::FeatureMatrix matrix;
  matrix.names.assign(std::begin(kNames), std::end(kNames));
  matrix.names.insert(matrix.names.end(), own.names.begin(), own.names.end());
  matrix.rows = observed.rows.size();
  matrix.encoded = own.encoded;
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const auto orders = observed.values.begin() + static_cast<std::ptrdiff_t>(i * kOrderFeatures);
    matrix.values.insert(matrix.values.end(), orders, orders + kOrderFeatures);
    const auto theirs =
        own.values.begin() + static_cast<std::ptrdiff_t>(observed.rows[i] * own.columns());
    matrix.values.insert(matrix.values.end(), theirs,
                         theirs + static_cast<std::ptrdiff_t>(own.columns()));
  }
  return matrix;
}

// The caller's own features; empty when there are none.
vocabulary::FeatureMatrix own_features(const Request& request, Faults& faults, Context& context) {
  vocabulary::FeatureMatrix own;
  const FeatureTable& table = request.customers.features;
  if (table.columns.empty()) return own;
  own = vocabulary::matrix_of(table, "customers", request.encode_categories, faults, context);
  for (const std::string_view name : kNames) {
    if (!own.find(name)) continue;
    faults.add("/customers", "feature_from_orders",
               "'" + std::string(name) +
                   "' is computed from the orders; give your own feature another name.");
  }
  if (own.columns() + kOrderFeatures > vocabulary::kMostFeatureColumns) {
    faults.add("/customers", "too_many_features",
               "With the six from orders at most " +
                   std::to_string(vocabulary::kMostFeatureColumns) + " columns can be clustered.");
  }
  return own;
}

Result<Response> compute(const Request& request, Context& context) {
  const Date today = vocabulary::reference_day(request.today, context);
  Faults faults;
  if (!request.ignore_future) vocabulary::refuse_future(request.customers.rows, today, faults);
  if (request.min_clusters > request.max_clusters) {
    faults.add("/min_clusters", "above_maximum", "Must be at most max_clusters.");
  }
  const auto own = own_features(request, faults, context);
  if (!faults.empty()) return std::move(faults).to_error();
  const Observed observed = observe(request, today, context);
  if (observed.rows.empty()) {
    return invalid("/customers", "no_orders", "No customer has an order on or before today.");
  }
  const auto matrix = join(observed, own);
  vocabulary::SegmentationOptions options;
  options.ks.resize(static_cast<std::size_t>(request.max_clusters - request.min_clusters) + 1);
  std::iota(options.ks.begin(), options.ks.end(), request.min_clusters);
  options.algorithms = request.algorithms;
  options.scaling = request.scaling;
  options.eps = request.scaling == Scaling::none ? 0 : request.dbscan_eps;
  options.min_samples = request.dbscan_min_samples;
  options.silhouette = request.silhouette;
  options.stability = request.stability;
  options.seed = request.seed;
  options.lang = request.lang;
  auto found =
      vocabulary::segment_features(matrix, observed.ids, options, "/max_clusters", context);
  if (!found) return std::move(found).error();
  Response response;
  for (std::size_t i = 0; i < observed.ids.size(); ++i) {
    FeaturedCustomer& customer = response.features.emplace_back();
    customer.customer_id = observed.ids[i];
    for (std::size_t j = 0; j < kOrderFeatures; ++j) {
      customer.features.entries.emplace_back(kNames[j], observed.values[i * kOrderFeatures + j]);
    }
    const FeatureTable& table = request.customers.features;
    for (const FeatureColumn& column : table.columns) {
      if (column.kind == ColumnKind::text) continue;
      customer.features.entries.emplace_back(column.name, column.numbers[observed.rows[i]]);
    }
    response.customer_labels.push_back({observed.ids[i], found->labels[i]});
  }
  response.best_algorithm = found->best_algorithm;
  response.best_params = found->best_params;
  response.evaluation_metrics = std::move(found->evaluation_metrics);
  response.clusters = std::move(found->clusters);
  response.reason = std::move(found->reason);
  vocabulary::set_soundness(std::move(found->soundness), response);
  response.dbscan_suggested_eps = found->dbscan_suggested_eps;
  response.cluster_profiles =
      vocabulary::profiles_of(found->labels, observed.spend, observed.frequency, observed.products,
                              kProfileCategories, request.lang);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_segmentation",
       .group = "segmentation",
       .title = "From raw orders to segments",
       .description =
           "One call from orders to segments: the six features of customer_features, four families "
           "of clusterings as in purchasing_segmentation, and the profiles of "
           "segment_cluster_profiles.\n\n"
           "Rows of a customer that share a `transaction_id` are lines of one visit unless "
           "`merge_lines` is false. Features of your own in `features` take part "
           "beside the six. Spend and orders spread over powers of ten, so logarithms are taken "
           "before z-scores unless `scaling` says otherwise; without that a handful of very large "
           "customers would be one segment and everybody else the other. Orders dated after "
           "`today` are refused unless `ignore_future` is true; customers who then have no order "
           "left are omitted and named in a warning. How scores, noise, stability and warnings are "
           "to be read is told at purchasing_segmentation.",
       .cost = "O(n log n) for few columns; O(n^2) for exact silhouettes",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::customer_segmentation
