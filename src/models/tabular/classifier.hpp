// A calibrated classifier of rows with arbitrary columns: trained by the benchmark's choice, scored
// later.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/calibration/calibrator.hpp"
#include "models/tabular/benchmark.hpp"
#include "models/tabular/learner.hpp"
#include "models/tabular/table_schema.hpp"

namespace clientele::tabular {

struct Classifier {
  std::vector<ColumnSchema> schema;
  Encoding encoding;
  Algorithm algorithm = Algorithm::logistic;
  Model model;
  calibration::Calibrator calibrator;  // of the model's log odds
  std::uint64_t trained_rows = 0;
  double roc_auc = 0;  // out of fold, as are the two below
  double pr_auc = 0;
  double brier = 0;
  std::vector<double> importance;  // mean |SHAP| by column
  bool operator==(const Classifier&) const = default;
};

struct Training {
  Classifier classifier;
  Benchmark benchmark;
  std::uint32_t folds = 0;
  std::size_t positives = 0;
  std::size_t units = 0;             // customers among the labelled rows
  EncodedTable encoded;              // the training table
  std::vector<double> probability;   // one a table row: of labelled rows out of fold
  selection::BinaryMetrics metrics;  // of the calibrated out-of-fold probabilities
  std::vector<selection::CalibrationBin> calibration;
  double auc_low = 0;  // 95 % interval of the AUC (Hanley, McNeil 1982), of units
  double auc_high = 1;
  std::vector<std::uint32_t> idle;        // columns without two different values
  std::vector<std::uint32_t> leaks;       // columns that alone tell the label
  std::vector<std::uint32_t> splintered;  // texts with many levels of few rows each
};

// `label`: one a row, 0 or 1, NaN = not labelled. Probabilities of labelled rows come from models
// that saw no row of their unit (`unit_of`: one a row, a customer who may have several; empty:
// every row is one of its own), calibrated on the scores of the other folds (below
// kFewestCrossCalibrated rows on all out-of-fold scores). Nothing when cancelled. Requires: both
// classes; at least two units; at least one column. Deterministic for any thread count.
inline constexpr std::size_t kFewestCrossCalibrated = 100;
std::optional<Training> train(const FeatureTable& table, std::span<const double> label,
                              const TrainingSettings& settings,
                              std::span<const std::uint32_t> unit_of = {});

// Calibrated probabilities of all rows of a table encoded for the classifier.
std::vector<double> score(const Classifier& classifier, const EncodedTable& table);

}  // namespace clientele::tabular
