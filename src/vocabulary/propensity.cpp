#include "vocabulary/propensity.hpp"

#include <algorithm>
#include <numeric>

#include "base/model_store.hpp"
#include "models/tabular/classifier_bytes.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr std::size_t kFewestOfAClass = 20;
constexpr std::size_t kExplainedForImportance = 2000;
constexpr Phrase kUnscored{"Very low propensity – deprioritise in current cycle.",
                           "Propensión muy baja – dejar para después en el ciclo actual.",
                           "Propensão muito baixa – despriorizar no ciclo atual."};
constexpr std::string_view kTooFew = "not enough labelled rows to train (need ≥20 & both classes)";
constexpr std::string_view kNoFeatures = "no row has a feature to train on";

Status check(const PropensityTask& task) {
  for (std::size_t i = 0; i < task.cuts.size(); ++i) {
    if (i > 0 && task.cuts[i] > task.cuts[i - 1]) {
      return invalid("/tier_quantiles/" + std::to_string(i), "not_descending",
                     "Each cut-off must be at most the one before it.");
    }
  }
  if (!task.cuts.empty() && task.cuts.size() != kTierCuts.size()) {
    return invalid("/tier_quantiles", "wrong_length", "Must hold exactly 4 numbers.");
  }
  return Nothing{};
}

PropensityTier tier_of(double probability, const PropensityTask& task) {
  for (std::size_t i = 0; i < kTierCuts.size(); ++i) {
    const double cut = task.cuts.empty() ? kTierCuts[i] : task.cuts[i];
    if (probability >= cut) return static_cast<PropensityTier>(i);
  }
  return PropensityTier::very_low;
}

// Without `probability` nobody is scored.
std::vector<Propensity> predictions_of(const PropensityTask& task,
                                       const std::vector<double>& probability) {
  std::vector<Propensity> predictions(task.ids.size());
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    Propensity& prediction = predictions[i];
    prediction.customer_id = task.ids[i];
    if (probability.empty()) {
      prediction.interpretation = kUnscored.in(task.language);
      continue;
    }
    prediction.probability = probability[i];
    prediction.propensity_tier = tier_of(probability[i], task);
    prediction.interpretation =
        task.words.advice[static_cast<std::size_t>(prediction.propensity_tier)].in(task.language);
  }
  return predictions;
}

PropensityAnswer without_model(const PropensityTask& task) {
  PropensityAnswer answer;
  answer.predictions = predictions_of(task, {});
  answer.model_info.note = std::string(task.table->columns.empty() ? kNoFeatures : kTooFew);
  return answer;
}

// Importance from all rows when each gets its factors, else from a spread sample.
tabular::Explanation explain_rows(const PropensityTask& task, const tabular::Classifier& classifier,
                                  const FeatureTable& table, const tabular::EncodedTable& encoded,
                                  std::size_t threads, PropensityAnswer& answer) {
  const std::size_t most = task.explain ? table.rows : kExplainedForImportance;
  tabular::Explanation explanation =
      tabular::explain(classifier, table, encoded, tabular::spread_rows(table.rows, most), threads);
  for (std::size_t i = 0; task.explain && i < table.rows; ++i) {
    answer.predictions[i].top_factors =
        factor_texts(explanation.factors[i], table, i, factor_unit(classifier.algorithm),
                     task.words.outcome, task.language);
  }
  answer.model_info.selected_features = feature_names(explanation, table);
  answer.model_info.feature_importance = answer.model_info.selected_features;
  const std::string drivers = driver_list(explanation, table, task.language);
  if (!drivers.empty()) {
    constexpr Phrase kStrongest{"Strongest drivers of ", "Factores más influyentes para ",
                                "Fatores mais influentes para "};
    answer.model_info.interpretation = std::string(kStrongest.in(task.language)) +
                                       std::string(task.words.outcome.in(task.language)) + ": " +
                                       drivers + ".";
  }
  return explanation;
}

// A model that cannot be kept is worth a warning, not the answer.
void keep(const PropensityTask& task, const tabular::Classifier& classifier, Context& context) {
  if (context.models == nullptr) return;
  const auto saved =
      context.models->save(task.words.endpoint, task.key, tabular::to_bytes(classifier));
  if (saved) return;
  context.warn("model_not_kept", "The model could not be kept for later requests without labels.");
}

