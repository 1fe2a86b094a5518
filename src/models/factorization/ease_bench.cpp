// Training of EASE by size of the catalogue: counting and the inverse.
#include <benchmark/benchmark.h>

#include "base/rng.hpp"
#include "models/factorization/ease.hpp"

namespace clientele::factorization {
namespace {

constexpr std::uint32_t kUsers = 30'000;
constexpr std::size_t kInteractions = 800'000;

// Zipf-like items, users with geometric activity.
Interactions generated(std::uint32_t items) {
  Rng rng(3);
  std::vector<Interaction> list;
  while (list.size() < kInteractions) {
    const double u = rng.uniform();
    const double v = rng.uniform();
    list.push_back({static_cast<std::uint32_t>(u * u * kUsers),
                    static_cast<std::uint32_t>(v * v * v * items), 1});
  }
  return collect(list, kUsers, items);
}

void ease(benchmark::State& state) {
  const Interactions interactions = generated(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        train_ease(interactions, {.threads = static_cast<std::size_t>(state.range(1))}));
  }
}

BENCHMARK(ease)
    ->ArgsProduct({{2'500, 5'000, 10'000}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace clientele::factorization
