// Request and response of churn_risk.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/endpoint.hpp"
#include "vocabulary/classification.hpp"
#include "vocabulary/language.hpp"

namespace clientele::endpoints::churn_risk {

using schema::field;
using vocabulary::Language;

struct Customer {
  std::string_view customer_id;
  std::optional<double> tenure;
  std::optional<double> usage_frequency;
  std::optional<double> service_tickets;
  std::optional<double> nps;
  std::optional<double> payment_events;
  std::optional<bool> churned;
};
inline schema::Object describe(schema::For<Customer>) {
  using C = Customer;
  return schema::object<C>(
      "A customer at one moment. Every further key with a number, a text or a boolean is a feature "
      "too.",
      field<&C::customer_id>("Your id of the customer; may repeat.").not_empty(),
      field<&C::tenure>("Age of the account at the snapshot.").at_least(0).unit("days"),
      field<&C::usage_frequency>("Mean use over the last 12 weeks.")
          .at_least(0)
          .unit("sessions per week"),
      field<&C::service_tickets>("Support tickets in the last 90 days.").at_least(0),
      field<&C::nps>("Latest answer or score.").between(-100, 100),
      field<&C::payment_events>("Failed or late payments in the last 12 months.").at_least(0),
      field<&C::churned>("Whether the customer left afterwards; absent = to be scored only.")
          .as_label());
}

struct Request {
  schema::Table<Customer> data;
  std::uint64_t seed = 42;
  Language lang = Language::en;
};
inline schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>("Customers, labelled, unlabelled or both.",
                           field<&R::data>("One row a customer and snapshot.")
                               .at_least_items(1)
                               .at_most_items({"churn_risk_rows", 250'000}),
                           field<&R::seed>("Seed of folds and samples.").or_default(),
                           field<&R::lang>("Language of the texts.").or_default());
}

struct Score {
  std::string_view customer_id;
  double churn_probability = 0;
  std::vector<std::string> top_factors;
  std::string_view recommended_action;
  std::optional<std::vector<std::string_view>> imputed_features;
};
inline schema::Object describe(schema::For<Score>) {
  using S = Score;
  return schema::object<S>(
      "The risk of one row.", field<&S::customer_id>("The id as sent."),
      field<&S::churn_probability>(
          "Calibrated probability of churn; of a labelled row from a model "
          "that did not see it."),
      field<&S::top_factors>("The three strongest SHAP contributions: feature, value, direction."),
      field<&S::recommended_action>("What to do at this level of risk."),
      field<&S::imputed_features>("Standard features that are missing in this row and were "
                                  "imputed; absent when there are none."));
}

struct ModelInfo {
  std::optional<std::string> note;
  std::optional<std::string> warning;
  std::uint64_t train_rows = 0;
  std::uint64_t positives = 0;
  std::uint32_t folds = 0;
  std::optional<double> roc_auc;
  std::optional<std::array<double, 2>> roc_auc_ci;
  std::optional<double> pr_auc;
  std::optional<double> brier;
  std::vector<vocabulary::CalibrationRow> calibration;
  std::optional<std::string_view> calibration_method;
  std::optional<bool> ordered_boosting;
  std::vector<vocabulary::FeatureWeight> feature_importance;
};
inline schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "The model behind the scores.", field<&M::note>("How rows without any label were scored."),
      field<&M::warning>("Why the figures are uncertain, if they are."),
      field<&M::train_rows>("Labelled rows."), field<&M::positives>("Those that churned."),
      field<&M::folds>("Stratified folds of the cross-validation."),
      field<&M::roc_auc>("Out of fold, of the chosen algorithm."),
      field<&M::roc_auc_ci>("Its 95 % interval (Hanley and McNeil)."),
      field<&M::pr_auc>("Average precision, out of fold."),
      field<&M::brier>("Mean squared error of the calibrated probabilities, out of fold."),
      field<&M::calibration>("Predicted against observed, by tenths; empty ones left out."),
      field<&M::calibration_method>("platt or isotonic, learnt from out-of-fold scores."),
      field<&M::ordered_boosting>(vocabulary::kOrderedBoostingSummary),
      field<&M::feature_importance>("Strongest first."));
}

struct Response {
  std::string_view best_algorithm;
  vocabulary::EvaluationMetrics evaluation_metrics;
  std::string interpretation;
  std::vector<Score> results;
  ModelInfo model_info;
};
inline schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "Risks, their reasons and the model.",
      field<&R::best_algorithm>("The algorithm that scores; \"Heuristic\" without labels."),
      field<&R::evaluation_metrics>("Out-of-fold quality by algorithm."),
      field<&R::interpretation>("What drives the risk, from the SHAP values of these rows."),
      field<&R::results>("In the order of the rows."), field<&R::model_info>("About the model."));
}

}  // namespace clientele::endpoints::churn_risk
