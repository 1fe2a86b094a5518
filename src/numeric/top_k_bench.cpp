// Exact search over 100 000 and 1 000 000 rows of 50 dimensions: rows like those of trained factors
// (norms and dimensions of unequal size) and i.i.d. Gaussian ones, where norms help least.
#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <memory>

#include "base/rng.hpp"
#include "numeric/top_k_dot.hpp"

namespace clientele {
namespace {

constexpr std::uint32_t kDims = 50;
constexpr std::size_t kStride = 64;
constexpr std::uint32_t kQueries = 256;

struct Catalogue {
  std::vector<float> rows;
  std::vector<float> queries;
  std::unique_ptr<DotIndex> index;

  RowsView queries_view() const { return {queries.data(), kQueries, kDims, kStride}; }
};

std::vector<float> random_rows(std::uint32_t count, bool is_trained, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(count * kStride);
  for (std::uint32_t r = 0; r < count; ++r) {
    const double norm = is_trained ? std::exp(0.6 * rng.normal()) : 1;
    for (std::uint32_t k = 0; k < kDims; ++k) {
      const double spread = is_trained ? 1 / std::sqrt(1.0 + k) : 1;
      values[r * kStride + k] = static_cast<float>(norm * spread * rng.normal());
    }
  }
  return values;
}

const Catalogue& catalogue(std::uint32_t items, bool is_trained) {
  static std::map<std::pair<std::uint32_t, bool>, Catalogue> made;
  Catalogue& found = made[{items, is_trained}];
  if (!found.index) {
    found.rows = random_rows(items, is_trained, 1);
    found.queries = random_rows(kQueries, is_trained, 2);
    found.index = std::make_unique<DotIndex>(RowsView{found.rows.data(), items, kDims, kStride}, 2);
  }
  return found;
}

void build(benchmark::State& state) {
  const auto rows = random_rows(100'000, true, 1);
  for (auto _ : state) DotIndex index({rows.data(), 100'000, kDims, kStride}, 2);
}

void top_20(benchmark::State& state, Closeness closeness) {
  const Catalogue& of = catalogue(static_cast<std::uint32_t>(state.range(0)), state.range(1) != 0);
  std::uint32_t query = 0;
  for (auto _ : state) {
    query = (query + 1) % kQueries;
    benchmark::DoNotOptimize(of.index->top_k({of.queries_view().row(query), kDims}, 20, closeness));
  }
}

void top_20_of_1_percent(benchmark::State& state) {
  const Catalogue& of = catalogue(1'000'000, true);
  IdSet allowed(1'000'000, false);
  for (std::uint32_t id = 0; id < 1'000'000; id += 100) allowed.add(id);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        of.index->top_k({of.queries_view().row(3), kDims}, 20, Closeness::dot, {&allowed, {}}));
  }
}

void bulk(benchmark::State& state) {
  const Catalogue& of = catalogue(static_cast<std::uint32_t>(state.range(0)), state.range(1) != 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(of.index->top_k_of_each(of.queries_view(), 20, Closeness::dot, {}, 2));
  }
  state.counters["users_per_second"] =
      benchmark::Counter(kQueries, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(build)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(top_20, dot, Closeness::dot)
    ->ArgsProduct({{100'000, 1'000'000}, {0, 1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(top_20, cosine, Closeness::cosine)
    ->ArgsProduct({{100'000, 1'000'000}, {0, 1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(top_20_of_1_percent)->Unit(benchmark::kMillisecond);
BENCHMARK(bulk)
    ->ArgsProduct({{100'000, 1'000'000}, {0, 1}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace clientele
