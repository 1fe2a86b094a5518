// What endpoints that classify customers say about their models, in one form and one wording.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/error.hpp"
#include "models/tabular/classifier.hpp"
#include "models/tabular/drivers.hpp"
#include "schema/describe.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

// Of one algorithm, out of fold.
struct AlgorithmMetrics {
  double roc_auc = 0;
  double f1 = 0;
  double accuracy = 0;
  double pr_auc = 0;
  double best_f1 = 0;
  double best_threshold = 0;
  double log_loss = 0;
  double brier = 0;
};
schema::Object describe(schema::For<AlgorithmMetrics>);

// A tenth of the probabilities' range.
struct CalibrationRow {
  double from = 0;
  double to = 0;
  std::uint64_t rows = 0;
  double mean_probability = 0;
  double observed_rate = 0;
};
schema::Object describe(schema::For<CalibrationRow>);

// How much a feature matters in all.
struct FeatureWeight {
  std::string feature;
  double mean_abs_shap = 0;
  double share = 0;
};
schema::Object describe(schema::For<FeatureWeight>);

using EvaluationMetrics = schema::Map<AlgorithmMetrics, std::string_view>;

EvaluationMetrics evaluation_metrics(const tabular::Benchmark& benchmark);
std::vector<CalibrationRow> calibration_rows(std::span<const selection::CalibrationBin> bins);
std::vector<FeatureWeight> feature_weights(const tabular::Explanation& explanation,
                                           const FeatureTable& table);
std::vector<std::string> feature_names(const tabular::Explanation& explanation,
                                       const FeatureTable& table);

// "platt" or "isotonic".
std::string_view calibration_method(const tabular::Classifier& classifier);

// Whether CatBoost's algorithm boosts in order; nothing where another one was chosen.
std::optional<bool> ordered_boosting(const tabular::Classifier& classifier);
inline constexpr const char* kOrderedBoostingSummary =
    "Where CatBoost was chosen: ordered (true) or plain boosting, which tables below 500 and above "
    "50 000 training rows use.";

// What a contribution counts in: log odds, or for a forest the probability itself.
enum class FactorUnit : std::uint8_t { log_odds, probability };
FactorUnit factor_unit(tabular::Algorithm algorithm);

// "service_tickets = 6 raises the churn risk (+0.83 log odds)", strongest first; one a factor that
// does not round to nothing.
std::vector<std::string> factor_texts(std::span<const tabular::Factor> factors,
                                      const FeatureTable& table, std::size_t row, FactorUnit unit,
                                      const Phrase& outcome, Language language);

// "tickets (higher raises it), plan (most with 'Basic') and nps (higher lowers it)": at most three.
std::string driver_list(const tabular::Explanation& explanation, const FeatureTable& table,
                        Language language);

// Warns of leaking, idle and splintered columns and of an explanation that does not add up.
void warn_of_columns(const tabular::Training& training, const FeatureTable& table,
                     const tabular::Explanation& explanation, Context& context);

// Why the metrics of a small sample are not to be relied on; "" when there are enough rows.
std::string small_sample_warning(const tabular::Training& training);

// The error of work that was cancelled or took too long.
Error took_too_long();

}  // namespace clientele::vocabulary
