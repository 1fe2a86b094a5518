// Speed and out-of-fold quality of the tree learners. Real tables come from bench/trees_peers.py,
// which writes them with frozen folds into the folder that CLIENTELE_TREES_DATA names and prints
// these numbers beside those of scikit-learn, xgboost and catboost; without it those benchmarks are
// skipped.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <string>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"
#include "models/trees/model_bytes.hpp"
#include "models/trees/ordered_boosting.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint32_t kPatience = 15;

struct Data {
  std::size_t rows = 0;
  std::vector<std::vector<double>> numbers;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<Column> columns;
  std::vector<double> label;
  std::vector<std::vector<std::uint32_t>> folds;  // one list a repeat: fold of every row

  std::vector<std::uint32_t> rows_of(std::size_t repeat, std::uint32_t fold, bool held_out) const {
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t row = 0; row < rows; ++row) {
      if ((folds[repeat][row] == fold) == held_out) chosen.push_back(row);
    }
    return chosen;
  }
};

// `rows columns repeats`, a line `n 0 values` or `c levels codes` a column, labels, folds a repeat.
Data real_table(const std::string& name, std::size_t most_rows) {
  Data data;
  const char* folder = std::getenv("CLIENTELE_TREES_DATA");
  std::ifstream in(std::string(folder == nullptr ? "." : folder) + "/" + name + ".txt");
  std::size_t columns = 0, repeats = 0, rows = 0;
  if (!(in >> rows >> columns >> repeats)) return data;
  data.rows = std::min(rows, most_rows);
  data.numbers.resize(columns);
  data.codes.resize(columns);
  std::string kind, word;
  for (std::size_t c = 0; c < columns; ++c) {
    std::uint32_t levels = 0;
    in >> kind >> levels;
    for (std::size_t i = 0; i < rows; ++i) {
      in >> word;
      if (i >= data.rows) continue;
      if (kind == "n") data.numbers[c].push_back(std::strtod(word.c_str(), nullptr));
      if (kind == "c") data.codes[c].push_back(static_cast<std::uint32_t>(std::stoul(word)));
    }
    if (kind == "n") data.columns.emplace_back(NumericColumn{data.numbers[c]});
    if (kind == "c") data.columns.emplace_back(CategoricalColumn{data.codes[c], levels});
  }
  const auto read = [&](auto& values) {
    values.resize(rows);
    for (auto& value : values) in >> value;
    values.resize(data.rows);
  };
  read(data.label);
  data.folds.resize(repeats);
  for (auto& fold : data.folds) read(fold);
  return data;
}

// Twelve normal and eight categorical columns (2 to 300 levels), a fifth of them telling.
Data generated_table(std::size_t rows) {
  constexpr std::uint32_t kLevels[] = {2, 3, 4, 5, 8, 12, 40, 300};
  Data data;
  data.rows = rows;
  data.numbers.assign(12, std::vector<double>(rows));
  data.codes.assign(8, std::vector<std::uint32_t>(rows));
  data.folds.assign(1, std::vector<std::uint32_t>(rows));
  Rng rng(1);
  for (std::size_t i = 0; i < rows; ++i) {
    for (auto& column : data.numbers) column[i] = rng.normal();
    for (std::size_t c = 0; c < 8; ++c) {
      data.codes[c][i] = static_cast<std::uint32_t>(rng.below(kLevels[c]));
    }
    const double score = -1 + data.numbers[0][i] + 0.7 * data.numbers[1][i] * data.numbers[2][i] +
                         0.8 * std::sin(2.1 * data.codes[7][i]) +
                         0.5 * std::sin(1.3 * data.codes[6][i]);
    data.label.push_back(rng.uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0);
    data.folds[0][i] = static_cast<std::uint32_t>(i % 5);
  }
  for (const auto& column : data.numbers) data.columns.emplace_back(NumericColumn{column});
  for (std::size_t c = 0; c < 8; ++c) {
    data.columns.emplace_back(CategoricalColumn{data.codes[c], kLevels[c]});
  }
  return data;
}

// Area under the ROC curve, ties half.
double roc_auc(const std::vector<double>& score, const std::vector<double>& label) {
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return score[a] < score[b]; });
  double rank_sum = 0, positives = 0;
  for (std::size_t i = 0, end = 0; i < order.size(); i = end) {
    while (end < order.size() && score[order[end]] == score[order[i]]) ++end;
    for (std::size_t k = i; k < end; ++k) {
      if (label[order[k]] < 0.5) continue;
      rank_sum += static_cast<double>(i + end + 1) / 2;
      positives += 1;
    }
  }
  const double negatives = static_cast<double>(score.size()) - positives;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

