#include "faces/cli/csv.hpp"

#include <benchmark/benchmark.h>

#include "base/rng.hpp"

namespace clientele::cli {
namespace {

// Order lines as a shop exports them; `quoted` puts every text in quotes.
std::string order_lines(std::size_t rows, bool quoted) {
  Rng rng(1);
  const std::string quote = quoted ? "\"" : "";
  std::string text = "order_id,customer_id,date,product_id,category,quantity,amount,cost\n";
  for (std::size_t i = 0; i < rows; ++i) {
    text += quote + "O-" + std::to_string(1000000 + i) + quote + ",";
    text += quote + "C-" + std::to_string(10000 + rng.below(40000)) + quote + ",2025-0";
    text += std::to_string(1 + rng.below(6)) + "-" + std::to_string(10 + rng.below(18)) + ",";
    text += quote + "P-" + std::to_string(100 + rng.below(900)) + quote + "," + quote;
    text += (quoted && rng.below(10) == 0 ? "the \"\"good\"\" kitchen" : "kitchen") + quote + ",";
    text += std::to_string(1 + rng.below(4)) + "," + std::to_string(rng.below(200)) + ".49,";
    text += std::to_string(rng.below(90)) + ".05\n";
  }
  return text;
}

void read_order_lines(benchmark::State& state) {
  const std::string text = order_lines(1000000, state.range(0) == 1);
  for (auto _ : state) {
    state.PauseTiming();
    std::string copy = text;
    state.ResumeTiming();
    auto table = parse_csv(std::move(copy));
    if (!table || table->rows() != 1000000) state.SkipWithError("wrong number of rows");
    benchmark::DoNotOptimize(table);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size() * state.iterations()));
}
BENCHMARK(read_order_lines)->ArgName("quoted")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::cli
