#include "models/tabular/classifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/selection/folds.hpp"

namespace clientele::tabular {
namespace {

constexpr std::uint32_t kCalibrationBins = 10;
constexpr double kLeakingAuc = 0.995;
constexpr std::size_t kFewestToAccuse = 20;  // rows of a class
constexpr std::size_t kRowsPerCategory = 10;
constexpr std::size_t kFewLevels = 50;

// AUC of one binned column: in order of its bins, or of their rates where they have no order.
double column_auc(const trees::BinnedMatrix& matrix, std::size_t column,
                  std::span<const std::uint32_t> rows, std::span<const double> label) {
  struct Bin {
    double rows = 0;
    double hits = 0;
  };
  std::vector<Bin> bins(matrix.bins(column));
  const auto cells = matrix.column(column);
  for (const std::uint32_t row : rows) {
    bins[cells[row]].rows += 1;
    bins[cells[row]].hits += label[row];
  }
  if (matrix.categorical(column)) {
    std::erase_if(bins, [](const Bin& bin) { return bin.rows == 0; });
    // Many small categories tell any label apart by chance.
    if (bins.size() * kRowsPerCategory > rows.size()) return 0.5;
    std::sort(bins.begin(), bins.end(),
              [](const Bin& a, const Bin& b) { return a.hits * b.rows < b.hits * a.rows; });
  }
  double pairs = 0, below = 0, positives = 0;
  for (const Bin& bin : bins) {
    const double misses = bin.rows - bin.hits;
    pairs += bin.hits * (below + misses / 2);
    below += misses;
    positives += bin.hits;
  }
  const double auc = pairs / (positives * below);
  return std::max(auc, 1 - auc);
}

bool varies(const FeatureColumn& column) {
  if (column.kind == ColumnKind::text) {
    return std::adjacent_find(column.codes.begin(), column.codes.end(), std::not_equal_to<>()) !=
           column.codes.end();
  }
  return std::adjacent_find(column.numbers.begin(), column.numbers.end(), [](double a, double b) {
           return a != b && !(std::isnan(a) && std::isnan(b));
         }) != column.numbers.end();
}

// Probabilities of the labelled rows, each calibrated without its own fold.
std::vector<double> cross_calibrated(std::span<const double> scores, std::span<const double> labels,
                                     std::span<const std::uint8_t> fold_of, std::uint32_t folds,
                                     const calibration::Calibrator& all) {
  std::vector<double> probabilities(scores.size());
  const bool crossed = scores.size() >= kFewestCrossCalibrated;
  for (std::uint32_t fold = 0; fold < folds; ++fold) {
    calibration::Calibrator own = all;
    if (crossed) {
      std::vector<double> other_scores, other_labels;
      for (std::size_t i = 0; i < scores.size(); ++i) {
        if (fold_of[i] == fold) continue;
        other_scores.push_back(scores[i]);
        other_labels.push_back(labels[i]);
      }
      own = all.method == calibration::Method::platt
                ? calibration::platt(other_scores, other_labels)
                : calibration::isotonic(other_scores, other_labels);
    }
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (fold_of[i] == fold) probabilities[i] = own(scores[i]);
    }
  }
  return probabilities;
}

// Hanley, McNeil (1982), from the AUC and the sizes of the classes alone.
void set_auc_interval(double positives, double negatives, Training& training) {
  const double a = training.metrics.roc_auc;
  const double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
  const double variance =
      (a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a)) /
      (positives * negatives);
  const double margin = 1.96 * std::sqrt(std::max(variance, 0.0));
  training.auc_low = std::max(0.0, a - margin);
  training.auc_high = std::min(1.0, a + margin);
}

struct Labelled {
  std::vector<std::uint32_t> rows;
  std::vector<double> label;           // by position, as is the next
  std::vector<std::uint32_t> unit_of;  // 0 ... units - 1
  std::size_t positives = 0;
  std::uint32_t units = 0;
  std::size_t positive_units = 0;  // with a row of the class, as are the next
  std::size_t negative_units = 0;
};

// Numbers the units of the labelled rows and counts those that each class has.
void count_units(std::span<const std::uint32_t> unit_of, Labelled& labelled) {
  std::vector<std::uint32_t> number_of;
  std::vector<std::array<bool, 2>> seen;
  constexpr std::uint32_t kNone = 0xffffffff;
  for (std::size_t i = 0; i < labelled.rows.size(); ++i) {
    const std::uint32_t unit = unit_of.empty() ? labelled.rows[i] : unit_of[labelled.rows[i]];
    if (unit >= number_of.size()) number_of.resize(unit + std::size_t{1}, kNone);
    if (number_of[unit] == kNone) {
      number_of[unit] = labelled.units++;
      seen.push_back({false, false});
    }
    labelled.unit_of.push_back(number_of[unit]);
    seen[number_of[unit]].at(labelled.label[i] > 0.5 ? 1 : 0) = true;
  }
  for (const auto& [negative, positive] : seen) {
    labelled.negative_units += negative ? 1 : 0;
    labelled.positive_units += positive ? 1 : 0;
  }
}

