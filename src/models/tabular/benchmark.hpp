// Four algorithms on the same stratified folds: out-of-fold scores, their metrics and the choice.
//
// One encoding and one binned matrix serve all folds, algorithms and the refit. (algorithm, fold)
// pairs are the parallel tasks. The number of trees and the penalty are those with the least mean
// held-out loss over the folds, so that the selection costs one parameter an algorithm, not one a
// fold. AUC of an algorithm = mean over folds where every fold has both classes, else of all
// out-of-fold scores at once. Choice: the highest AUC; algorithms whose paired difference from it
// is within its standard error over the folds and within kTolerance tie, and F1, then accuracy,
// then the simpler algorithm decide.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "models/selection/binary_metrics.hpp"
#include "models/tabular/learner.hpp"

namespace clientele::tabular {

inline constexpr double kTolerance = 0.001;
inline constexpr std::uint32_t kMostFolds = 5;

// Labelled rows of an encoded table.
struct LabelledRows {
  const EncodedTable* table = nullptr;
  const Encoding* encoding = nullptr;
  std::span<const double> label;          // one a table row: 0 or 1, read where labelled
  std::span<const std::uint32_t> rows;    // the labelled rows, ascending
  std::span<const std::uint8_t> fold_of;  // by position in `rows`
  std::uint32_t folds = kMostFolds;
};

struct TrainingSettings {
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::function<bool()> cancelled = [] { return false; };
};

struct AlgorithmResult {
  std::vector<double> log_odds;  // out of fold, by position in LabelledRows::rows
  selection::BinaryMetrics metrics;
  std::vector<double> fold_auc;  // empty where a fold lacks a class
  std::uint32_t trees = 0;       // of the boosted ones
  double penalty = 0;            // of the logistic one
};

struct Benchmark {
  std::array<AlgorithmResult, kAlgorithms> results;
  Algorithm best = Algorithm::logistic;
};

// Folds that both classes fill: 2 to kMostFolds.
std::uint32_t folds_for(std::size_t rows_of_rarer_class);

// Nothing when cancelled. Requires: both classes among the rows.
std::optional<Benchmark> run_benchmark(const LabelledRows& set, const TrainingSettings& settings);

// The algorithm fitted to all labelled rows, as long or as penalised as the folds found best.
Model refit(const LabelledRows& set, Algorithm algorithm, const AlgorithmResult& result,
            const TrainingSettings& settings);

}  // namespace clientele::tabular
