// Minimises the inertia: the sum over customers of ||x - c(x)||^2 over centres c. From each of
// several greedy k-means++ starts, Lloyd's two steps alternate: every point to its nearest centre,
// every centre to the mean of its points; until the centres settle. The best start is then improved
// by swaps: a random centre moves to a point drawn as in k-means++, and the swap stays if a few
// iterations make it pay. A centre without points moves to the point farthest from its own centre.
//
// Many points are first replaced by blocks of sixteen near ones, weighted: starts and swaps run on
// these, and the best few go on with all points.
//
// Degenerate: k = distinct points gives every point its own cluster; more is an error.
// Sources: Lloyd (1982); Arthur & Vassilvitskii (2007); Pelleg & Moore (1999); Franti (2018),
// "Efficiency of random swap clustering".
#include "models/cluster/kmeans.hpp"

#include <algorithm>
#include <string>

#include "base/parallel.hpp"
#include "models/cluster/kmeans_step.hpp"
#include "models/cluster/seeding.hpp"
#include "models/cluster/validity.hpp"

namespace clientele::cluster {
namespace {

// Squared movements of the centres, of the mean variance, at which a start is ready to be compared
// (as in scikit-learn) and at which the result has settled.
constexpr double kComparable = 1e-4;
constexpr double kSettled = 1e-7;
constexpr std::size_t kManyPoints = 16384;
constexpr std::size_t kBlocksPerCluster = 64;  // at least, to search on blocks
constexpr std::size_t kFinalists = 3;
constexpr std::size_t kSwapsPerCluster = 6;
constexpr std::size_t kMoreSwapsPerCluster = 40;  // of few points
constexpr std::size_t kSwappedPoints = 100'000;   // points looked at by the swaps of a cluster
constexpr std::size_t kSwapIterations = 10;
constexpr double kNearlyAsGood = 1.001;  // after these, of the best inertia
constexpr std::size_t kSwapped = 2;      // finalists that are improved by swaps

struct Run {
  std::vector<double> centres;
  double inertia = 0;
  std::size_t iterations = 0;
  bool operator<(const Run& other) const { return inertia < other.inertia; }
};

// Moves each centre without points to one of the points farthest from their centres.
void relocate_empty(const PointBlocks& data, const Shares& shares, std::vector<double>& centres) {
  std::vector<std::int32_t> cluster;
  std::vector<double> squared;
  assign(data, centres, cluster, squared);
  for (std::size_t c = 0; c < shares.weights.size(); ++c) {
    if (shares.weights[c] > 0) continue;
    const auto farthest = static_cast<std::size_t>(
        std::max_element(squared.begin(), squared.end()) - squared.begin());
    squared[farthest] = -1;
    const double* x = data.block(farthest / numeric::kLanes) + farthest % numeric::kLanes;
    for (std::size_t j = 0; j < data.d; ++j) {
      centres[c * data.d + j] = x[j * numeric::kLanes];
    }
  }
}

// One iteration. Returns by how much the centres moved: the sum of squares.
double improve(const PointBlocks& data, std::vector<double>& centres, Shares& shares) {
  share_out(data, centres, shares);
  const std::size_t d = data.d;
  double moved = 0;
  bool empty = false;
  for (std::size_t c = 0; c < shares.weights.size(); ++c) {
    if (shares.weights[c] == 0) {
      empty = true;
      continue;
    }
    for (std::size_t j = 0; j < d; ++j) {
      const double mean = shares.sums[c * d + j] / shares.weights[c];
      moved += (mean - centres[c * d + j]) * (mean - centres[c * d + j]);
      centres[c * d + j] = mean;
    }
  }
  if (empty) {
    const std::vector<double> before = centres;
    relocate_empty(data, shares, centres);
    moved += numeric::squared_distance(before.data(), centres.data(), centres.size());
  }
  return moved;
}

double inertia_of(const PointBlocks& data, const std::vector<double>& centres) {
  std::vector<std::int32_t> cluster;
  std::vector<double> squared;
  return assign(data, centres, cluster, squared);
}

// Iterates until the centres move by at most `tolerance` mean variances.
void iterate(const PointBlocks& data, double tolerance, std::size_t max_iterations,
             const KMeansOptions& options, Run& run) {
  Shares shares;
  for (std::size_t i = 0; i < max_iterations && !options.cancelled(); ++i) {
    ++run.iterations;
    if (improve(data, run.centres, shares) <= tolerance * data.mean_variance) break;
  }
  run.inertia = inertia_of(data, run.centres);
}

Run run_start(const PointBlocks& data, std::size_t k, std::size_t start,
              const KMeansOptions& options) {
  Rng rng(options.seed, std::uint64_t{k} << 32 | start);
  Run run{seed_centres(data, k, rng), 0, 0};
  iterate(data, kComparable, options.max_iterations, options, run);
  return run;
}

// Swaps a random centre for a random far point as long as the attempts last.
void swap_centres(const PointBlocks& data, std::size_t k, std::size_t stream,
                  const KMeansOptions& options, Run& best) {
  Rng rng(options.seed, std::uint64_t{k} << 32 | stream);
  const std::size_t attempts =
      k * std::clamp(kSwappedPoints / data.n, kSwapsPerCluster, kMoreSwapsPerCluster);
  for (std::size_t attempt = 0; attempt < attempts && !options.cancelled(); ++attempt) {
    Run run{best.centres, 0, best.iterations};
    const std::size_t moved = rng.below(k);
    draw_centre(data, best.centres, rng, run.centres.data() + moved * data.d);
    iterate(data, 0.0, kSwapIterations, options, run);
    if (run.inertia >= best.inertia * kNearlyAsGood) continue;
    iterate(data, kComparable, options.max_iterations, options, run);
    if (run.inertia < best.inertia) best = std::move(run);
  }
}

// The most promising starts, best first.
std::vector<Run> find_finalists(const PointBlocks& data, std::size_t k, std::vector<Run> runs,
                                const KMeansOptions& options) {
  std::stable_sort(runs.begin(), runs.end());
  runs.resize(std::min(runs.size(), kFinalists));
  for (std::size_t i = 0; options.swaps && k > 1 && i < std::min(runs.size(), kSwapped); ++i) {
    swap_centres(data, k, options.starts + 1 + i, options, runs[i]);
  }
  return runs;
}

// Continues the finalists with all points, and the best of them until it settles.
Run decide(const PointBlocks& data, std::vector<Run> finalists, const KMeansOptions& options) {
  for (Run& run : finalists) iterate(data, kComparable, options.max_iterations, options, run);
  Run best = std::move(*std::min_element(finalists.begin(), finalists.end()));
  iterate(data, kSettled, options.max_iterations, options, best);
  return best;
}

KMeans finish(numeric::WeightedPoints points, const PointBlocks& data, const Run& run) {
  std::vector<std::int32_t> cluster;
  std::vector<double> squared;
  assign(data, run.centres, cluster, squared);
  KMeans result;
  result.iterations = run.iterations;
  result.labels.resize(data.n);
  for (std::size_t p = 0; p < data.n; ++p) result.labels[data.order[p]] = cluster[p];
  number_by_first_appearance(result.labels);
  for (const ClusterSummary& summary : summarise(points, result.labels)) {
    result.centres.insert(result.centres.end(), summary.centroid.begin(), summary.centroid.end());
  }
  for (std::size_t i = 0; i < data.n; ++i) {
    const double* centre =
        result.centres.data() + static_cast<std::size_t>(result.labels[i]) * data.d;
    result.inertia +=
        points.weight(i) * numeric::squared_distance(points.points.row(i), centre, data.d);
  }
  return result;
}

}  // namespace

Result<std::vector<KMeans>> kmeans_sweep(numeric::WeightedPoints points,
                                         std::span<const std::size_t> ks,
                                         const KMeansOptions& options) {
  for (const std::size_t k : ks) {
    if (k >= 1 && k <= points.points.n) continue;
    return invalid("", "too_many_clusters",
                   "There are " + std::to_string(points.points.n) +
                       " distinct points: not enough for " + std::to_string(k) + " clusters.");
  }
  const PointBlocks data = build_point_blocks(points);
  const std::size_t largest = ks.empty() ? 0 : *std::max_element(ks.begin(), ks.end());
  const bool many = points.points.n > kManyPoints && data.blocks > kBlocksPerCluster * largest;
  const PointBlocks coarse = many ? condense(data) : PointBlocks{};
  const PointBlocks& searched = many ? coarse : data;
  const std::size_t starts = std::max<std::size_t>(options.starts, 1);
  std::vector<Run> runs(ks.size() * starts);
  parallel_for(options.threads, runs.size(), [&](std::size_t i) {
    runs[i] = run_start(searched, ks[i / starts], i % starts, options);
  });
  std::vector<KMeans> results(ks.size());
  parallel_for(options.threads, ks.size(), [&](std::size_t i) {
    const auto first = runs.begin() + static_cast<std::ptrdiff_t>(i * starts);
    std::vector<Run> own(first, first + static_cast<std::ptrdiff_t>(starts));
    own = find_finalists(searched, ks[i], std::move(own), options);
    results[i] = finish(points, data, decide(data, std::move(own), options));
  });
  return results;
}

Result<KMeans> kmeans(numeric::WeightedPoints points, std::size_t k, const KMeansOptions& options) {
  auto results = kmeans_sweep(points, std::span(&k, 1), options);
  if (!results) return std::move(results).error();
  return std::move(results->front());
}

}  // namespace clientele::cluster
