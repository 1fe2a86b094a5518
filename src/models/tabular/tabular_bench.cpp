// Speed of the whole classifier, and its scores of rows that it did not see: nested/NAME reads the
// table NAME.txt that bench/classifier_peers.py writes with frozen folds into the folder of
// CLIENTELE_TREES_DATA, and leaves NAME.scores there. Without that folder it is skipped.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

#include "base/rng.hpp"
#include "models/tabular/classifier_bytes.hpp"
#include "models/tabular/drivers.hpp"

namespace clientele::tabular {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Data {
  FeatureTable table;
  std::vector<double> label;
  std::vector<std::vector<std::uint32_t>> folds;  // one list a repeat: fold of every row
};

std::string folder() {
  const char* folder = std::getenv("CLIENTELE_TREES_DATA");
  return folder == nullptr ? "." : folder;
}

// `rows columns repeats`, a line `n 0 values` or `c levels codes` a column, labels, folds a repeat.
Data real_table(const std::string& name) {
  Data data;
  std::ifstream in(folder() + "/" + name + ".txt");
  std::size_t columns = 0, repeats = 0, rows = 0;
  if (!(in >> rows >> columns >> repeats)) return data;
  data.table.rows = rows;
  for (std::size_t c = 0; c < columns; ++c) {
    std::string kind, word;
    std::uint32_t levels = 0;
    in >> kind >> levels;
    FeatureColumn column{std::to_string(c), ColumnKind::number, {}, {}, {}};
    if (kind == "c") column.kind = ColumnKind::text;
    for (std::uint32_t i = 0; i < levels; ++i) column.levels.push_back(std::to_string(i));
    for (std::size_t i = 0; i < rows; ++i) {
      in >> word;
      if (kind == "n") column.numbers.push_back(std::strtod(word.c_str(), nullptr));
      if (kind == "c") column.codes.push_back(static_cast<std::uint32_t>(std::stoul(word)));
    }
    data.table.columns.push_back(std::move(column));
  }
  data.label.resize(rows);
  for (double& value : data.label) in >> value;
  data.folds.assign(repeats, std::vector<std::uint32_t>(rows));
  for (auto& fold : data.folds) {
    for (std::uint32_t& value : fold) in >> value;
  }
  return data;
}

// Sixteen numbers and four texts (2 to 300 levels), a third of them telling, some cells missing.
Data generated_table(std::size_t rows) {
  constexpr std::uint32_t kLevels[] = {2, 5, 12, 300};
  Data data;
  data.table.rows = rows;
  for (std::size_t c = 0; c < 20; ++c) {
    FeatureColumn column{std::to_string(c), ColumnKind::number, {}, {}, {}};
    if (c >= 16) column.kind = ColumnKind::text;
    for (std::uint32_t i = 0; c >= 16 && i < kLevels[c - 16]; ++i) {
      column.levels.push_back(std::to_string(i));
    }
    data.table.columns.push_back(std::move(column));
  }
  Rng rng(1);
  auto& columns = data.table.columns;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < 16; ++c) columns[c].numbers.push_back(rng.normal());
    for (std::size_t c = 16; c < 20; ++c) {
      columns[c].codes.push_back(static_cast<std::uint32_t>(rng.below(kLevels[c - 16])));
    }
    const double score = -1.5 + columns[0].numbers[i] + std::abs(columns[1].numbers[i]) +
                         0.7 * columns[2].numbers[i] * columns[3].numbers[i] +
                         0.8 * std::sin(2.1 * columns[19].codes[i]);
    data.label.push_back(rng.uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0);
    if (rng.uniform() < 0.1) columns[0].numbers[i] = kMissing;
  }
  return data;
}

// Scores of one fold's rows: of the chosen classifier, then of each algorithm refitted.
void score_fold(const Data& data, std::span<const std::uint32_t> folds, std::uint32_t fold,
                std::vector<std::vector<double>>& scores) {
  std::vector<double> label = data.label;
  std::vector<std::uint32_t> fitted, held_out;
  for (std::uint32_t row = 0; row < label.size(); ++row) {
    (folds[row] == fold ? held_out : fitted).push_back(row);
    if (folds[row] == fold) label[row] = kMissing;
  }
  const auto training = train(data.table, label, {});
  for (const std::uint32_t row : held_out) scores[0][row] = training->probability[row];
  const std::vector<std::uint8_t> none(fitted.size());
  const LabelledRows set{
      &training->encoded, &training->classifier.encoding, label, fitted, none, 1};
  for (std::size_t i = 0; i < kAlgorithms; ++i) {
    const Model model = refit(set, static_cast<Algorithm>(i), training->benchmark.results[i], {});
    std::vector<double> odds(held_out.size());
    log_odds(model, training->encoded, held_out, odds);
    for (std::size_t k = 0; k < odds.size(); ++k) {
      scores[i + 1][held_out[k]] = 1 / (1 + std::exp(-odds[k]));
    }
  }
}

void nested(benchmark::State& state, const std::string& name) {
  const Data data = real_table(name);
  if (data.label.empty()) return state.SkipWithError("no table");
  const std::size_t repeats = data.folds.size();
  std::vector<std::vector<std::vector<double>>> scores;  // by repeat, learner, row
  for ([[maybe_unused]] auto _ : state) {
    scores.assign(repeats, std::vector<std::vector<double>>(
                               1 + kAlgorithms, std::vector<double>(data.label.size())));
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
      for (std::uint32_t fold = 0; fold < 5; ++fold) {
        score_fold(data, data.folds[repeat], fold, scores[repeat]);
      }
    }
  }
  std::ofstream out(folder() + "/" + name + ".scores");
  out.precision(9);
  for (std::size_t learner = 0; learner <= kAlgorithms; ++learner) {
    for (const auto& repeat : scores) {
      for (const double score : repeat[learner]) out << score << ' ';
      out << '\n';
    }
  }
}
BENCHMARK_CAPTURE(nested, telco_churn, std::string("telco_churn"))->Iterations(1);
BENCHMARK_CAPTURE(nested, online_shoppers, std::string("online_shoppers"))->Iterations(1);
BENCHMARK_CAPTURE(nested, shop, std::string("shop"))->Iterations(1);

void train_rows(benchmark::State& state) {
  const Data data = generated_table(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    const auto training = train(data.table, data.label, {});
    const auto rows = spread_rows(data.table.rows, 2000);
    benchmark::DoNotOptimize(explain(training->classifier, data.table, training->encoded, rows, 1));
    for (std::size_t i = 0; i < kAlgorithms; ++i) {
      state.counters[std::string(kAlgorithmNames[i])] =
          training->benchmark.results[i].metrics.roc_auc;
    }
    state.counters["chosen"] = training->metrics.roc_auc;
  }
}
BENCHMARK(train_rows)->Arg(5000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// From the kept bytes to the scores of `rows` rows.
void score_kept(benchmark::State& state) {
  const Data data = generated_table(5000);
  const auto training = train(data.table, data.label, {});
  const std::vector<std::byte> bytes = to_bytes(training->classifier);
  const Data later = generated_table(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    const auto classifier = classifier_from_bytes(bytes);
    const Alignment aligned = align(classifier->schema, later.table);
    const EncodedTable encoded =
        encode(classifier->encoding, aligned.table, reader_of(classifier->model), 1);
    benchmark::DoNotOptimize(score(*classifier, encoded));
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(score_kept)->Arg(1)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace clientele::tabular
