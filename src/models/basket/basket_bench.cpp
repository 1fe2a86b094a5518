// Counting and measures of cross_sell_matrix over 5 000 items. With CLIENTELE_ORDERS=FILE the
// orders come from bench/basket_peers.py (u32: orders, lines, items, offsets, codes) instead.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "base/rng.hpp"
#include "models/basket/affinity_matrix.hpp"

namespace clientele::basket {
namespace {

struct Basket {
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> items;
  std::uint32_t item_count = 5'000;

  Orders view() const { return {.offsets = offsets, .items = items, .item_count = item_count}; }
};

// Poisson sizes around 4, popularity 1 / rank^0.9, every third line from the first one's block
// of 50.
Basket generated(std::uint32_t orders) {
  Basket basket;
  std::vector<double> cumulative(basket.item_count);
  double total = 0;
  for (std::uint32_t i = 0; i < basket.item_count; ++i) {
    cumulative[i] = total += std::pow(i + 10.0, -0.9);
  }
  Rng rng(7);
  for (std::uint32_t order = 0; order < orders; ++order) {
    const std::uint64_t size = 1 + rng.poisson(3);
    std::uint32_t first = 0;
    for (std::uint64_t line = 0; line < size; ++line) {
      const auto drawn =
          std::lower_bound(cumulative.begin(), cumulative.end(), rng.uniform() * total);
      auto item = static_cast<std::uint32_t>(drawn - cumulative.begin());
      if (line == 0) first = item;
      if (line % 3 == 1) item = first / 50 * 50 + static_cast<std::uint32_t>(rng.below(50));
      basket.items.push_back(item * 2'654'435'761U % basket.item_count);
    }
    basket.offsets.push_back(static_cast<std::uint32_t>(basket.items.size()));
  }
  return basket;
}

Basket read_orders(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::uint32_t header[3] = {};
  file.read(reinterpret_cast<char*>(header), sizeof(header));
  Basket basket;
  basket.item_count = header[2];
  basket.offsets.resize(header[0] + std::size_t{1});
  basket.items.resize(header[1]);
  file.read(reinterpret_cast<char*>(basket.offsets.data()),
            static_cast<std::streamsize>(basket.offsets.size() * 4));
  file.read(reinterpret_cast<char*>(basket.items.data()),
            static_cast<std::streamsize>(basket.items.size() * 4));
  return basket;
}

const Basket& orders_of_run() {
  static const Basket basket = [] {
    const char* path = std::getenv("CLIENTELE_ORDERS");
    return path != nullptr ? read_orders(path) : generated(250'000);
  }();
  return basket;
}

void count(benchmark::State& state) {
  const Basket& basket = orders_of_run();
  std::uint64_t pairs = 0;
  for (auto _ : state) {
    const auto counts =
        count_pairs(basket.view(), {.threads = static_cast<std::size_t>(state.range(0))});
    pairs = counts->pairs();
  }
  state.counters["pairs"] = static_cast<double>(pairs);
}

// Counts, then confidence and lift of every pair that exists.
void count_and_measure(benchmark::State& state) {
  const Basket& basket = orders_of_run();
  double lifts = 0;
  for (auto _ : state) {
    const auto counts =
        count_pairs(basket.view(), {.threads = static_cast<std::size_t>(state.range(0))});
    std::vector<AffinityMatrix::Cell> row;
    lifts = 0;
    for (const Measure measure : {Measure::confidence, Measure::lift}) {
      const AffinityMatrix matrix(*counts, {.measure = measure});
      for (std::size_t i = 0; i < matrix.size(); ++i) {
        matrix.sparse_row(i, 0, row);
        if (measure == Measure::confidence) continue;
        for (const auto& cell : row) lifts += cell.value;
      }
    }
  }
  state.counters["lifts"] = lifts;
}

// Every row of the dense confidence matrix, one row in memory at a time.
void dense_rows(benchmark::State& state) {
  const auto counts = count_pairs(orders_of_run().view(), {.threads = 2});
  const AffinityMatrix matrix(*counts, {});
  std::vector<double> row(matrix.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < matrix.size(); ++i) {
      matrix.fill_row(i, row);
      benchmark::DoNotOptimize(row.data());
    }
  }
}

void top_pairs(benchmark::State& state) {
  const auto counts = count_pairs(orders_of_run().view(), {.threads = 2});
  const AffinityMatrix matrix(*counts, {.measure = Measure::log_likelihood, .min_together = 3});
  for (auto _ : state) benchmark::DoNotOptimize(matrix.top_pairs(100));
}

BENCHMARK(count)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(count_and_measure)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(dense_rows)->Unit(benchmark::kMillisecond);
BENCHMARK(top_pairs)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::basket
