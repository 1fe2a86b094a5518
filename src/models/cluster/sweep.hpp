// Several families of clusterings of the same customers, scored alike, and the best of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/cluster/cohort.hpp"
#include "models/cluster/ward.hpp"

namespace clientele::cluster {

enum class Algorithm { kmeans, gmm, agglo, dbscan };

struct Trial {
  Algorithm algorithm = Algorithm::kmeans;
  std::size_t k = 0;  // asked for; 0 for DBSCAN
  double eps = 0;     // of DBSCAN
  std::size_t min_samples = 0;
  Labels labels;                     // by distinct point
  std::size_t clusters = 0;          // found, noise apart
  double noise = 0;                  // customers in no cluster
  std::optional<double> silhouette;  // nullopt: fewer than two clusters, or one for each customer
  bool sampled = false;
  double standard_error = 0;
  std::optional<double> davies_bouldin;
  std::optional<double> calinski_harabasz;
  std::optional<double> bic;  // of a mixture
};

struct SweepOptions {
  std::vector<std::size_t> ks;  // repeats count once
  std::vector<Algorithm> algorithms;
  double eps = 0;  // 0: the knee of the k-distances
  std::size_t min_samples = 5;
  bool linkage = false;           // wanted even without Algorithm::agglo
  std::size_t sample_points = 0;  // of the silhouettes; 0 = exact
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::function<bool()> cancelled = [] { return false; };
};

struct Sweep {
  std::vector<Trial> trials;         // by algorithm, then ascending k
  std::vector<std::size_t> skipped;  // ks above the number of distinct customers
  std::optional<Linkage> linkage;    // of the rows
  double suggested_eps = 0;          // where DBSCAN was tried; 0 = there is no knee
  std::optional<std::size_t> best;   // highest silhouette, then lowest Davies-Bouldin, then first
  bool cancelled = false;            // the rest is then incomplete
};

// Runs and scores every configuration. Deterministic: independent of threads and of the order of
// the cohort's rows.
Sweep sweep(const Cohort& cohort, const SweepOptions& options);

// Everyone in one cluster: the answer where no configuration has a score.
Trial undivided(const Cohort& cohort);

}  // namespace clientele::cluster