using Scores = std::vector<std::vector<double>>;  // by fold

// Out-of-fold scores of the five folds of one repeat; boosted fits at their common tree count.
Scores forest_scores(const BinnedMatrix& matrix, const Data& data, std::size_t repeat,
                     std::size_t threads) {
  Scores scores(5);
  parallel_for(threads, 5, [&](std::size_t fold) {
    const auto number = static_cast<std::uint32_t>(fold);
    const auto train = data.rows_of(repeat, number, false),
               test = data.rows_of(repeat, number, true);
    const TreeEnsemble model =
        fit_forest({&matrix, Objective::logistic, data.label, {}, train, {}}, {});
    scores[fold].resize(test.size());
    predict(model, matrix, test, scores[fold]);
  });
  return scores;
}

template <typename Settings, typename Fit>
Scores boosted_scores(const BinnedMatrix& matrix, const Data& data, std::size_t repeat,
                      std::size_t threads, Settings settings, Fit fit, std::size_t& count) {
  settings.early_stopping.patience = kPatience;
  using Fitted = decltype(fit(TrainingSet{}, settings));
  std::vector<Fitted> fits(5);
  std::vector<std::vector<std::uint32_t>> tests(5);
  parallel_for(threads, 5, [&](std::size_t fold) {
    const auto number = static_cast<std::uint32_t>(fold);
    const auto train = data.rows_of(repeat, number, false);
    tests[fold] = data.rows_of(repeat, number, true);
    fits[fold] = fit({&matrix, Objective::logistic, data.label, {}, train, tests[fold]}, settings);
  });
  std::vector<std::vector<double>> losses;
  for (const Fitted& fitted : fits) losses.push_back(fitted.held_out_loss);
  count = common_tree_count(losses);
  Scores scores(5);
  for (std::size_t fold = 0; fold < 5; ++fold) {
    scores[fold].resize(tests[fold].size());
    predict(fits[fold].model, matrix, tests[fold], scores[fold], count);
  }
  return scores;
}

Scores boosting_scores(const BinnedMatrix& matrix, const Data& data, std::size_t repeat,
                       std::size_t threads, std::size_t& count) {
  return boosted_scores(matrix, data, repeat, threads, BoostingSettings{}, fit_boosting, count);
}

Scores ordered_scores(const BinnedMatrix& matrix, const Data& data, std::size_t repeat,
                      std::size_t threads, std::size_t& count) {
  return boosted_scores(matrix, data, repeat, threads, OrderedBoostingSettings{},
                        fit_ordered_boosting, count);
}

BinnedMatrix binned(const Data& data, std::size_t threads) {
  return Binning::fit(data.columns, {}, threads).apply(data.columns, threads);
}

// Five-fold cross-validation over all repeats; counters: mean AUC of a fold and log loss.
template <typename Learner>
void cross_validate(benchmark::State& state, const std::string& name, Learner learner) {
  const Data data = real_table(name, ~std::size_t{0});
  if (data.rows == 0) return state.SkipWithError("no CLIENTELE_TREES_DATA");
  const BinnedMatrix matrix = binned(data, 1);
  double auc = 0, loss = 0;
  for (auto _ : state) {
    auc = loss = 0;
    for (std::size_t repeat = 0; repeat < data.folds.size(); ++repeat) {
      const Scores scores = learner(matrix, data, repeat);
      for (std::uint32_t fold = 0; fold < 5; ++fold) {
        std::vector<double> label;
        for (const auto row : data.rows_of(repeat, fold, true)) label.push_back(data.label[row]);
        auc += roc_auc(scores[fold], label);
        for (std::size_t i = 0; i < label.size(); ++i) {
          const double p = std::clamp(scores[fold][i], 1e-9, 1 - 1e-9);
          loss -= std::log(label[i] > 0.5 ? p : 1 - p);
        }
      }
    }
  }
  const auto repeats = static_cast<double>(data.folds.size());
  state.counters["auc"] = auc / (5 * repeats);
  state.counters["log_loss"] = loss / (repeats * static_cast<double>(data.rows));
  state.counters["repeats"] = repeats;
}

