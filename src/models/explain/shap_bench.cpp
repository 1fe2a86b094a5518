// Exact SHAP values of 5 000 rows x 20 columns; xgboost 1.7.4 takes 4.4 s for the first of these.
#include <benchmark/benchmark.h>

#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "models/explain/oblivious_shap.hpp"
#include "models/explain/tree_shap.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"
#include "models/trees/ordered_boosting.hpp"

namespace clientele::explain {
namespace {

constexpr std::size_t kRows = 5000, kColumns = 20;

struct Table {
  std::vector<std::vector<double>> numbers =
      std::vector<std::vector<double>>(kColumns, std::vector<double>(kRows));
  std::vector<double> label;
  trees::BinnedMatrix matrix;
  std::vector<std::uint32_t> rows = std::vector<std::uint32_t>(kRows);
  trees::TrainingSet set;

  Table() {
    Rng rng(3);
    for (std::size_t i = 0; i < kRows; ++i) {
      double score = 0;
      for (std::size_t j = 0; j < kColumns; ++j) {
        numbers[j][i] = std::floor(3 * rng.normal());
        score += numbers[j][i] * std::sin(static_cast<double>(j)) / 3;
      }
      label.push_back(rng.uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0);
    }
    std::vector<trees::Column> columns;
    for (const auto& values : numbers) columns.emplace_back(trees::NumericColumn{values});
    matrix = trees::Binning::fit(columns, {}, 1).apply(columns, 1);
    std::iota(rows.begin(), rows.end(), 0U);
    set = {&matrix, trees::Objective::logistic, label, {}, rows, {}};
  }
};

// Builds the explainer and explains all rows; counters: nodes a tree and the worst sum of values.
template <typename Explainer, typename Model>
void explain_all(benchmark::State& state, const Table& table, const Model& model) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<double> values(kRows * kColumns), raw(kRows);
  double base = 0;
  for (auto _ : state) {
    const Explainer explainer(model);
    explainer.explain(table.matrix, table.rows, values, threads);
    base = explainer.base();
  }
  predict_raw(model, table.matrix, table.rows, raw);
  double worst = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(i * kColumns);
    worst = std::max(worst, std::abs(std::accumulate(row, row + kColumns, base) - raw[i]));
  }
  state.counters["additivity_error"] = worst;
}

void boosting_200_trees_depth_6(benchmark::State& state) {
  const Table table;
  trees::BoostingSettings settings;
  settings.max_depth = 6;
  settings.eta = 0.05;
  settings.min_child_weight = settings.lambda = 1;
  settings.row_sample = settings.column_sample = 1;
  const auto model = fit_boosting(table.set, settings).model;
  explain_all<TreeShap>(state, table, model);
  state.counters["nodes"] = static_cast<double>(model.nodes.size()) / 200;
}
void forest_of_the_house(benchmark::State& state) {
  const Table table;
  explain_all<TreeShap>(state, table, fit_forest(table.set, {}));
}
void oblivious_200_trees_depth_6(benchmark::State& state) {
  const Table table;
  trees::OrderedBoostingSettings settings;
  settings.depth = 6;
  explain_all<ObliviousShap>(state, table, fit_ordered_boosting(table.set, settings).model);
}
#define ON_ONE_AND_TWO_THREADS(function) \
  BENCHMARK(function)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()
ON_ONE_AND_TWO_THREADS(boosting_200_trees_depth_6);
ON_ONE_AND_TWO_THREADS(forest_of_the_house);
ON_ONE_AND_TWO_THREADS(oblivious_200_trees_depth_6);

}  // namespace
}  // namespace clientele::explain