Result<PropensityAnswer> train(const PropensityTask& task, Context& context) {
  const tabular::TrainingSettings settings{.seed = task.seed,
                                           .threads = context.threads,
                                           .cancelled = [&] { return context.cancelled(); }};
  auto training = tabular::train(*task.table, task.labels, settings);
  if (!training) return took_too_long();
  tabular::Classifier& classifier = training->classifier;
  PropensityAnswer answer;
  answer.predictions = predictions_of(task, training->probability);
  const tabular::Explanation explanation =
      explain_rows(task, classifier, *task.table, training->encoded, context.threads, answer);
  for (const tabular::ColumnEffect& effect : explanation.effects) {
    classifier.importance[effect.column] = effect.importance;
  }
  warn_of_columns(*training, *task.table, explanation, context);
  PropensityModel& info = answer.model_info;
  const std::string warning = small_sample_warning(*training);
  if (!warning.empty()) info.warning = warning;
  info.best_algorithm = tabular::kAlgorithmNames[static_cast<std::size_t>(classifier.algorithm)];
  info.roc_auc = classifier.roc_auc;
  info.pr_auc = classifier.pr_auc;
  info.brier = classifier.brier;
  info.calibration = calibration_rows(training->calibration);
  info.calibration_method = calibration_method(classifier);
  info.ordered_boosting = ordered_boosting(classifier);
  info.evaluation_metrics = evaluation_metrics(training->benchmark);
  info.train_rows = classifier.trained_rows;
  info.test_rows = task.ids.size() - classifier.trained_rows;
  keep(task, classifier, context);
  return answer;
}

void warn_of_alignment(const tabular::Alignment& aligned, Context& context) {
  const auto warn = [&](const std::vector<std::string>& names, const std::string& code,
                        const std::string& detail) {
    constexpr std::size_t kMostNamed = 10;
    for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
      context.warn(code, "'" + names[i] + "' " + detail, "/customers");
    }
  };
  warn(aligned.missing, "feature_missing",
       "was used in training and is missing here: it counts as a missing value.");
  warn(aligned.unknown, "feature_unknown", "was not there in training and is not used.");
  warn(aligned.altered, "feature_of_another_kind",
       "was of another kind in training: values that do not fit count as missing.");
}

// Scores with the kept model; nothing if there is none that can be used.
std::optional<PropensityAnswer> score_with_kept(const PropensityTask& task, Context& context) {
  if (context.models == nullptr) return std::nullopt;
  const auto damaged = [&]() -> std::optional<PropensityAnswer> {
    context.warn("kept_model_unusable", "A kept model could not be read; train it again.");
    return std::nullopt;
  };
  auto found = context.models->find(task.words.endpoint, task.key);
  if (!found) return damaged();
  if (!*found) return std::nullopt;
  auto classifier = tabular::classifier_from_bytes((*found)->bytes);
  if (!classifier) return damaged();
  const tabular::Alignment aligned = tabular::align(classifier->schema, *task.table);
  warn_of_alignment(aligned, context);
  const tabular::EncodedTable encoded = tabular::encode(
      classifier->encoding, aligned.table, tabular::reader_of(classifier->model), context.threads);
  PropensityAnswer answer;
  answer.predictions = predictions_of(task, tabular::score(*classifier, encoded));
  if (task.explain) {
    explain_rows(task, *classifier, aligned.table, encoded, context.threads, answer);
  }
  PropensityModel& info = answer.model_info;
  info.best_algorithm = tabular::kAlgorithmNames[static_cast<std::size_t>(classifier->algorithm)];
  info.roc_auc = classifier->roc_auc;
  info.pr_auc = classifier->pr_auc;
  info.brier = classifier->brier;
  info.calibration_method = calibration_method(*classifier);
  info.ordered_boosting = ordered_boosting(*classifier);
  std::vector<std::uint32_t> order(classifier->schema.size());
  std::iota(order.begin(), order.end(), 0U);
  std::erase_if(order, [&](std::uint32_t c) { return !(classifier->importance[c] > 0); });
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return classifier->importance[a] > classifier->importance[b];
  });
  std::vector<std::string> names;
  for (const std::uint32_t c : order) names.push_back(classifier->schema[c].name);
  info.selected_features = names;
  info.feature_importance = std::move(names);
  info.train_rows = classifier->trained_rows;
  info.test_rows = task.ids.size();
  info.cached = true;
  info.trained_at = to_rfc3339((*found)->entry.trained_at);
  return answer;
}

}  // namespace

