#include "models/cluster/sweep.hpp"

#include <algorithm>

#include "models/cluster/dbscan.hpp"
#include "models/cluster/kmeans.hpp"
#include "models/cluster/mixture.hpp"
#include "models/cluster/silhouette.hpp"
#include "models/cluster/validity.hpp"

namespace clientele::cluster {
namespace {

class Sweeper {
 public:
  Sweeper(const Cohort& cohort, const SweepOptions& options) : cohort_(cohort), options_(options) {
    ks_ = options.ks;
    std::sort(ks_.begin(), ks_.end());
    ks_.erase(std::unique(ks_.begin(), ks_.end()), ks_.end());
    const auto fits = [&](std::size_t k) { return k <= cohort_.distinct(); };
    const auto first_skipped = std::partition_point(ks_.begin(), ks_.end(), fits);
    result_.skipped.assign(first_skipped, ks_.end());
    ks_.erase(first_skipped, ks_.end());
  }

  Sweep run() {
    if (wants(Algorithm::kmeans) || wants(Algorithm::gmm)) try_means();
    if (!stopped() && (wants(Algorithm::agglo) || options_.linkage)) try_agglomeration();
    if (!stopped() && wants(Algorithm::dbscan)) try_dbscan();
    if (!stopped()) score();
    return std::move(result_);
  }

 private:
  bool wants(Algorithm algorithm) const {
    return std::find(options_.algorithms.begin(), options_.algorithms.end(), algorithm) !=
           options_.algorithms.end();
  }
  bool stopped() { return result_.cancelled = result_.cancelled || options_.cancelled(); }

  Trial& add(Algorithm algorithm, std::size_t k, Labels labels) {
    Trial& trial = result_.trials.emplace_back();
    trial.algorithm = algorithm;
    trial.k = k;
    trial.labels = std::move(labels);
    number_by_first_appearance(trial.labels);
    return trial;
  }

  void try_means() {
    auto means = kmeans_sweep(
        cohort_.points(), ks_,
        {.seed = options_.seed, .threads = options_.threads, .cancelled = options_.cancelled});
    if (stopped()) return;
    for (std::size_t i = 0; wants(Algorithm::kmeans) && i < ks_.size(); ++i) {
      add(Algorithm::kmeans, ks_[i], (*means)[i].labels);
    }
    if (!wants(Algorithm::gmm) || cohort_.dimensions() > kMostMixtureColumns) return;
    for (std::size_t i = 0; i < ks_.size() && !stopped(); ++i) {
      Mixture mixture = fit_mixture(
          cohort_.points(), ks_[i], (*means)[i].labels,
          {.seed = options_.seed, .threads = options_.threads, .cancelled = options_.cancelled});
      add(Algorithm::gmm, ks_[i], std::move(mixture.labels)).bic = mixture.bic;
    }
  }

  void try_agglomeration() {
    result_.linkage = ward_linkage(cohort_, options_.threads, options_.cancelled);
    if (stopped() || !wants(Algorithm::agglo)) return;
    std::vector<Labels> labels = cuts(*result_.linkage, ks_);
    for (std::size_t i = 0; i < ks_.size(); ++i) {
      add(Algorithm::agglo, ks_[i], cohort_.per_point(labels[i]));
    }
  }

  void try_dbscan() {
    const double knee = k_distance_knee(cohort_.points(), options_.min_samples, options_.threads);
    result_.suggested_eps = knee;
    const double eps = options_.eps > 0 ? options_.eps : knee;
    if (!(eps > 0)) return;
    Trial& trial = add(Algorithm::dbscan, 0,
                       dbscan(cohort_.points(),
                              {eps, options_.min_samples, options_.threads, options_.cancelled}));
    trial.eps = eps;
    trial.min_samples = options_.min_samples;
  }

  void score() {
    std::vector<Labels> labellings;
    for (Trial& trial : result_.trials) labellings.push_back(std::move(trial.labels));
    const auto silhouettes_of =
        silhouettes(cohort_.points(), labellings,
                    {options_.sample_points, options_.seed, options_.threads, options_.cancelled});
    if (stopped()) return;
    for (std::size_t i = 0; i < labellings.size(); ++i) {
      Trial& trial = result_.trials[i];
      trial.labels = std::move(labellings[i]);
      const Validity indices = validity(cohort_.points(), trial.labels);
      trial.clusters = indices.clusters;
      trial.noise = indices.noise;
      trial.davies_bouldin = indices.davies_bouldin;
      trial.calinski_harabasz = indices.calinski_harabasz;
      trial.silhouette = silhouettes_of[i].mean;
      trial.sampled = silhouettes_of[i].sampled;
      trial.standard_error = silhouettes_of[i].standard_error;
      if (trial.silhouette && (!result_.best || better(trial, result_.trials[*result_.best]))) {
        result_.best = i;
      }
    }
  }

  static bool better(const Trial& a, const Trial& b) {
    if (*a.silhouette != *b.silhouette) return *a.silhouette > *b.silhouette;
    return a.davies_bouldin.value_or(1e300) < b.davies_bouldin.value_or(1e300);
  }

  const Cohort& cohort_;
  const SweepOptions& options_;
  std::vector<std::size_t> ks_;
  Sweep result_;
};

}  // namespace

Sweep sweep(const Cohort& cohort, const SweepOptions& options) {
  return Sweeper(cohort, options).run();
}

Trial undivided(const Cohort& cohort) {
  Trial trial;
  trial.algorithm = Algorithm::agglo;
  trial.k = trial.clusters = 1;
  trial.labels.assign(cohort.distinct(), 0);
  return trial;
}

}  // namespace clientele::cluster
