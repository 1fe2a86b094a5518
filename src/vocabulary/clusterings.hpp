// Words and shapes that the segmentation endpoints share.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "models/cluster/segments.hpp"
#include "models/cluster/sweep.hpp"
#include "schema/describe.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

// The first three in the order of cluster::Scaling; log_zscore takes sign(x) log(1 + |x|) first, so
// that a few very large customers do not make the clusters.
enum class Scaling { zscore, robust, none, log_zscore };
constexpr auto choices(schema::For<Scaling>) {
  return std::array<std::string_view, 4>{"zscore", "robust", "none", "log_zscore"};
}

// In the order of cluster::Algorithm.
enum class Family { kmeans, gmm, agglo, dbscan };
constexpr auto choices(schema::For<Family>) {
  return std::array<std::string_view, 4>{"kmeans", "gmm", "agglo", "dbscan"};
}

enum class SilhouetteMode { automatic, exact, sampled };
constexpr auto choices(schema::For<SilhouetteMode>) {
  return std::array<std::string_view, 3>{"automatic", "exact", "sampled"};
}

// The score of one configuration.
struct Benchmark {
  Family algo = Family::agglo;
  std::optional<std::int32_t> k;
  std::optional<double> silhouette;
  std::optional<double> davies_bouldin;
  std::optional<double> calinski_harabasz;
  std::int32_t n_clusters = 0;
  std::optional<double> eps;
  std::optional<std::int32_t> min_samples;
  std::optional<std::int64_t> n_noise;
  std::optional<bool> sampled;
};
schema::Object describe(schema::For<Benchmark>);
Benchmark benchmark_of(const cluster::Trial& trial);

struct StabilityNote {
  double adjusted_rand = 0;
  double worst_adjusted_rand = 0;
  std::int32_t resamples = 0;
  std::string_view verdict;
};
schema::Object describe(schema::For<StabilityNote>);
std::optional<StabilityNote> note_of(const std::optional<cluster::Stability>& stability,
                                     Language language);

// Rows child1, child2, distance, sample_count, as SciPy has them.
std::vector<std::array<double, 4>> linkage_rows(const cluster::Linkage& linkage);

// Cohort of row-major rows in the coordinates that are clustered.
struct Prepared {
  cluster::Cohort cohort;
  std::vector<double> scale;  // of the columns
};
// The last `plain_columns` are left as they are. No logarithm is taken of column `days`: the first
// days since an order would count as much as the last hundred.
Result<Prepared> prepare(std::vector<double> rows, std::size_t d, Scaling scaling,
                         std::size_t plain_columns = 0, std::optional<std::size_t> days = {});

// How many points silhouettes look at; 0 = all. Exact up to the work of 60 000 customers in three
// columns.
std::size_t silhouette_sample(SilhouetteMode mode, std::size_t points, std::size_t columns);

// Warnings on what a sweep had to leave out, and where its best is no structure.
void warn_of(const cluster::Sweep& sweep, std::size_t customers, std::string_view pointer,
             Context& context);

// Why this trial: a sentence. `best` is a member of `sweep` or undivided.
std::string reason_of(const cluster::Sweep& sweep, const cluster::Trial& best, Language language);

// The answer of a request that ran out of time or was given up.
Error gave_up();

}  // namespace clientele::vocabulary