void forest_quality(benchmark::State& state, const std::string& name) {
  cross_validate(state, name, [](const auto& matrix, const Data& data, std::size_t repeat) {
    return forest_scores(matrix, data, repeat, 1);
  });
}
void boosting_quality(benchmark::State& state, const std::string& name) {
  std::size_t count = 0;
  cross_validate(state, name, [&](const auto& matrix, const Data& data, std::size_t repeat) {
    return boosting_scores(matrix, data, repeat, 1, count);
  });
}
void ordered_quality(benchmark::State& state, const std::string& name) {
  std::size_t count = 0;
  cross_validate(state, name, [&](const auto& matrix, const Data& data, std::size_t repeat) {
    return ordered_scores(matrix, data, repeat, 1, count);
  });
}

// Binning, three learners x five folds, and a refit of each, on `threads` threads.
void whole_zoo(benchmark::State& state, const Data& data) {
  if (data.rows == 0) return state.SkipWithError("no CLIENTELE_TREES_DATA");
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<std::uint32_t> all(data.rows);
  std::iota(all.begin(), all.end(), 0U);
  for (auto _ : state) {
    const BinnedMatrix matrix = binned(data, threads);
    benchmark::DoNotOptimize(forest_scores(matrix, data, 0, threads));
    BoostingSettings boosting;
    OrderedBoostingSettings ordered;
    std::size_t trees = 0, oblivious_trees = 0;
    benchmark::DoNotOptimize(boosting_scores(matrix, data, 0, threads, trees));
    benchmark::DoNotOptimize(ordered_scores(matrix, data, 0, threads, oblivious_trees));
    boosting.trees = static_cast<std::uint32_t>(trees);
    ordered.trees = static_cast<std::uint32_t>(oblivious_trees);
    const TrainingSet set{&matrix, Objective::logistic, data.label, {}, all, {}};
    parallel_for(threads, 3, [&](std::size_t learner) {
      if (learner == 0) benchmark::DoNotOptimize(fit_forest(set, {}));
      if (learner == 1) benchmark::DoNotOptimize(fit_boosting(set, boosting));
      if (learner == 2) benchmark::DoNotOptimize(fit_ordered_boosting(set, ordered));
    });
  }
}
void zoo_telco(benchmark::State& state) { whole_zoo(state, real_table("telco_churn", 5000)); }
void zoo_100k(benchmark::State& state) { whole_zoo(state, generated_table(100000)); }

struct Fitted {
  Data data = generated_table(5000);
  Binning binning = Binning::fit(data.columns, {}, 1);
  BinnedMatrix matrix = binning.apply(data.columns, 1);
  std::vector<std::uint32_t> rows = std::vector<std::uint32_t>(5000);
  TrainingSet set;
  Fitted() {
    std::iota(rows.begin(), rows.end(), 0U);
    set = {&matrix, Objective::logistic, data.label, {}, rows, {}};
  }
};

// Scoring as a cached model does it: bins of new rows, then trees. Items = rows.
template <typename Model>
void score(benchmark::State& state, const Fitted& fitted, const Model& model) {
  std::vector<double> out(fitted.rows.size());
  for (auto _ : state) {
    const BinnedMatrix matrix = fitted.binning.apply(fitted.data.columns, 1);
    predict(model, matrix, fitted.rows, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
void score_forest(benchmark::State& state) {
  const Fitted fitted;
  score(state, fitted, fit_forest(fitted.set, {}));
}
void score_boosting(benchmark::State& state) {
  const Fitted fitted;
  score(state, fitted, fit_boosting(fitted.set, {}).model);
}
void score_ordered(benchmark::State& state) {
  const Fitted fitted;
  score(state, fitted, fit_ordered_boosting(fitted.set, {}).model);
}

void load_forest(benchmark::State& state) {
  const Fitted fitted;
  const auto bytes = to_bytes(fit_forest(fitted.set, {}));
  for (auto _ : state) benchmark::DoNotOptimize(tree_ensemble_from_bytes(bytes));
  state.counters["bytes"] = static_cast<double>(bytes.size());
}

#define ON_REAL_TABLES(function)                                                          \
  BENCHMARK_CAPTURE(function, telco_churn, "telco_churn")->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(function, online_shoppers, "online_shoppers")->Unit(benchmark::kMillisecond)
ON_REAL_TABLES(forest_quality);
ON_REAL_TABLES(boosting_quality);
ON_REAL_TABLES(ordered_quality);
BENCHMARK(zoo_telco)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
BENCHMARK(zoo_100k)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
BENCHMARK(score_forest)->Unit(benchmark::kMillisecond);
BENCHMARK(score_boosting)->Unit(benchmark::kMillisecond);
BENCHMARK(score_ordered)->Unit(benchmark::kMillisecond);
BENCHMARK(load_forest)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::trees
