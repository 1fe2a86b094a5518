// What uplift_model takes and gives.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"

namespace clientele::endpoints::uplift_model {

using schema::field;

inline constexpr std::size_t kFewestRows = 200;
inline constexpr Limit kMostRows{"uplift_rows", 100'000};

struct Row {
  std::string_view id;
  std::int32_t treatment = 0;
  std::int32_t outcome = 0;
  schema::FeatureRow features;
};
inline schema::Object describe(schema::For<Row>) {
  return schema::object<Row>(
      "A customer of the experiment.", field<&Row::id>("Your id of the customer.").not_empty(),
      field<&Row::treatment>("1 = received the campaign, 0 = control.").between(0, 1),
      field<&Row::outcome>("1 = converted.").between(0, 1),
      field<&Row::features>("What was known before the campaign: numbers, texts or booleans."));
}

struct Request {
  double contamination = 0;
  std::optional<double> value_per_conversion;
  std::optional<double> cost_per_treatment;
  std::int64_t seed = 42;
  vocabulary::Language lang = vocabulary::Language::en;
  schema::Table<Row> rows;
};
inline schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "A campaign with a control group.",
      field<&R::contamination>("Share of the control group that was exposed by accident.")
          .or_default()
          .at_least(0)
          .below(1),
      field<&R::value_per_conversion>("What a conversion earns; with it, how many to treat.")
          .between(0, 1e12)
          .unit("currency"),
      field<&R::cost_per_treatment>("What treating one customer costs; 0 by default.")
          .between(0, 1e12)
          .unit("currency"),
      field<&R::seed>("Seed of folds, trees and placebo runs.").or_default(),
      field<&R::lang>("Language of the interpretation.").or_default(),
      field<&R::rows>("Treated and control customers with their outcome.")
          .at_least_items(kFewestRows)
          .at_most_items(kMostRows)
          .unique_by("id"));
}

struct DecileSummary {
  std::int32_t decile = 1;
  double mean_uplift = 0;
  std::int64_t n_customers = 0;
  std::int64_t treated = 0;
  std::int64_t control = 0;
  std::optional<double> observed_uplift;
  std::optional<std::array<double, 2>> observed_ci;
};
inline schema::Object describe(schema::For<DecileSummary>) {
  using D = DecileSummary;
  return schema::object<D>(
      "A tenth of the customers by score; small tenths are merged.",
      field<&D::decile>("10 = highest uplift, 1 = lowest."),
      field<&D::mean_uplift>("Mean score.").digits(4), field<&D::n_customers>("Customers in it."),
      field<&D::treated>("Of them treated."), field<&D::control>("Of them control."),
      field<&D::observed_uplift>("Difference of the conversion rates; null without both groups.")
          .digits(4)
          .nullable(),
      field<&D::observed_ci>("Its 95 % interval (Newcombe).").digits(4).nullable());
}

struct Detail {
  std::string_view id;
  double uplift_score = 0;
  std::int32_t uplift_decile = 1;
};
inline schema::Object describe(schema::For<Detail>) {
  return schema::object<Detail>(
      "One customer.", field<&Detail::id>("The id as sent."),
      field<&Detail::uplift_score>("Expected change of the conversion probability; out of fold.")
          .digits(4),
      field<&Detail::uplift_decile>("The decile of the score."));
}

struct Candidate {
  std::string_view algorithm;
  double qini = 0;
  std::optional<double> auuc;
};
inline schema::Object describe(schema::For<Candidate>) {
  return schema::object<Candidate>(
      "A learner that competed.", field<&Candidate::algorithm>("Its name."),
      field<&Candidate::qini>("Out-of-fold Qini coefficient.").digits(4),
      field<&Candidate::auuc>("Area under its uplift curve.").digits(4).nullable());
}

struct CurvePoint {
  double targeted_share = 0;
  double incremental_conversions = 0;
};
inline schema::Object describe(schema::For<CurvePoint>) {
  using P = CurvePoint;
  return schema::object<P>(
      "A point of the Qini curve.",
      field<&P::targeted_share>("Share of the customers, best scores first.").digits(4),
      field<&P::incremental_conversions>("Conversions beyond those without treatment.").digits(2));
}

enum class Heterogeneity { detected, not_detectable };
constexpr auto choices(schema::For<Heterogeneity>) {
  return std::array<std::string_view, 2>{"detected", "not detectable"};
}

