#include "vocabulary/classification.hpp"

#include <algorithm>
#include <cmath>

#include "base/number_text.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr std::size_t kShownDrivers = 3;
constexpr double kExact = 1e-6;
constexpr std::size_t kEnoughRows = 200;
constexpr std::size_t kEnoughOfAClass = 20;

constexpr Phrase kMissing{"missing", "ausente", "ausente"};
constexpr Phrase kRaises{" raises ", " aumenta ", " aumenta "};
constexpr Phrase kLowers{" lowers ", " reduce ", " reduz "};
constexpr Phrase kLogOdds{" log odds", " log-odds", " log-odds"};
constexpr Phrase kPoints{" percentage points", " puntos porcentuales", " pontos percentuais"};
constexpr Phrase kHigherRaises{" (rises with it)", " (aumenta con él)", " (aumenta com ele)"};
constexpr Phrase kHigherLowers{" (falls with it)", " (disminuye con él)", " (diminui com ele)"};
constexpr Phrase kMostWith{" (highest for '", " (mayor con '", " (maior com '"};
constexpr Phrase kAnd{" and ", " y ", " e "};

std::string signed_number(double value, int digits) {
  std::string text = value < 0 ? "-" : "+";
  append_rounded(text, std::abs(value), digits);
  return text;
}

std::string value_text(const FeatureColumn& column, std::size_t row, Language language) {
  const std::string missing(kMissing.in(language));
  if (column.kind == ColumnKind::text) {
    const std::uint32_t code = column.codes[row];
    return code < column.levels.size() ? "'" + column.levels[code] + "'" : missing;
  }
  const double value = column.numbers[row];
  if (!std::isfinite(value)) return missing;
  if (column.kind == ColumnKind::boolean) return value != 0 ? "true" : "false";
  std::string text;
  append_number(text, value);
  return text;
}

std::string names_of(std::span<const std::uint32_t> columns, const FeatureTable& table) {
  constexpr std::size_t kMostNamed = 10;
  std::string names;
  for (std::size_t i = 0; i < std::min(columns.size(), kMostNamed); ++i) {
    names += (i == 0 ? "'" : ", '") + table.columns[columns[i]].name + "'";
  }
  if (columns.size() > kMostNamed) {
    names += " and " + std::to_string(columns.size() - kMostNamed) + " more";
  }
  return names;
}

}  // namespace

schema::Object describe(schema::For<AlgorithmMetrics>) {
  using M = AlgorithmMetrics;
  return schema::object<M>(
      "Quality of one algorithm on rows that it was not fitted to.",
      field<&M::roc_auc>("Area under the ROC curve, ties counted half: mean over the folds."),
      field<&M::f1>("F1 at probability 0.5."), field<&M::accuracy>("Accuracy at probability 0.5."),
      field<&M::pr_auc>("Average precision."),
      field<&M::best_f1>("Highest F1 over all thresholds (optimistic: chosen on these rows)."),
      field<&M::best_threshold>("Probability threshold of best_f1."),
      field<&M::log_loss>("Mean log loss."), field<&M::brier>("Mean squared error."));
}

schema::Object describe(schema::For<CalibrationRow>) {
  using C = CalibrationRow;
  return schema::object<C>("Rows whose out-of-fold probability lies in one tenth of the range.",
                           field<&C::from>("Lower end."), field<&C::to>("Upper end."),
                           field<&C::rows>("Labelled rows in it."),
                           field<&C::mean_probability>("Their mean probability."),
                           field<&C::observed_rate>("The share of them that is labelled 1."));
}

schema::Object describe(schema::For<FeatureWeight>) {
  using F = FeatureWeight;
  return schema::object<F>(
      "How much a feature moves the model.", field<&F::feature>("Its name."),
      field<&F::mean_abs_shap>("Mean size of its SHAP value (log odds; Random Forest: "
                               "probability)."),
      field<&F::share>("The same as a share of all features."));
}

EvaluationMetrics evaluation_metrics(const tabular::Benchmark& benchmark) {
  EvaluationMetrics metrics;
  for (std::size_t i = 0; i < tabular::kAlgorithms; ++i) {
    const selection::BinaryMetrics& m = benchmark.results[i].metrics;
    metrics.entries.emplace_back(tabular::kAlgorithmNames[i],
                                 AlgorithmMetrics{m.roc_auc, m.f1, m.accuracy, m.pr_auc, m.best_f1,
                                                  m.best_threshold, m.log_loss, m.brier});
  }
  return metrics;
}

std::vector<CalibrationRow> calibration_rows(std::span<const selection::CalibrationBin> bins) {
  std::vector<CalibrationRow> rows;
  for (const selection::CalibrationBin& bin : bins) {
    rows.push_back({bin.low, bin.high, bin.rows, bin.mean_probability, bin.observed_rate});
  }
  return rows;
}

std::vector<FeatureWeight> feature_weights(const tabular::Explanation& explanation,
                                           const FeatureTable& table) {
  double sum = 0;
  for (const tabular::ColumnEffect& effect : explanation.effects) sum += effect.importance;
  std::vector<FeatureWeight> weights;
  for (const tabular::ColumnEffect& effect : explanation.effects) {
    weights.push_back(
        {table.columns[effect.column].name, effect.importance, effect.importance / sum});
  }
  return weights;
}

