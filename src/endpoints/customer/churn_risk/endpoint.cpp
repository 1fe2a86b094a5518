// churn_risk: who will leave, why, and what to do.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/dictionary.hpp"
#include "endpoints/customer/churn_risk/prior_model.hpp"
#include "endpoints/customer/churn_risk/shapes.hpp"

namespace clientele::endpoints::churn_risk {
namespace {

using vocabulary::FactorUnit;
using vocabulary::Phrase;

constexpr double kHighRisk = 0.60;
constexpr double kMediumRisk = 0.25;
constexpr Phrase kHigh{"High risk → offer retention discount & priority support",
                       "Riesgo alto → ofrecer descuento de retención y soporte prioritario",
                       "Risco alto → oferecer desconto de retenção e suporte prioritário"};
constexpr Phrase kMedium{
    "Medium risk → send value-focused email, usage tips & small promo",
    "Riesgo medio → enviar correo de valor, consejos de uso y pequeña promoción",
    "Risco médio → enviar e-mail de valor, dicas de uso e pequena promoção"};
constexpr Phrase kLow{"Low risk → continue standard engagement cadence",
                      "Riesgo bajo → mantener la cadencia habitual de contacto",
                      "Risco baixo → manter a cadência habitual de contato"};
constexpr Phrase kOutcome{"the churn risk", "el riesgo de abandono", "o risco de abandono"};

std::string_view action_of(double probability, Language language) {
  if (probability >= kHighRisk) return kHigh.in(language);
  return (probability >= kMediumRisk ? kMedium : kLow).in(language);
}

struct StandardFeature {
  std::string_view name;
  std::optional<double> Customer::*value;
};
constexpr std::array<StandardFeature, 5> kStandard{
    StandardFeature{"tenure", &Customer::tenure},
    StandardFeature{"usage_frequency", &Customer::usage_frequency},
    StandardFeature{"service_tickets", &Customer::service_tickets},
    StandardFeature{"nps", &Customer::nps},
    StandardFeature{"payment_events", &Customer::payment_events}};

// The standard features that some row gives, then the caller's own.
FeatureTable table_of(const Request& request) {
  const auto& rows = request.data.rows;
  FeatureTable table;
  table.rows = rows.size();
  for (const StandardFeature& feature : kStandard) {
    FeatureColumn column{std::string(feature.name), ColumnKind::number, {}, {}, {}};
    column.numbers.reserve(rows.size());
    bool given = false;
    for (const Customer& row : rows) {
      const std::optional<double>& value = row.*feature.value;
      column.numbers.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
      given = given || value.has_value();
    }
    if (given) table.columns.push_back(std::move(column));
  }
  for (const FeatureColumn& column : request.data.features.columns) table.columns.push_back(column);
  return table;
}

std::vector<double> labels_of(const Request& request) {
  std::vector<double> labels;
  labels.reserve(request.data.rows.size());
  for (const Customer& row : request.data.rows) {
    labels.push_back(row.churned ? (*row.churned ? 1.0 : 0.0)
                                 : std::numeric_limits<double>::quiet_NaN());
  }
  return labels;
}

// The customer of every row, numbered by first appearance.
std::vector<std::uint32_t> customers_of(const Request& request) {
  Dictionary ids(request.data.rows.size());
  std::vector<std::uint32_t> customers;
  customers.reserve(request.data.rows.size());
  for (const Customer& row : request.data.rows) customers.push_back(ids.code(row.customer_id));
  return customers;
}

// Features that no row gives are no features, so nothing stands in for them.
std::optional<std::vector<std::string_view>> imputed_of(const Customer& row,
                                                        const FeatureTable& table) {
  std::vector<std::string_view> names;
  for (const StandardFeature& feature : kStandard) {
    if (!(row.*feature.value) && table.find(feature.name) != nullptr) names.push_back(feature.name);
  }
  if (names.empty()) return std::nullopt;
  return names;
}

void fill_results(const Request& request, const FeatureTable& table,
                  const std::vector<double>& probability, const tabular::Explanation& explanation,
                  FactorUnit unit, Response& response) {
  response.results.reserve(table.rows);
  for (std::size_t i = 0; i < table.rows; ++i) {
    const Customer& row = request.data.rows[i];
    response.results.push_back(
        {row.customer_id, probability[i],
         vocabulary::factor_texts(explanation.factors[i], table, i, unit, kOutcome, request.lang),
         action_of(probability[i], request.lang), imputed_of(row, table)});
  }
}

std::string decimals(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

std::string interpretation_of(std::string_view algorithm, const selection::BinaryMetrics& metrics,
                              const std::string& drivers, Language language) {
  constexpr Phrase kChosen{" achieved the highest validation performance (ROC-AUC=",
                           " logró el mejor rendimiento en validación (ROC-AUC=",
                           " obteve o melhor desempenho na validação (ROC-AUC="};
  constexpr Phrase kDrivers{" The most influential churn drivers were ",
                            " Los factores de abandono más influyentes fueron ",
                            " Os fatores de abandono mais influentes foram "};
  constexpr Phrase kNone{" No feature tells churners from the others.",
                         " Ninguna variable distingue a quienes abandonan de los demás.",
                         " Nenhuma variável distingue quem abandona dos demais."};
  std::string text(algorithm);
  text += std::string(kChosen.in(language)) + decimals(metrics.roc_auc) +
          ", F1=" + decimals(metrics.f1) + ").";
  if (drivers.empty()) return text + std::string(kNone.in(language));
  return text + std::string(kDrivers.in(language)) + drivers + ".";
}

// Why the labels teach nothing, and what to do about it.
struct Unlearnable {
  std::string_view note;
  std::string_view code, remedy;  // of the warning; "" where none is needed
};

// Whether all labelled rows are of the same customer. Requires: one of `customers` a label.
bool are_of_one_customer(std::span<const double> labels, std::span<const std::uint32_t> customers) {
  std::optional<std::uint32_t> first;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (std::isnan(labels[i])) continue;
    if (!first) first = customers[i];
    if (customers[i] != *first) return false;
  }
  return true;
}

std::optional<Unlearnable> unlearnable(std::size_t labelled, std::size_t positives,
                                       bool one_customer) {
  if (labelled == 0) return Unlearnable{"no row has a label", "", ""};
  if (positives == 0 || positives == labelled) {
    return Unlearnable{"all labelled rows are of one class, so nothing can be learnt", "one_class",
                       "All labelled rows are of one class; label rows of both."};
  }
  if (!one_customer) return std::nullopt;
  return Unlearnable{"all labelled rows are of one customer, so nothing can be learnt of others",
                     "one_customer",
                     "All labelled rows have the same customer_id; give every customer an id of "
                     "their own."};
}

Response by_prior(const Request& request, const FeatureTable& table, const Unlearnable& why,
                  std::size_t labelled, std::size_t positives) {
  constexpr Phrase kPrior{
      "No model could be trained: a fixed prior model scored the rows. It weighs ",
      "No se pudo entrenar un modelo: un modelo a priori fijo puntuó las filas. Pondera ",
      "Nenhum modelo pôde ser treinado: um modelo a priori fixo pontuou as linhas. Pondera "};
  Response response;
  const PriorScores prior = score_by_prior(table);
  fill_results(request, table, prior.probability, prior.explanation, FactorUnit::log_odds,
               response);
  const std::string drivers = vocabulary::driver_list(prior.explanation, table, request.lang);
  response.best_algorithm = "Heuristic";
  response.interpretation =
      std::string(kPrior.in(request.lang)) + (drivers.empty() ? "-" : drivers) + ".";
  response.model_info.note =
      std::string(why.note) +
      ": scored by a fixed prior model of tenure, usage_frequency, service_tickets, nps and "
      "payment_events (see the description); the order is a guess, the level is not calibrated";
  response.model_info.train_rows = labelled;
  response.model_info.positives = positives;
  response.model_info.feature_importance = vocabulary::feature_weights(prior.explanation, table);
  return response;
}

ModelInfo info_of(const tabular::Training& training, const tabular::Explanation& explanation,
                  const FeatureTable& table) {
  ModelInfo info;
  const std::string warning = vocabulary::small_sample_warning(training);
  if (!warning.empty()) info.warning = warning;
  info.train_rows = training.classifier.trained_rows;
  if (training.units < info.train_rows) {
    info.note = std::to_string(info.train_rows) + " labelled rows of " +
                std::to_string(training.units) +
                " customers: all rows of a customer are in the same fold, and the interval of the "
                "ROC-AUC counts customers.";
  }
  info.positives = training.positives;
  info.folds = training.folds;
  info.roc_auc = training.metrics.roc_auc;
  info.roc_auc_ci = std::array{training.auc_low, training.auc_high};
  info.pr_auc = training.metrics.pr_auc;
  info.brier = training.metrics.brier;
  info.calibration = vocabulary::calibration_rows(training.calibration);
  info.calibration_method = vocabulary::calibration_method(training.classifier);
  info.ordered_boosting = vocabulary::ordered_boosting(training.classifier);
  info.feature_importance = vocabulary::feature_weights(explanation, table);
  return info;
}

Result<Response> compute(const Request& request, Context& context) {
  const FeatureTable table = table_of(request);
  if (table.columns.empty()) {
    return invalid("/data", "no_features",
                   "No row has a feature: give tenure, usage_frequency, service_tickets, nps, "
                   "payment_events or columns of your own.");
  }
  const std::vector<double> labels = labels_of(request);
  const auto labelled = static_cast<std::size_t>(
      std::count_if(labels.begin(), labels.end(), [](double label) { return !std::isnan(label); }));
  const auto positives = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1.0));
  const std::vector<std::uint32_t> customers = customers_of(request);
  if (const auto why = unlearnable(labelled, positives, are_of_one_customer(labels, customers))) {
    if (!why->code.empty()) context.warn(std::string(why->code), std::string(why->remedy), "/data");
    return by_prior(request, table, *why, labelled, positives);
  }
  const tabular::TrainingSettings settings{.seed = request.seed,
                                           .threads = context.threads,
                                           .cancelled = [&] { return context.cancelled(); }};
  const auto training = tabular::train(table, labels, settings, customers);
  if (!training) return vocabulary::took_too_long();
  std::vector<std::uint32_t> rows(table.rows);
  std::iota(rows.begin(), rows.end(), 0U);
  const tabular::Explanation explanation =
      tabular::explain(training->classifier, table, training->encoded, rows, context.threads);
  vocabulary::warn_of_columns(*training, table, explanation, context);
  Response response;
  const auto best = static_cast<std::size_t>(training->classifier.algorithm);
  response.best_algorithm = tabular::kAlgorithmNames[best];
  response.evaluation_metrics = vocabulary::evaluation_metrics(training->benchmark);
  response.interpretation =
      interpretation_of(response.best_algorithm, training->benchmark.results[best].metrics,
                        vocabulary::driver_list(explanation, table, request.lang), request.lang);
  fill_results(request, table, training->probability, explanation,
               vocabulary::factor_unit(training->classifier.algorithm), response);
  response.model_info = info_of(*training, explanation, table);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "churn_risk",
       .group = "customer",
       .title = "Churn risk with reasons and actions",
       .description =
           "Trains on the rows that carry `churned`, scores all rows, and says why.\n\n"
           "**How.** Four algorithms (elastic-net logistic regression, random forest, gradient "
           "boosting as in XGBoost, ordered boosting as in CatBoost) are compared on the same "
           "stratified folds: five, fewer when a class has fewer than five customers; all rows of "
           "a customer are in one fold. The highest ROC-AUC wins; differences within the noise of "
           "the folds (and at most 0.001) are ties, which F1 and accuracy decide. Boosting stops "
           "early at the number of trees that is best out of "
           "fold. Probabilities are calibrated on out-of-fold scores (Platt; isotonic where it is "
           "better and there are at least 1 000 rows). A labelled row gets the score of a model "
           "that did not see it, so the scores of the labelled rows are as good as those of new "
           "ones.\n\n"
           "**Reasons.** `top_factors` are exact SHAP values of the model fitted to all labelled "
           "rows, path-dependent for trees, summed over the encoded columns of a feature: in log "
           "odds, for Random Forest in percentage points.\n\n"
           "**Features.** The five standard ones and every further key of a row: numbers, texts "
           "(levels), booleans. Missing values are imputed by the median for the logistic model "
           "(with a column that says so) and have a branch of their own in trees; "
           "`imputed_features` names the missing standard ones of a row.\n\n"
           "**Bands.** High from 0.60, medium from 0.25, low below.\n\n"
           "**Without labels**, or with one class or one customer only, a fixed prior model "
           "scores: log odds = "
           "-1.4 - 0.0008 (tenure - 365) - 0.30 (usage_frequency - 3) + 0.30 (service_tickets - 1) "
           "- 0.015 (nps - 20) + 0.40 payment_events, values clamped, missing ones neutral; "
           "`best_algorithm` is then \"Heuristic\".\n\n"
           "**Honesty.** A feature that alone tells the label gets the warning possible_leakage; "
           "small samples get `model_info.warning` with an interval of the AUC. Figures above 0.9 "
           "on real churn usually mean leakage.",
       .cost = "O(trees n features depth), 4 algorithms x 5 folds",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::churn_risk
