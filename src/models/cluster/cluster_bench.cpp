// Speed of the clusterings on customers like those of a shop. Binary points of
// bench/cluster_peers.py come from the folder that CLIENTELE_CLUSTER_DATA names, so that peers see
// the same ones; without it they are generated here.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <numeric>

#include "models/cluster/dbscan.hpp"
#include "models/cluster/kmeans.hpp"
#include "models/cluster/mixture.hpp"
#include "models/cluster/points_for_tests.hpp"
#include "models/cluster/silhouette.hpp"
#include "models/cluster/ward.hpp"

namespace clientele::cluster {
namespace {

const Cohort& customers(std::size_t n, std::size_t d) {
  static std::map<std::pair<std::size_t, std::size_t>, Cohort> made;
  const auto [at, is_new] = made.try_emplace({n, d});
  if (!is_new) return at->second;
  std::vector<double> values(n * d);
  const char* folder = std::getenv("CLIENTELE_CLUSTER_DATA");
  const std::string name = std::string(folder == nullptr ? "." : folder) + "/points_" +
                           std::to_string(n) + "_" + std::to_string(d) + ".bin";
  std::ifstream in(name, std::ios::binary);
  in.read(reinterpret_cast<char*>(values.data()),
          static_cast<std::streamsize>(values.size() * sizeof(double)));
  if (!in) values = shop_points(n, d);
  return at->second = cohort_of(values, d);
}

const Cohort& customers(const benchmark::State& state) {
  return customers(static_cast<std::size_t>(state.range(0)),
                   static_cast<std::size_t>(state.range(1)));
}

std::vector<std::size_t> ks_to(std::size_t k) {
  std::vector<std::size_t> ks(k - 1);
  std::iota(ks.begin(), ks.end(), std::size_t{2});
  return ks;
}

void Ward(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  double height = 0;
  for (auto _ : state) {
    const Linkage linkage = ward_linkage(cohort, static_cast<std::size_t>(state.range(2)));
    height = 0;
    for (const Merge& merge : linkage.merges) height += merge.height;
  }
  state.counters["heights"] = height;
}
BENCHMARK(Ward)
    ->Args({40'000, 3, 1})
    ->Args({40'000, 3, 2})
    ->Args({60'000, 3, 2})
    ->Args({200'000, 3, 2})
    ->Args({40'000, 8, 2})
    ->Args({200'000, 6, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

// The labellings of four families at k = 2 ... 10.
void Silhouettes(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  std::vector<Labels> labellings;
  const auto ks = ks_to(10);
  for (const Labels& labels : cuts(ward_linkage(cohort, 2), ks)) {
    labellings.push_back(cohort.per_point(labels));
  }
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto means = kmeans_sweep(cohort.points(), ks, {.starts = 1, .seed = seed, .threads = 2});
    for (const KMeans& one : means.value()) labellings.push_back(one.labels);
  }
  double sum = 0;
  for (auto _ : state) {
    sum = 0;
    for (const auto& one : silhouettes(cohort.points(), labellings,
                                       {.threads = static_cast<std::size_t>(state.range(2))})) {
      sum += one.mean.value_or(0);
    }
  }
  state.counters["labellings"] = static_cast<double>(labellings.size());
  state.counters["sum"] = sum;
}
BENCHMARK(Silhouettes)
    ->Args({40'000, 3, 2})
    ->Args({60'000, 3, 2})
    ->Args({200'000, 6, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void KMeansSweep(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  std::vector<KMeans> found;
  for (auto _ : state) {
    found = kmeans_sweep(cohort.points(), ks_to(10),
                         {.threads = static_cast<std::size_t>(state.range(2))})
                .value();
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    state.counters["k" + std::to_string(i + 2)] = found[i].inertia;
  }
}
BENCHMARK(KMeansSweep)
    ->Args({40'000, 3, 1})
    ->Args({200'000, 3, 1})
    ->Args({200'000, 6, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void MixtureSweep(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  const auto threads = static_cast<std::size_t>(state.range(2));
  const auto means = kmeans_sweep(cohort.points(), ks_to(10), {.threads = 2}).value();
  std::vector<double> likelihoods(means.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < means.size(); ++i) {
      likelihoods[i] = fit_mixture(cohort.points(), i + 2, means[i].labels, {.threads = threads})
                           .mean_log_likelihood;
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i) {
    state.counters["k" + std::to_string(i + 2)] = likelihoods[i];
  }
}
BENCHMARK(MixtureSweep)
    ->Args({40'000, 3, 1})
    ->Args({200'000, 3, 1})
    ->Args({200'000, 6, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void Dbscan(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  for (auto _ : state) {
    const Labels labels =
        dbscan(cohort.points(), {0.3, 10, static_cast<std::size_t>(state.range(2))});
    state.counters["noise"] = static_cast<double>(std::count(labels.begin(), labels.end(), kNoise));
  }
}
BENCHMARK(Dbscan)
    ->Args({40'000, 3, 1})
    ->Args({200'000, 3, 1})
    ->Args({200'000, 6, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void Knee(benchmark::State& state) {
  const Cohort& cohort = customers(state);
  for (auto _ : state) {
    state.counters["eps"] = k_distance_knee(cohort.points(), 5, 1);
  }
}
BENCHMARK(Knee)->Args({200'000, 3})->Args({200'000, 6})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::cluster
