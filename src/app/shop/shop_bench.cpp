#include "app/shop/shop.hpp"

#include <benchmark/benchmark.h>

namespace clientele::shop {
namespace {

void generate(benchmark::State& state) {
  const auto customers = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const auto shop = generate_shop({.customers = customers, .threads = 2});
    if (!shop || shop->customers.size() != customers) state.SkipWithError("wrong size");
    benchmark::DoNotOptimize(shop);
  }
}
BENCHMARK(generate)
    ->ArgName("customers")
    ->Arg(400)
    ->Arg(200000)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::shop
