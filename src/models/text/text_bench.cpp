// Building and searching the index of product texts. With CLIENTELE_TEXTS=FILE the texts are the
// lines of that file (bench/text_peers.py) instead of generated ones.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "models/text/tfidf_index.hpp"

namespace clientele::text {
namespace {

std::vector<std::string> generated(std::size_t count) {
  Rng rng(5);
  std::vector<std::string> texts(count);
  for (std::string& text : texts) {
    for (std::uint64_t words = 6 + rng.below(8); words > 0; --words) {
      const double u = rng.uniform();
      text += "Word" + std::to_string(static_cast<int>(20'000 * u * u * u)) + " ";
    }
  }
  return texts;
}

const std::vector<std::string>& texts_of_run() {
  static const std::vector<std::string> texts = [] {
    const char* path = std::getenv("CLIENTELE_TEXTS");
    if (path == nullptr) return generated(100'000);
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }();
  return texts;
}

TfidfIndex built(std::uint32_t ngram_max, std::size_t threads) {
  const std::vector<std::string_view> texts(texts_of_run().begin(), texts_of_run().end());
  return TfidfIndex::build(texts, {.ngram_max = ngram_max, .threads = threads});
}

void build(benchmark::State& state) {
  texts_of_run();
  for (auto _ : state) {
    benchmark::DoNotOptimize(built(static_cast<std::uint32_t>(state.range(0)),
                                   static_cast<std::size_t>(state.range(1))));
  }
}

void query(benchmark::State& state) {
  const auto index = built(static_cast<std::uint32_t>(state.range(0)), 2);
  std::uint32_t document = 0;
  for (auto _ : state) {
    document = (document + 7'919) % index.documents();
    benchmark::DoNotOptimize(index.top_k(index.row(document), 50));
  }
}

BENCHMARK(build)
    ->ArgsProduct({{1, 2}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(query)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::text