schema::Object describe(schema::For<Propensity>) {
  using P = Propensity;
  return schema::object<P>(
      "One customer's propensity.", field<&P::customer_id>("The id as sent."),
      field<&P::probability>("Calibrated probability; of a labelled row from a model that did not "
                             "see it; null where nothing could be trained.")
          .nullable(),
      field<&P::propensity_tier>("Band of the probability."),
      field<&P::interpretation>("What the tier means for action."),
      field<&P::top_factors>("The three strongest SHAP contributions, when asked for."));
}

schema::Object describe(schema::For<PropensityModel>) {
  using M = PropensityModel;
  return schema::object<M>(
      "The model behind the scores.", field<&M::note>("Why there is no model, if there is none."),
      field<&M::warning>("Why the figures are uncertain, if they are."),
      field<&M::best_algorithm>("The algorithm that scores."),
      field<&M::roc_auc>("Area under the ROC curve, out of fold."),
      field<&M::pr_auc>("Average precision, out of fold."),
      field<&M::brier>("Mean squared error of the calibrated probabilities, out of fold."),
      field<&M::calibration>("Predicted against observed, by tenths; empty ones left out."),
      field<&M::calibration_method>("platt or isotonic, learnt from out-of-fold scores."),
      field<&M::ordered_boosting>(kOrderedBoostingSummary),
      field<&M::evaluation_metrics>("Out-of-fold quality by algorithm."),
      field<&M::selected_features>("Features that move the model, strongest first."),
      field<&M::feature_importance>("The same list."),
      field<&M::interpretation>("The strongest features and their direction."),
      field<&M::train_rows>("Labelled rows that trained."),
      field<&M::test_rows>("Rows that were only scored."),
      field<&M::cached>("True when a kept model scored."),
      field<&M::trained_at>("When the kept model was trained."));
}

schema::Object describe(schema::For<PropensityAnswer>) {
  using A = PropensityAnswer;
  return schema::object<A>("Propensities and their model.",
                           field<&A::predictions>("In the order of the rows."),
                           field<&A::model_info>("About the model."));
}

std::string propensity_description(const std::string& question, const std::string& kept_for) {
  return question +
         "\n\n"
         "With at least 20 labelled rows of each class it trains: logistic regression, random "
         "forest, XGBoost and CatBoost compared on the same stratified folds, the highest ROC-AUC "
         "chosen, its probabilities calibrated out of fold. A labelled row gets the score of a "
         "model that did not see it. The model is kept for the tenant for 30 days" +
         kept_for +
         ".\n\n"
         "With fewer labels the kept model scores (`model_info.cached`, `trained_at`); features "
         "that it misses or does not know are warned of. Without a kept model the probabilities "
         "are null and `model_info.note` says why.\n\n"
         "Tiers: Very High from 0.9, High from 0.7, Medium from 0.4, Low from 0.2; "
         "`tier_quantiles` sets other cut-offs. The header X-Explain-Features: true adds the three "
         "strongest exact SHAP contributions to every prediction. A feature that alone tells the "
         "label gets the warning possible_leakage.";
}

Result<PropensityAnswer> propensity(const PropensityTask& task, Context& context) {
  if (const Status checked = check(task); !checked) return checked.error();
  const auto positives =
      static_cast<std::size_t>(std::count(task.labels.begin(), task.labels.end(), 1.0));
  const auto negatives =
      static_cast<std::size_t>(std::count(task.labels.begin(), task.labels.end(), 0.0));
  if (std::min(positives, negatives) >= kFewestOfAClass && !task.table->columns.empty()) {
    return train(task, context);
  }
  if (auto answer = score_with_kept(task, context)) return std::move(*answer);
  return without_model(task);
}

}  // namespace clientele::vocabulary