struct BalanceCheck {
  double auc = 0.5;
  bool balanced = true;
  double overlap = 1;
};
inline schema::Object describe(schema::For<BalanceCheck>) {
  return schema::object<BalanceCheck>(
      "Can the features tell who was treated? In an experiment they cannot.",
      field<&BalanceCheck::auc>("Out-of-fold ROC-AUC of predicting the treatment.").digits(4),
      field<&BalanceCheck::balanced>("Whether that is no more than chance."),
      field<&BalanceCheck::overlap>(
          "Share of customers who could nearly as well have been in the other group.")
          .digits(4));
}

struct ModelInfo {
  std::string_view algorithm;
  double qini = 0;
  std::array<double, 2> qini_ci{};
  std::string_view qini_definition;
  std::optional<double> auuc;
  std::string_view auuc_definition;
  std::vector<Candidate> candidates;
  std::vector<CurvePoint> qini_curve;
  Heterogeneity heterogeneity = Heterogeneity::not_detectable;
  double placebo_p_value = 1;
  std::int64_t placebo_runs = 0;
  double calibration_slope = 0;
  BalanceCheck balance;
};
inline schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "How the scores were made and how good they are.",
      field<&M::algorithm>("The learner with the highest out-of-fold Qini."),
      field<&M::qini>("Its Qini coefficient: 1 perfect, 0 random.").digits(4),
      field<&M::qini_ci>("95 % interval from resampled customers, the scores taken as they are.")
          .digits(4),
      field<&M::qini_definition>("What qini is."),
      field<&M::auuc>("Area under its uplift curve; null where the total effect is 0.")
          .digits(4)
          .nullable(),
      field<&M::auuc_definition>("What auuc is."),
      field<&M::candidates>("Every learner that competed."),
      field<&M::qini_curve>("At most 101 points."),
      field<&M::heterogeneity>("Whether customers differ in their uplift beyond chance."),
      field<&M::placebo_p_value>(
          "Share of placebo runs that ranked as well, cross-fitting considered: below 0.05, "
          "customers differ.")
          .digits(4),
      field<&M::placebo_runs>("Placebo runs."),
      field<&M::calibration_slope>("How far raw scores tell true effects: 1 fully, 0 not at all.")
          .digits(4),
      field<&M::balance>("Whether treatment was given at random."));
}

struct Targeting {
  double recommended_share = 0;
  double threshold = 0;
  double profit_per_customer = 0;
  std::array<double, 2> profit_per_customer_ci{};
  double profit_per_customer_if_all = 0;
  std::array<double, 2> profit_per_customer_if_all_ci{};
};
inline schema::Object describe(schema::For<Targeting>) {
  using T = Targeting;
  return schema::object<T>(
      "How many customers are worth treating.",
      field<&T::recommended_share>("Share whose expected value exceeds the cost.").digits(4),
      field<&T::threshold>("Least uplift_score that is worth its cost.").digits(4),
      field<&T::profit_per_customer>("Of all customers, when that share is treated.")
          .digits(4)
          .unit("currency"),
      field<&T::profit_per_customer_ci>("Its 95 % interval.").digits(4).unit("currency"),
      field<&T::profit_per_customer_if_all>("When everybody is treated.")
          .digits(4)
          .unit("currency"),
      field<&T::profit_per_customer_if_all_ci>("Its 95 % interval.").digits(4).unit("currency"));
}

struct Response {
  double average_treatment_effect = 0;
  std::array<double, 2> ate_ci{};
  std::optional<double> effect_without_contamination;
  std::optional<std::array<double, 2>> effect_without_contamination_ci;
  double treatment_cr = 0;
  double control_cr = 0;
  std::vector<DecileSummary> decile_summary;
  std::vector<Detail> details;
  ModelInfo model_info;
  std::optional<Targeting> targeting;
  std::string interpretation;
};
inline schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "Uplift scores and what stands behind them.",
      field<&R::average_treatment_effect>("Cross-fitted doubly robust estimate.").digits(4),
      field<&R::ate_ci>("Its 95 % interval.").digits(4),
      field<&R::effect_without_contamination>(
          "The effect had no control customer been exposed; with contamination only.")
          .digits(4),
      field<&R::effect_without_contamination_ci>("Its 95 % interval.").digits(4),
      field<&R::treatment_cr>("Conversion rate of the treated.").digits(4),
      field<&R::control_cr>("Conversion rate of the control group.").digits(4),
      field<&R::decile_summary>("From the lowest uplift to the highest."),
      field<&R::details>("Every customer, in the order of the request."),
      field<&R::model_info>("The learner and its evidence."),
      field<&R::targeting>("With value_per_conversion only."),
      field<&R::interpretation>("The result in words."));
}

}  // namespace clientele::endpoints::uplift_model
