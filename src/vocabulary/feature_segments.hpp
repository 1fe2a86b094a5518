// Segments of customers who are described by named features, as purchasing_segmentation and
// customer_segmentation answer them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/feature_table.hpp"
#include "base/result.hpp"
#include "schema/describe.hpp"
#include "vocabulary/clusterings.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

// Limits on what is clustered after texts have become columns.
inline constexpr std::size_t kMostFeatureColumns = 64;

// Row-major features of customers; `encoded` columns at the end are 0/1 and are not scaled.
struct FeatureMatrix {
  std::vector<std::string> names;
  std::vector<double> values;
  std::size_t rows = 0;
  std::size_t encoded = 0;

  std::size_t columns() const { return names.size(); }
  std::optional<std::size_t> find(std::string_view name) const;
};

// Numbers and booleans become columns; texts one column for each of their most frequent levels, or
// with encode_categories false are left out with a warning. Faults, at /list/row/features/name: a
// value that is missing, and where the name is a documented feature one out of its range.
FeatureMatrix matrix_of(const FeatureTable& table, std::string_view list, bool encode_categories,
                        Faults& faults, Context& context);

// Names that algorithms have in the features form, in the order of cluster::Algorithm.
enum class AlgorithmName { kmeans, gmm, agglo, dbscan };
constexpr auto choices(schema::For<AlgorithmName>) {
  return std::array<std::string_view, 4>{"KMeans", "GaussianMixture", "Agglomerative", "DBSCAN"};
}

struct TrialParameters {
  std::optional<std::int32_t> k;
  std::optional<double> eps;
  std::optional<std::int32_t> min_samples;
};
schema::Object describe(schema::For<TrialParameters>);

struct EvaluationRow {
  AlgorithmName algorithm = AlgorithmName::kmeans;
  TrialParameters params;
  std::optional<double> silhouette;
  std::optional<double> davies_bouldin;
  std::optional<double> calinski_harabasz;
  std::int32_t n_clusters = 0;
  std::optional<std::int64_t> n_noise;
  std::optional<double> bic;
  std::optional<bool> sampled;
  std::optional<double> silhouette_standard_error;
};
schema::Object describe(schema::For<EvaluationRow>);

// Business figures of a cluster, from the features that were sent.
struct ClusterKpis {
  std::optional<double> avg_spend;
  std::optional<double> median_spend;
  std::optional<double> avg_frequency;
  std::optional<double> avg_ticket;
  std::optional<double> avg_recency_days;
  std::optional<double> share_of_revenue_pct;
};
schema::Object describe(schema::For<ClusterKpis>);

struct FeatureCluster {
  std::int32_t cluster_id = 0;
  std::int64_t size = 0;
  double share_pct = 0;
  schema::Map<double, std::string> centroid;
  std::string persona;
  ClusterKpis kpis;
};
schema::Object describe(schema::For<FeatureCluster>);

struct CustomerLabel {
  std::string_view customer_id;
  std::int32_t cluster_id = 0;
};
schema::Object describe(schema::For<CustomerLabel>);

struct OutlierNote {
  std::string_view customer_id;
  std::int32_t cluster_id = 0;
  std::string feature;
  double distance = 0;
};
schema::Object describe(schema::For<OutlierNote>);

struct SegmentationOptions {
  std::vector<std::int32_t> ks;
  std::vector<Family> algorithms;
  Scaling scaling = Scaling::zscore;
  double eps = 0;
  std::int32_t min_samples = 5;
  SilhouetteMode silhouette = SilhouetteMode::automatic;
  bool stability = true;
  std::uint64_t seed = 42;
  Language lang = Language::en;
};

// The sweep that the options ask for, over a cohort of `columns` columns; linkage is not asked for.
// Given up with `context`, which must outlive it.
cluster::SweepOptions sweep_options(const SegmentationOptions& options,
                                    const cluster::Cohort& cohort, std::size_t columns,
                                    Context& context);

// Whether a chosen clustering comes back when the customers are drawn again, and who does not fit.
struct Soundness {
  std::optional<StabilityNote> stability;
  std::vector<OutlierNote> outliers;
  std::int64_t outlier_total = 0;
};

template <typename Response>
void set_soundness(Soundness soundness, Response& response) {
  response.stability = soundness.stability;
  response.outliers = std::move(soundness.outliers);
  response.outlier_total = soundness.outlier_total;
}

// Names by which customers and columns are known, and the clusters as they are numbered.
struct Naming {
  const std::vector<std::string_view>& ids;
  const std::vector<std::string>& columns;
  const std::vector<std::int32_t>& labels;  // by row
};
// Errors: deadline_exceeded.
Result<Soundness> soundness_of(const cluster::Cohort& cohort, const cluster::Trial& best,
                               const Naming& naming, const SegmentationOptions& options,
                               Context& context);

struct FeatureSegments {
  AlgorithmName best_algorithm = AlgorithmName::agglo;
  TrialParameters best_params;
  std::vector<EvaluationRow> evaluation_metrics;
  std::vector<FeatureCluster> clusters;
  std::vector<std::int32_t> labels;  // by row
  std::string reason;
  Soundness soundness;
  std::optional<double> dbscan_suggested_eps;
};

// Clusters numbered by ascending mean of the spend feature (purchase_total or amount_spent, else
// the first column). `k_pointer`: where the caller gave the ks. Errors: deadline_exceeded.
Result<FeatureSegments> segment_features(const FeatureMatrix& matrix,
                                         const std::vector<std::string_view>& ids,
                                         const SegmentationOptions& options,
                                         std::string_view k_pointer, Context& context);

// What sets a cluster apart, for a persona's text.
struct PersonaFigures {
  std::int64_t size = 0;
  double share_pct = 0;
  ClusterKpis kpis;
  std::optional<double> spend_ratio;                  // mean spend to that of everyone
  std::optional<double> frequency_ratio;              // mean visits, likewise
  std::optional<double> recency_ratio;                // mean days since the last order, likewise
  std::vector<std::pair<std::string, double>> apart;  // feature, standard deviations from the mean
};
std::string persona(const PersonaFigures& figures, Language language);

}  // namespace clientele::vocabulary
