#include "vocabulary/feature_segments.hpp"

#include <algorithm>
#include <cmath>

#include "models/cluster/sweep.hpp"
#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr std::size_t kListedOutliers = 50;
constexpr double kApart = 0.5;  // standard deviations that set a cluster apart
constexpr std::size_t kApartFeatures = 3;

constexpr std::string_view kSpendNames[] = {"purchase_total", "amount_spent"};
constexpr std::string_view kFrequencyNames[] = {"visit_frequency", "frequency"};

template <std::size_t N>
std::optional<std::size_t> find_any(const FeatureMatrix& matrix,
                                    const std::string_view (&names)[N]) {
  for (const std::string_view name : names) {
    if (const auto column = matrix.find(name)) return column;
  }
  return std::nullopt;
}

std::vector<double> column_of(const FeatureMatrix& matrix, std::size_t j) {
  std::vector<double> values(matrix.rows);
  for (std::size_t i = 0; i < matrix.rows; ++i) values[i] = matrix.values[i * matrix.columns() + j];
  return values;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};
Moments moments_of(const std::vector<double>& values) {
  ExactSum sum, squares;
  for (const double value : values) sum.add(value);
  const double mean = sum.value() / static_cast<double>(values.size());
  for (const double value : values) squares.add((value - mean) * (value - mean));
  return {mean, std::sqrt(squares.value() / static_cast<double>(values.size()))};
}

EvaluationRow row_of(const cluster::Trial& trial) {
  EvaluationRow row;
  row.algorithm = static_cast<AlgorithmName>(trial.algorithm);
  if (trial.algorithm == cluster::Algorithm::dbscan) {
    row.params.eps = trial.eps;
    row.params.min_samples = static_cast<std::int32_t>(trial.min_samples);
    row.n_noise = static_cast<std::int64_t>(trial.noise);
  } else {
    row.params.k = static_cast<std::int32_t>(trial.k);
  }
  row.silhouette = trial.silhouette;
  row.davies_bouldin = trial.davies_bouldin;
  row.calinski_harabasz = trial.calinski_harabasz;
  row.n_clusters = static_cast<std::int32_t>(trial.clusters);
  row.bic = trial.bic;
  if (trial.sampled) {
    row.sampled = true;
    row.silhouette_standard_error = trial.standard_error;
  }
  return row;
}

// Clusters with their figures and personas.
class Portraits {
 public:
  Portraits(const FeatureMatrix& matrix, const std::vector<std::int32_t>& labels,
            std::size_t clusters, Language language)
      : matrix_(matrix),
        labels_(labels),
        language_(language),
        means_(group_means(matrix.values, matrix.columns(), labels, clusters)),
        members_(clusters) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] >= 0) members_[static_cast<std::size_t>(labels[i])].push_back(i);
    }
    for (std::size_t j = 0; j < matrix.columns(); ++j) {
      all_.push_back(moments_of(column_of(matrix, j)));
    }
  }

  std::vector<FeatureCluster> draw() const {
    std::vector<FeatureCluster> clusters;
    for (std::size_t c = 0; c < members_.size(); ++c) {
      FeatureCluster& one = clusters.emplace_back();
      one.cluster_id = static_cast<std::int32_t>(c);
      one.size = static_cast<std::int64_t>(members_[c].size());
      one.share_pct = 100.0 * static_cast<double>(one.size) / static_cast<double>(labels_.size());
      for (std::size_t j = 0; j < matrix_.columns(); ++j) {
        one.centroid.entries.emplace_back(matrix_.names[j], means_[c][j]);
      }
      one.kpis = kpis_of(c);
      one.persona = persona_of(c, one);
    }
    return clusters;
  }

 private:
  std::optional<double> mean_of(std::size_t c, std::optional<std::size_t> column) const {
    if (!column) return std::nullopt;
    return means_[c][*column];
  }

  ClusterKpis kpis_of(std::size_t c) const {
    const auto spend = find_any(matrix_, kSpendNames);
    ClusterKpis kpis;
    kpis.avg_spend = mean_of(c, spend);
    kpis.avg_frequency = mean_of(c, find_any(matrix_, kFrequencyNames));
    kpis.avg_ticket = mean_of(c, matrix_.find("avg_ticket"));
    kpis.avg_recency_days = mean_of(c, matrix_.find("recency_days"));
    if (!spend) return kpis;
    std::vector<double> own;
    for (const std::size_t i : members_[c]) {
      own.push_back(matrix_.values[i * matrix_.columns() + *spend]);
    }
    kpis.median_spend = quantile_of(std::move(own), 0.5);
    const double all = all_[*spend].mean * static_cast<double>(labels_.size());
    if (all > 0) {
      kpis.share_of_revenue_pct =
          100.0 * *kpis.avg_spend * static_cast<double>(members_[c].size()) / all;
    }
    return kpis;
  }

  std::string persona_of(std::size_t c, const FeatureCluster& one) const {
    PersonaFigures figures;
    figures.size = one.size;
    figures.share_pct = one.share_pct;
    figures.kpis = one.kpis;
    const auto ratio = [&](std::optional<std::size_t> column) -> std::optional<double> {
      if (!column || !(all_[*column].mean > 0)) return std::nullopt;
      return means_[c][*column] / all_[*column].mean;
    };
    figures.spend_ratio = ratio(find_any(matrix_, kSpendNames));
    figures.frequency_ratio = ratio(find_any(matrix_, kFrequencyNames));
    figures.recency_ratio = ratio(matrix_.find("recency_days"));
    for (std::size_t j = 0; j < matrix_.columns(); ++j) {
      if (!(all_[j].deviation > 0)) continue;
      const double z = (means_[c][j] - all_[j].mean) / all_[j].deviation;
      if (std::abs(z) >= kApart) figures.apart.emplace_back(matrix_.names[j], z);
    }
    std::stable_sort(figures.apart.begin(), figures.apart.end(), [](const auto& a, const auto& b) {
      return std::abs(a.second) > std::abs(b.second);
    });
    figures.apart.resize(std::min(figures.apart.size(), kApartFeatures));
    return persona(figures, language_);
  }

  const FeatureMatrix& matrix_;
  const std::vector<std::int32_t>& labels_;
  Language language_;
  std::vector<std::vector<double>> means_;
  std::vector<std::vector<std::size_t>> members_;
  std::vector<Moments> all_;
};

}  // namespace

