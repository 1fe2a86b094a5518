// uplift_model: what a campaign changed, for whom, and whether that can be told at all.
#include "schema/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/number_text.hpp"
#include "endpoints/uplift/uplift_model/interpretation.hpp"
#include "endpoints/uplift/uplift_model/shapes.hpp"
#include "models/uplift/uplift_study.hpp"

namespace clientele::endpoints::uplift_model {
namespace {

using uplift::kFewInACell;
using uplift::UpliftStudy;

constexpr double kLittleOverlap = 0.9;
constexpr double kTooWellKnown = 0.8;
constexpr std::array<std::string_view, uplift::kLearners> kNames{
    "Uplift Random Forest (KL)", "T-Learner (gradient boosting)", "T-Learner (logistic regression)",
    "Doubly Robust Learner"};
constexpr std::string_view kQiniDefinition =
    "area between the Qini curve and the random line, over that of the perfect ranking "
    "(scikit-uplift's qini_auc_score); out of fold, ties together";
constexpr std::string_view kAuucDefinition =
    "area under the cumulative gain curve, both axes scaled to 1 (causalml's auuc_score); 0.5 is "
    "random";

// Both treatments and both outcomes must occur, and customers must be told apart by something.
Status check(const Request& request, const std::array<std::size_t, uplift::kGroups>& counts,
             Context& context) {
  Faults faults;
  if (counts[0] + counts[1] == 0 || counts[2] + counts[3] == 0) {
    faults.add("/rows", "one_arm",
               "Every row has the same treatment; send treated (1) and control (0) customers.");
  }
  if (counts[0] + counts[2] == 0 || counts[1] + counts[3] == 0) {
    faults.add("/rows", "one_outcome",
               "Every row has the same outcome; without both, no effect can be seen.");
  }
  if (request.rows.features.columns.empty()) {
    faults.add("/rows", "no_features",
               "No row has a feature; scores need something known about the customers.");
  }
  if (request.cost_per_treatment && !request.value_per_conversion) {
    faults.add("/value_per_conversion", "required",
               "cost_per_treatment needs value_per_conversion beside it.");
  }
  if (!faults.empty()) return std::move(faults).to_error();
  for (std::size_t group = 0; group < counts.size(); ++group) {
    if (counts[group] >= kFewInACell) continue;
    context.warn("few_rows",
                 std::string("Fewer than ") + std::to_string(kFewInACell) +
                     (group >= 2 ? " treated" : " control") + " customers " +
                     (group % 2 == 1 ? "converted" : "did not convert") + " (" +
                     std::to_string(counts[group]) +
                     "): scores are rough, and the effect is the plain difference of the rates.",
                 "/rows");
  }
  return Nothing{};
}

std::vector<DecileSummary> deciles(const UpliftStudy& study) {
  std::vector<DecileSummary> list;
  for (const uplift::Decile& bucket : study.deciles.buckets) {
    DecileSummary& summary = list.emplace_back();
    summary.decile = bucket.number;
    summary.mean_uplift = bucket.mean_uplift;
    summary.n_customers = std::llround(bucket.rows());
    summary.treated = std::llround(bucket.treated);
    summary.control = std::llround(bucket.control);
    if (summary.treated == 0 || summary.control == 0) continue;
    summary.observed_uplift =
        bucket.treated_positive / bucket.treated - bucket.control_positive / bucket.control;
    summary.observed_ci = uplift::rate_difference_interval(bucket.treated_positive, bucket.treated,
                                                           bucket.control_positive, bucket.control);
  }
  return list;
}

ModelInfo model_info(const UpliftStudy& study) {
  const uplift::LearnerResult& chosen = study.learners[study.chosen];
  ModelInfo info;
  info.algorithm = kNames[static_cast<std::size_t>(chosen.learner)];
  info.qini = chosen.qini;
  info.qini_ci = study.qini_interval;
  info.qini_definition = kQiniDefinition;
  info.auuc = chosen.auuc;
  info.auuc_definition = kAuucDefinition;
  for (const uplift::LearnerResult& learner : study.learners) {
    info.candidates.push_back(
        {kNames[static_cast<std::size_t>(learner.learner)], learner.qini, learner.auuc});
  }
  const double rows = static_cast<double>(study.scores.size());
  for (const uplift::QiniPoint& point : study.curve) {
    info.qini_curve.push_back({point.targeted / rows, point.gain});
  }
  info.heterogeneity = study.detected ? Heterogeneity::detected : Heterogeneity::not_detectable;
  info.placebo_p_value = study.placebo.p_value;
  info.placebo_runs = study.placebo.runs;
  info.calibration_slope = study.slope.value;
  info.balance = {study.balance.auc, study.balance.balanced, study.balance.overlap};
  return info;
}

void warn_of_limits(const UpliftStudy& study, Context& context) {
  if (!study.balance.balanced) {
    context.warn("unbalanced_treatment",
                 "The features predict who was treated, so this is no clean experiment: the effect "
                 "is adjusted for the features, and scores should be read with care.",
                 "/rows");
    if (study.balance.overlap < kLittleOverlap) {
      context.warn("little_overlap",
                   fixed(100 * study.balance.overlap, 0) +
                       " % of the customers have a counterpart of similar chances in the other "
                       "group; for the others no data tell the effect.",
                   "/rows");
    }
  }
  if (study.explained > kTooWellKnown) {
    context.warn("outcome_known",
                 "The features foretell the outcome almost perfectly: most likely one of them was "
                 "recorded after the campaign, which hides its effect. Leave it out.",
                 "/rows");
  }
  if (!study.detected && study.comparable) {
    context.warn("heterogeneity_not_detectable",
                 "Placebo runs rank customers as well as these scores do: targeting by them is not "
                 "supported.");
  }
}

// Positions of the rows by id: the answer does not depend on the order in which they are sent.
std::vector<std::size_t> by_id(const std::vector<Row>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rows[a].id < rows[b].id; });
  return order;
}

