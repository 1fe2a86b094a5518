// Training speed. With CLIENTELE_INTERACTIONS=FILE the interactions come from
// bench/factorization_peers.py (u32: users, items, n, then n users and n items), and
// CLIENTELE_ALS="alpha regularization exponent" sets the objective.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/rng.hpp"
#include "models/factorization/als.hpp"

namespace clientele::factorization {
namespace {

// Zipf-like items, users with geometric activity.
Interactions generated(std::uint32_t users, std::uint32_t items, std::size_t count) {
  Rng rng(3);
  std::vector<Interaction> list;
  while (list.size() < count) {
    const double u = rng.uniform();
    const double v = rng.uniform();
    list.push_back({static_cast<std::uint32_t>(u * u * users),
                    static_cast<std::uint32_t>(v * v * v * items), 1});
  }
  return collect(list, users, items);
}

Interactions read_interactions(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::uint32_t header[3] = {};
  file.read(reinterpret_cast<char*>(header), sizeof(header));
  std::vector<std::uint32_t> codes(2 * std::size_t{header[2]});
  file.read(reinterpret_cast<char*>(codes.data()), static_cast<std::streamsize>(codes.size() * 4));
  std::vector<Interaction> list;
  for (std::size_t i = 0; i < header[2]; ++i) list.push_back({codes[i], codes[header[2] + i], 1});
  return collect(list, header[0], header[1]);
}

const Interactions& interactions_of_run() {
  static const Interactions interactions = [] {
    const char* path = std::getenv("CLIENTELE_INTERACTIONS");
    return path != nullptr ? read_interactions(path) : generated(30'000, 40'000, 800'000);
  }();
  return interactions;
}

void als(benchmark::State& state) {
  const Interactions& interactions = interactions_of_run();
  AlsOptions options;
  options.factors = static_cast<std::uint32_t>(state.range(0));
  options.threads = static_cast<std::size_t>(state.range(1));
  if (const char* objective = std::getenv("CLIENTELE_ALS")) {
    std::istringstream(objective) >> options.alpha >> options.regularization >>
        options.frequency_exponent;
  }
  double loss = 0;
  for (auto _ : state) {
    const auto model = train_als(interactions, options);
    state.PauseTiming();
    loss = model->loss(interactions, 2);
    state.ResumeTiming();
  }
  state.counters["interactions"] = static_cast<double>(interactions.size());
  state.counters["loss"] = loss;
}

BENCHMARK(als)
    ->ArgsProduct({{50}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace clientele::factorization