std::vector<std::string> feature_names(const tabular::Explanation& explanation,
                                       const FeatureTable& table) {
  std::vector<std::string> names;
  for (const tabular::ColumnEffect& effect : explanation.effects) {
    names.push_back(table.columns[effect.column].name);
  }
  return names;
}

std::string_view calibration_method(const tabular::Classifier& classifier) {
  return classifier.calibrator.method == calibration::Method::platt ? "platt" : "isotonic";
}

std::optional<bool> ordered_boosting(const tabular::Classifier& classifier) {
  const auto* model = std::get_if<trees::ObliviousEnsemble>(&classifier.model);
  if (model == nullptr) return std::nullopt;
  return model->ordered;
}

FactorUnit factor_unit(tabular::Algorithm algorithm) {
  return algorithm == tabular::Algorithm::forest ? FactorUnit::probability : FactorUnit::log_odds;
}

std::vector<std::string> factor_texts(std::span<const tabular::Factor> factors,
                                      const FeatureTable& table, std::size_t row, FactorUnit unit,
                                      const Phrase& outcome, Language language) {
  std::vector<std::string> texts;
  const double shown = unit == FactorUnit::log_odds ? 0.005 : 0.0005;
  for (const tabular::Factor& factor : factors) {
    if (factor.column == tabular::kNoFactor || std::abs(factor.contribution) < shown) break;
    const FeatureColumn& column = table.columns[factor.column];
    std::string text = column.name + " = " + value_text(column, row, language);
    text += (factor.contribution > 0 ? kRaises : kLowers).in(language);
    text += outcome.in(language);
    text += unit == FactorUnit::log_odds
                ? " (" + signed_number(factor.contribution, 2) + std::string(kLogOdds.in(language))
                : " (" + signed_number(100 * factor.contribution, 1) +
                      std::string(kPoints.in(language));
    texts.push_back(text + ")");
  }
  return texts;
}

std::string driver_list(const tabular::Explanation& explanation, const FeatureTable& table,
                        Language language) {
  const std::size_t count = std::min(kShownDrivers, explanation.effects.size());
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const tabular::ColumnEffect& effect = explanation.effects[i];
    const FeatureColumn& column = table.columns[effect.column];
    if (i > 0) text += i + 1 == count ? kAnd.in(language) : std::string_view(", ");
    text += column.name;
    if (column.kind != ColumnKind::text) {
      text += (effect.rises ? kHigherRaises : kHigherLowers).in(language);
    } else if (effect.level < column.levels.size()) {
      text += std::string(kMostWith.in(language)) + column.levels[effect.level] + "')";
    }
  }
  return text;
}

void warn_of_columns(const tabular::Training& training, const FeatureTable& table,
                     const tabular::Explanation& explanation, Context& context) {
  if (!training.leaks.empty()) {
    context.warn("possible_leakage",
                 names_of(training.leaks, table) +
                     ": alone enough to tell the label almost perfectly. A value that is only "
                     "known after the "
                     "outcome makes every metric too good and every score useless. Leave out what "
                     "was not known when the row was taken.");
  }
  // Small samples say it in the model's warning, with the interval.
  if (training.auc_low <= 0.5 && small_sample_warning(training).empty()) {
    std::string text = "The 95 % interval of the ROC-AUC (";
    append_rounded(text, training.auc_low, 2);
    text += " to ";
    append_rounded(text, training.auc_high, 2);
    context.warn("no_better_than_chance",
                 text +
                     ") holds 0.5: these features do not tell who is likelier than others, and "
                     "neither order nor drivers are supported.");
  }
  if (!training.idle.empty()) {
    context.warn("constant_feature", names_of(training.idle, table) +
                                         ": one value only (or none), so no part in the model.");
  }
  if (!training.splintered.empty()) {
    context.warn("many_levels",
                 names_of(training.splintered, table) +
                     ": texts with fewer than ten rows a level, from which hardly anything can be "
                     "learnt. Give a number (the age in days instead of a date) or fewer levels.");
  }
  if (!(explanation.additivity_error <= kExact)) {
    context.warn("inexact_explanation",
                 "The contributions of some rows do not add up to their score.");
  }
}

std::string small_sample_warning(const tabular::Training& training) {
  const std::size_t rows = training.classifier.trained_rows;
  const std::size_t rarer = std::min(training.positives, rows - training.positives);
  if (rows >= kEnoughRows && rarer >= kEnoughOfAClass) return "";
  std::string text = "Only " + std::to_string(rows) + " labelled rows, " + std::to_string(rarer) +
                     " of the rarer class: metrics, the choice of the "
                     "algorithm and probabilities are uncertain";
  if (std::isfinite(training.auc_low)) {
    text += " (95 % interval of the ROC-AUC ";
    append_rounded(text, training.auc_low, 2);
    text += " to ";
    append_rounded(text, training.auc_high, 2);
    text += ")";
  }
  return text + ".";
}

Error took_too_long() {
  return {.kind = ErrorKind::deadline_exceeded,
          .detail =
              "The training was stopped: the time of the request was over, or nobody waits "
              "for its answer.",
          .faults = {},
          .retry_after_seconds = 1};
}

}  // namespace clientele::vocabulary