// Rows in `order`; columns, and levels of texts, by name.
FeatureTable arranged(const FeatureTable& table, const std::vector<std::size_t>& order) {
  FeatureTable result;
  result.rows = order.size();
  for (const FeatureColumn& column : table.columns) {
    FeatureColumn& copy = result.columns.emplace_back();
    copy.name = column.name;
    copy.kind = column.kind;
    if (column.kind != ColumnKind::text) {
      for (const std::size_t row : order) copy.numbers.push_back(column.numbers[row]);
      continue;
    }
    copy.levels = column.levels;
    std::sort(copy.levels.begin(), copy.levels.end());
    std::vector<std::uint32_t> code_of;
    for (const std::string& level : column.levels) {
      const auto place = std::lower_bound(copy.levels.begin(), copy.levels.end(), level);
      code_of.push_back(static_cast<std::uint32_t>(place - copy.levels.begin()));
    }
    for (const std::size_t row : order) {
      const std::uint32_t code = column.codes[row];
      copy.codes.push_back(code == FeatureColumn::kMissingCode ? code : code_of[code]);
    }
  }
  std::sort(result.columns.begin(), result.columns.end(),
            [](const FeatureColumn& a, const FeatureColumn& b) { return a.name < b.name; });
  return result;
}

Response respond(const Request& request, const UpliftStudy& study,
                 const std::vector<std::size_t>& order) {
  Response response;
  response.average_treatment_effect = study.effect.value;
  response.ate_ci = study.effect_interval;
  if (request.contamination > 0) {
    const double exposed = 1 - request.contamination;
    const auto [low, high] = study.effect_interval;
    response.effect_without_contamination = study.effect.value / exposed;
    response.effect_without_contamination_ci = {low / exposed, high / exposed};
  }
  response.treatment_cr = study.treated_rate;
  response.control_cr = study.control_rate;
  response.decile_summary = deciles(study);
  response.details.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    response.details[order[i]] = {request.rows.rows[order[i]].id, study.scores[i],
                                  study.deciles.number_of[i]};
  }
  response.model_info = model_info(study);
  if (study.targeting) {
    const uplift::Targeting& plan = *study.targeting;
    response.targeting = Targeting{plan.share,
                                   plan.threshold,
                                   plan.profit.value,
                                   plan.profit.interval95(),
                                   plan.profit_if_all.value,
                                   plan.profit_if_all.interval95()};
  }
  response.interpretation = interpretation_of(study, request.contamination, request.lang);
  return response;
}

Result<Response> compute(const Request& request, Context& context) {
  uplift::StudyInput input;
  std::array<std::size_t, uplift::kGroups> counts{};
  const auto order = by_id(request.rows.rows);
  for (const std::size_t place : order) {
    const Row& row = request.rows.rows[place];
    input.groups.push_back(static_cast<std::uint8_t>(2 * row.treatment + row.outcome));
    ++counts[input.groups.back()];
  }
  if (auto checked = check(request, counts, context); !checked) return std::move(checked).error();
  const FeatureTable features = arranged(request.rows.features, order);
  input.features = &features;
  input.contamination = request.contamination;
  if (request.value_per_conversion) {
    input.economics = {*request.value_per_conversion, request.cost_per_treatment.value_or(0)};
  }
  input.seed = static_cast<std::uint64_t>(request.seed);
  input.threads = context.threads;
  input.cancelled = [&context] { return context.cancelled(); };
  const auto study = uplift::study_uplift(input);
  if (!study) return Response{};  // nobody reads a cancelled answer
  warn_of_limits(*study, context);
  return respond(request, *study, order);
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "uplift_model",
       .group = "uplift",
       .title = "Uplift of a campaign",
       .description =
           "Learns from a campaign with a control group how much the treatment changes each "
           "customer's chance to convert, so that the next one goes to those it persuades.\n\n"
           "Four learners compete out of fold: an uplift random forest with the KL criterion and "
           "honest leaves, two models (one an arm) by gradient boosting and by logistic "
           "regression, and a doubly robust learner. The one with the highest Qini serves; every "
           "score comes from a model that did not see that customer's outcome, shrunk to the "
           "level that the data bear out.\n\n"
           "The average effect is doubly robust (AIPW) and cross-fitted, with a 95 % interval. "
           "Scores are tested against placebo runs: where shuffled effects are ranked as well "
           "(`placebo_p_value` from 0.05 on), `heterogeneity` is `not detectable` and targeting by "
           "the scores is not supported. `balance` says whether the features predict the "
           "treatment, "
           "as they never do in a clean experiment; then the effect is adjusted for them, and "
           "where "
           "`overlap` is below one half, not even that is possible. With `contamination`, control "
           "rows count less and "
           "`effect_without_contamination` is given. With `value_per_conversion`, `targeting` says "
           "which share is worth its cost.\n\n"
           "Needs 200 rows, both treatments and both outcomes. Features must have been known "
           "before the campaign: what the treatment itself changed would hide the effect.",
       .cost = "O(folds trees n)",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::uplift_model