std::optional<std::size_t> FeatureMatrix::find(std::string_view name) const {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

schema::Object describe(schema::For<TrialParameters>) {
  using P = TrialParameters;
  return schema::object<P>("Parameters of a configuration.", field<&P::k>("Clusters asked for."),
                           field<&P::eps>("Radius of DBSCAN, in the scaled features."),
                           field<&P::min_samples>("Customers around a core point of DBSCAN."));
}

schema::Object describe(schema::For<EvaluationRow>) {
  using R = EvaluationRow;
  return schema::object<R>(
      "The scores of one configuration.", field<&R::algorithm>("Family of the clustering."),
      field<&R::params>("Its parameters."),
      field<&R::silhouette>("-1 to 1, higher is better; null with fewer than two clusters.")
          .nullable(),
      field<&R::davies_bouldin>("Lower is better.").nullable(),
      field<&R::calinski_harabasz>("Higher is better.").nullable(),
      field<&R::n_clusters>("Clusters found, without noise."),
      field<&R::n_noise>("Customers that DBSCAN leaves out; scores leave them out, too."),
      field<&R::bic>("Bayesian information criterion of a mixture; lower is better."),
      field<&R::sampled>("True where the silhouette comes from a sample of the customers."),
      field<&R::silhouette_standard_error>("Of a sampled silhouette."));
}

schema::Object describe(schema::For<ClusterKpis>) {
  using K = ClusterKpis;
  return schema::object<K>(
      "Business figures, as far as the features tell.",
      field<&K::avg_spend>("Mean spend.").unit("currency").digits(2),
      field<&K::median_spend>("Median spend.").unit("currency").digits(2),
      field<&K::avg_frequency>("Mean number of visits.").digits(2),
      field<&K::avg_ticket>("Mean order value.").unit("currency").digits(2),
      field<&K::avg_recency_days>("Mean days since the last order.").unit("days").digits(1),
      field<&K::share_of_revenue_pct>("Share of all spend.").unit("per cent").digits(2));
}

schema::Object describe(schema::For<FeatureCluster>) {
  using C = FeatureCluster;
  return schema::object<C>(
      "One segment.", field<&C::cluster_id>("Its number; 0 has the lowest mean spend."),
      field<&C::size>("Customers in it."),
      field<&C::share_pct>("Share of all customers.").unit("per cent").digits(2),
      field<&C::centroid>("Mean of every feature, in its own unit.").digits(4),
      field<&C::persona>("Who they are and what to do, in words."),
      field<&C::kpis>("Business figures."));
}

schema::Object describe(schema::For<CustomerLabel>) {
  using L = CustomerLabel;
  return schema::object<L>("A customer's segment.", field<&L::customer_id>("The id as sent."),
                           field<&L::cluster_id>("The segment; -1 is noise."));
}

schema::Object describe(schema::For<OutlierNote>) {
  using O = OutlierNote;
  return schema::object<O>(
      "A customer who does not fit.", field<&O::customer_id>("The id as sent."),
      field<&O::cluster_id>("The segment; -1 is noise."),
      field<&O::feature>("In which the customer differs most."),
      field<&O::distance>("From the middle of the segment, in the scaled features.").digits(4));
}

cluster::SweepOptions sweep_options(const SegmentationOptions& options,
                                    const cluster::Cohort& cohort, std::size_t columns,
                                    Context& context) {
  cluster::SweepOptions sweep;
  sweep.ks.assign(options.ks.begin(), options.ks.end());
  for (const Family family : options.algorithms) {
    sweep.algorithms.push_back(static_cast<cluster::Algorithm>(family));
  }
  sweep.eps = options.eps;
  sweep.min_samples = static_cast<std::size_t>(options.min_samples);
  sweep.sample_points = silhouette_sample(options.silhouette, cohort.distinct(), columns);
  sweep.seed = options.seed;
  sweep.threads = context.threads;
  sweep.cancelled = [&context] { return context.cancelled(); };
  return sweep;
}

Result<Soundness> soundness_of(const cluster::Cohort& cohort, const cluster::Trial& best,
                               const Naming& naming, const SegmentationOptions& options,
                               Context& context) {
  Soundness soundness;
  if (options.stability) {
    soundness.stability = note_of(cluster::stability(cohort, best, options.seed, context.threads,
                                                     [&context] { return context.cancelled(); }),
                                  options.lang);
    if (context.cancelled()) return gave_up();
  }
  const auto outliers = cluster::outliers(cohort, best.labels, kListedOutliers);
  soundness.outlier_total = static_cast<std::int64_t>(outliers.total);
  for (const cluster::Outlier& outlier : outliers.listed) {
    soundness.outliers.push_back({naming.ids[outlier.row], naming.labels[outlier.row],
                                  naming.columns[outlier.column], outlier.distance});
  }
  return soundness;
}

Result<FeatureSegments> segment_features(const FeatureMatrix& matrix,
                                         const std::vector<std::string_view>& ids,
                                         const SegmentationOptions& options,
                                         std::string_view k_pointer, Context& context) {
  auto prepared = prepare(matrix.values, matrix.columns(), options.scaling, matrix.encoded,
                          matrix.find("recency_days"));
  if (!prepared) return std::move(prepared).error();
  const cluster::Cohort& cohort = prepared->cohort;
  const cluster::Sweep sweep =
      cluster::sweep(cohort, sweep_options(options, cohort, matrix.columns(), context));
  if (sweep.cancelled) return gave_up();
  warn_of(sweep, cohort.rows(), k_pointer, context);
  const cluster::Trial fallback = cluster::undivided(cohort);
  const cluster::Trial& best = sweep.best ? sweep.trials[*sweep.best] : fallback;

  FeatureSegments found;
  const EvaluationRow best_row = row_of(best);
  found.best_algorithm = best_row.algorithm;
  found.best_params = best_row.params;
  for (const cluster::Trial& trial : sweep.trials) {
    found.evaluation_metrics.push_back(row_of(trial));
  }
  found.labels = cohort.per_row(best.labels);
  const std::size_t key = find_any(matrix, kSpendNames).value_or(0);
  cluster::number_by_mean(found.labels, column_of(matrix, key));
  found.clusters = Portraits(matrix, found.labels, best.clusters, options.lang).draw();
  found.reason = reason_of(sweep, best, options.lang);
  auto soundness = soundness_of(cohort, best, {ids, matrix.names, found.labels}, options, context);
  if (!soundness) return std::move(soundness).error();
  found.soundness = std::move(*soundness);
  if (sweep.suggested_eps > 0) found.dbscan_suggested_eps = sweep.suggested_eps;
  return found;
}

}  // namespace clientele::vocabulary
