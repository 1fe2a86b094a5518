// What the propensity endpoints share: rows, answers, training, the kept model and its tiers.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "vocabulary/classification.hpp"

namespace clientele::vocabulary {

enum class PropensityTier { very_high, high, medium, low, very_low };
constexpr auto choices(schema::For<PropensityTier>) {
  return std::array<std::string_view, 5>{"Very High", "High", "Medium", "Low", "Very Low"};
}

// Lowest probability of each tier but the last.
inline constexpr std::array<double, 4> kTierCuts{0.9, 0.7, 0.4, 0.2};

struct Propensity {
  std::string_view customer_id;
  std::optional<double> probability;
  PropensityTier propensity_tier = PropensityTier::very_low;
  std::string_view interpretation;
  std::optional<std::vector<std::string>> top_factors;
};
schema::Object describe(schema::For<Propensity>);

struct PropensityModel {
  std::optional<std::string> note;
  std::optional<std::string> warning;
  std::optional<std::string_view> best_algorithm;
  std::optional<double> roc_auc;
  std::optional<double> pr_auc;
  std::optional<double> brier;
  std::optional<std::vector<CalibrationRow>> calibration;
  std::optional<std::string_view> calibration_method;
  std::optional<bool> ordered_boosting;
  std::optional<EvaluationMetrics> evaluation_metrics;
  std::optional<std::vector<std::string>> selected_features;
  std::optional<std::vector<std::string>> feature_importance;
  std::optional<std::string> interpretation;
  std::optional<std::uint64_t> train_rows;
  std::optional<std::uint64_t> test_rows;
  std::optional<bool> cached;
  std::optional<std::string> trained_at;
};
schema::Object describe(schema::For<PropensityModel>);

struct PropensityAnswer {
  std::vector<Propensity> predictions;
  PropensityModel model_info;
};
schema::Object describe(schema::For<PropensityAnswer>);

// What an endpoint calls things.
struct PropensityWords {
  std::string_view endpoint;     // its name, and the kind of its kept models
  std::array<Phrase, 5> advice;  // by tier
  Phrase outcome;                // "the propensity to buy"
};

// One request, whatever the endpoint calls its fields.
struct PropensityTask {
  std::string key;                    // which of the endpoint's kept models
  std::vector<std::string_view> ids;  // by row
  std::vector<double> labels;         // by row: 0, 1, NaN
  const FeatureTable* table = nullptr;
  PropensityWords words;
  std::vector<double> cuts;  // four, descending; empty = kTierCuts
  std::uint64_t seed = 42;
  bool explain = false;
  Language language = Language::en;
};

// Trains with >= 20 rows of each class and keeps the model; with fewer, scores with the kept one,
// or says that there are too few labels.
Result<PropensityAnswer> propensity(const PropensityTask& task, Context& context);

// The description of such an endpoint; its first sentence and the keys of its kept model differ.
std::string propensity_description(const std::string& question, const std::string& kept_for);

}  // namespace clientele::vocabulary