Labelled labelled_of(std::span<const double> label, std::span<const std::uint32_t> unit_of) {
  Labelled labelled;
  for (std::uint32_t row = 0; row < label.size(); ++row) {
    if (std::isnan(label[row])) continue;
    labelled.rows.push_back(row);
    labelled.label.push_back(label[row]);
    labelled.positives += label[row] > 0.5 ? 1 : 0;
  }
  count_units(unit_of, labelled);
  return labelled;
}

void inspect_columns(const FeatureTable& table, const LabelledRows& set, std::size_t rarer,
                     Training& training) {
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    if (!varies(table.columns[c])) {
      training.idle.push_back(c);
    } else if (rarer >= kFewestToAccuse &&
               column_auc(set.table->matrix, c, set.rows, set.label) >= kLeakingAuc) {
      training.leaks.push_back(c);
    }
    const std::size_t levels = table.columns[c].levels.size();
    if (levels > kFewLevels && levels * kRowsPerCategory > table.rows) {
      training.splintered.push_back(c);
    }
  }
}

}  // namespace

std::vector<double> score(const Classifier& classifier, const EncodedTable& table) {
  const std::size_t rows =
      reader_of(classifier.model) == Reader::linear ? table.design.rows : table.matrix.rows();
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  std::vector<double> values(rows);
  log_odds(classifier.model, table, all, values);
  for (double& value : values) value = classifier.calibrator(value);
  return values;
}

std::optional<Training> train(const FeatureTable& table, std::span<const double> label,
                              const TrainingSettings& settings,
                              std::span<const std::uint32_t> unit_of) {
  Training training;
  Classifier& classifier = training.classifier;
  const Labelled labelled = labelled_of(label, unit_of);
  const std::size_t rarer = std::min(labelled.positive_units, labelled.negative_units);
  classifier.schema = schema_of(table);
  classifier.encoding = learn_encoding(table, settings.threads);
  training.encoded = encode(classifier.encoding, table, Reader::both, settings.threads);
  training.folds = folds_for(rarer);
  training.positives = labelled.positives;
  training.units = labelled.units;
  const std::vector<std::uint8_t> fold_of =
      labelled.units == labelled.rows.size()
          ? selection::stratified_folds(labelled.label, training.folds, settings.seed)
          : selection::unit_folds(labelled.label, labelled.unit_of, labelled.units, training.folds,
                                  settings.seed);
  const LabelledRows set{&training.encoded, &classifier.encoding, label, labelled.rows,
                         fold_of,           training.folds};
  auto benchmark = run_benchmark(set, settings);
  if (!benchmark) return std::nullopt;
  training.benchmark = std::move(*benchmark);
  classifier.algorithm = training.benchmark.best;
  const AlgorithmResult& best =
      training.benchmark.results[static_cast<std::size_t>(classifier.algorithm)];
  classifier.calibrator = calibration::learn(best.log_odds, labelled.label, fold_of);
  classifier.model = refit(set, classifier.algorithm, best, settings);
  classifier.trained_rows = labelled.rows.size();
  classifier.importance.assign(table.columns.size(), 0.0);
  if (settings.cancelled()) return std::nullopt;

  const std::vector<double> honest = cross_calibrated(best.log_odds, labelled.label, fold_of,
                                                      training.folds, classifier.calibrator);
  training.metrics = selection::binary_metrics(honest, labelled.label);
  training.metrics.roc_auc = best.metrics.roc_auc;
  training.calibration = selection::calibration_bins(honest, labelled.label, kCalibrationBins);
  set_auc_interval(static_cast<double>(labelled.positive_units),
                   static_cast<double>(labelled.negative_units), training);
  inspect_columns(table, set, rarer, training);
  classifier.roc_auc = training.metrics.roc_auc;
  classifier.pr_auc = training.metrics.pr_auc;
  classifier.brier = training.metrics.brier;
  if (labelled.rows.size() < table.rows) {
    training.probability = score(classifier, training.encoded);
  } else {
    training.probability.resize(table.rows);
  }
  for (std::size_t i = 0; i < honest.size(); ++i) {
    training.probability[labelled.rows[i]] = honest[i];
  }
  return training;
}

}  // namespace clientele::tabular
