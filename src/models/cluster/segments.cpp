#include "models/cluster/segments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/cluster/agreement.hpp"
#include "models/cluster/dbscan.hpp"
#include "models/cluster/kmeans.hpp"
#include "models/cluster/mixture.hpp"
#include "models/cluster/validity.hpp"
#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"

namespace clientele::cluster {
namespace {

constexpr std::size_t kResamples = 20;
constexpr std::size_t kMostDrawn = 3000;
constexpr std::size_t kStarts = 5;
constexpr double kFence = 3;

Labels cluster_again(const Cohort& drawn, const Trial& trial, std::uint64_t seed) {
  const std::size_t k = std::min(trial.k, drawn.distinct());
  switch (trial.algorithm) {
    case Algorithm::kmeans:
      return kmeans(drawn.points(), k, {.starts = kStarts, .swaps = false, .seed = seed})->labels;
    case Algorithm::gmm: {
      const KMeans start =
          kmeans(drawn.points(), k, {.starts = kStarts, .swaps = false, .seed = seed}).value();
      return fit_mixture(drawn.points(), k, start.labels, {.starts = 1, .seed = seed}).labels;
    }
    case Algorithm::agglo:
      return drawn.per_point(cut(ward_linkage(drawn), k));
    case Algorithm::dbscan:
      break;
  }
  return dbscan(drawn.points(), {trial.eps, trial.min_samples});
}

double rand_of_resample(const Cohort& cohort, const Trial& trial, std::uint64_t seed,
                        std::size_t resample) {
  const numeric::Points points = cohort.points().points;
  std::vector<double> upto(points.n);  // customers up to each point, in canonical order
  double total = 0;
  for (std::size_t i = 0; i < points.n; ++i) upto[i] = total += cohort.points().weight(i);
  Rng rng(seed, 0x626f6f7400000000 + resample);
  std::vector<double> rows;
  Labels before;
  for (std::size_t i = 0; i < std::min(cohort.rows(), kMostDrawn); ++i) {
    const double at = static_cast<double>(rng.below(cohort.rows()));
    const auto p =
        static_cast<std::size_t>(std::upper_bound(upto.begin(), upto.end(), at) - upto.begin());
    rows.insert(rows.end(), points.row(p), points.row(p) + points.d);
    before.push_back(trial.labels[p]);
  }
  const Cohort drawn = Cohort::from({rows.data(), before.size(), points.d}).value();
  return adjusted_rand_index(drawn.per_point(before), cluster_again(drawn, trial, seed));
}

// Euclidean distance of every point to `centre`.
double distance_to(const numeric::Points& points, std::size_t i, const std::vector<double>& c) {
  return std::sqrt(numeric::squared_distance(points.row(i), c.data(), points.d));
}

}  // namespace

void number_by_mean(Labels& labels, std::span<const double> key, MeanOrder order) {
  const std::int32_t largest =
      labels.empty() ? kNoise : *std::max_element(labels.begin(), labels.end());
  const auto k = static_cast<std::size_t>(largest + 1);
  std::vector<ExactSum> sums(k);
  std::vector<double> sizes(k, 0.0), means(k, 0.0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoise) continue;
    sums[static_cast<std::size_t>(labels[i])].add(key[i]);
    sizes[static_cast<std::size_t>(labels[i])] += 1;
  }
  for (std::size_t c = 0; c < k; ++c) means[c] = sums[c].value() / sizes[c];
  std::vector<std::size_t> by_mean(k);
  std::iota(by_mean.begin(), by_mean.end(), std::size_t{0});
  std::stable_sort(by_mean.begin(), by_mean.end(), [&](std::size_t a, std::size_t b) {
    return order == MeanOrder::descending ? means[a] > means[b] : means[a] < means[b];
  });
  std::vector<std::int32_t> number(k);
  for (std::size_t i = 0; i < k; ++i) number[by_mean[i]] = static_cast<std::int32_t>(i);
  for (std::int32_t& label : labels) {
    if (label != kNoise) label = number[static_cast<std::size_t>(label)];
  }
}

std::optional<Stability> stability(const Cohort& cohort, const Trial& trial, std::uint64_t seed,
                                   std::size_t threads, const std::function<bool()>& cancelled) {
  if (trial.clusters < 2) return std::nullopt;
  if (trial.algorithm == Algorithm::dbscan && cohort.rows() > kMostDrawn) return std::nullopt;
  std::vector<double> rands(kResamples);
  parallel_for(threads, kResamples, [&](std::size_t i) {
    if (!cancelled()) rands[i] = rand_of_resample(cohort, trial, seed, i);
  });
  if (cancelled()) return std::nullopt;
  const double sum = std::accumulate(rands.begin(), rands.end(), 0.0);
  return Stability{sum / static_cast<double>(kResamples),
                   *std::min_element(rands.begin(), rands.end()), kResamples};
}

Outliers outliers(const Cohort& cohort, const Labels& point_labels, std::size_t most) {
  const numeric::Points points = cohort.points().points;
  const auto clusters = summarise(cohort.points(), point_labels);
  const std::vector<double> all = summarise(cohort.points(), Labels(points.n, 0)).front().centroid;
  std::vector<double> distances(points.n);
  std::vector<std::vector<double>> of_cluster(clusters.size());
  for (std::size_t i = 0; i < points.n; ++i) {
    const std::int32_t label = point_labels[i];
    distances[i] = distance_to(
        points, i, label == kNoise ? all : clusters[static_cast<std::size_t>(label)].centroid);
    if (label != kNoise) of_cluster[static_cast<std::size_t>(label)].push_back(distances[i]);
  }
  std::vector<double> fences;
  for (auto& own : of_cluster) {
    const double lower = own.empty() ? 0 : quantile_of(own, 0.25);
    const double upper = own.empty() ? 0 : quantile_of(own, 0.75);
    fences.push_back(upper + kFence * (upper - lower));
  }
  Outliers found;
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    const std::uint32_t i = cohort.point_of_row()[row];
    const std::int32_t label = point_labels[i];
    if (label != kNoise && distances[i] <= fences[static_cast<std::size_t>(label)]) continue;
    const auto& centre = label == kNoise ? all : clusters[static_cast<std::size_t>(label)].centroid;
    Outlier outlier{row, label, 0, distances[i]};
    double widest = -1;
    for (std::size_t j = 0; j < points.d; ++j) {
      const double away = std::abs(points.row(i)[j] - centre[j]);
      if (away > widest) widest = away, outlier.column = j;
    }
    found.listed.push_back(outlier);
  }
  found.total = found.listed.size();
  std::stable_sort(found.listed.begin(), found.listed.end(),
                   [](const Outlier& a, const Outlier& b) { return a.distance > b.distance; });
  found.listed.resize(std::min(found.listed.size(), most));
  return found;
}

}  // namespace clientele::cluster
