#include "models/uplift/uplift_study.hpp"

#include <algorithm>

#include "models/trees/table_columns.hpp"

namespace clientele::uplift {
namespace {

constexpr std::uint32_t kBins = 32;
constexpr std::size_t kManyRows = 20'000;  // from here on one repeat is precise enough
constexpr std::size_t kFewRows = 1'000;
constexpr std::uint32_t kResamples = 200;
constexpr std::size_t kCurvePoints = 100;
using Cells = std::array<double, kGroups>;  // rows by treatment and outcome

constexpr double kLeastSlope = 0.02;
constexpr double kLargestSlope = 1.5;

CrossFitSettings fit_settings(const StudyInput& input) {
  const std::size_t n = input.groups.size();
  CrossFitSettings settings;
  settings.repeats = n >= kManyRows ? 1 : 2;
  settings.forest_trees = n < kFewRows ? 48 : 100;
  settings.seed = input.seed;
  settings.threads = input.threads;
  settings.cancelled = input.cancelled;
  return settings;
}

void describe_rates(const Cells& cells, UpliftStudy& study) {
  study.treated_rate = cells[3] / (cells[2] + cells[3]);
  study.control_rate = cells[1] / (cells[0] + cells[1]);
}

// The effect and its interval, as a difference of probabilities. Where a cell is nearly empty,
// models and normal intervals know too little of it: the plain difference and Newcombe's interval.
void describe_effect(std::span<const double> effects, const Cells& cells, UpliftStudy& study) {
  study.effect = mean_of(effects);
  study.effect_interval = study.effect.interval95();
  if (*std::min_element(cells.begin(), cells.end()) < kFewInACell) {
    study.effect.value = study.treated_rate - study.control_rate;
    study.effect_interval =
        rate_difference_interval(cells[3], cells[2] + cells[3], cells[1], cells[0] + cells[1]);
  }
  for (double* bound :
       {&study.effect.value, &study.effect_interval[0], &study.effect_interval[1]}) {
    *bound = std::clamp(*bound, -1.0, 1.0);
  }
}

std::vector<double> calibrated(std::span<const double> scores, double effect,
                               const Estimate& slope) {
  const double error = kCrossFitDeviation * slope.error;
  const double kept =
      slope.value > 0 && error > 0
          ? slope.value * std::max(0.0, 1 - error * error / (slope.value * slope.value))
          : 0;
  const double factor = std::clamp(kept, kLeastSlope, kLargestSlope);
  const double mean = mean_of(scores).value;
  std::vector<double> result;
  result.reserve(scores.size());
  for (const double score : scores) {
    result.push_back(std::clamp(effect + factor * (score - mean), -1.0, 1.0));
  }
  return result;
}

std::vector<QiniPoint> thinned(const std::vector<QiniPoint>& curve) {
  if (curve.size() <= kCurvePoints + 1) return curve;
  std::vector<QiniPoint> points;
  const double n = curve.back().targeted;
  std::size_t at = 0;
  for (std::size_t k = 0; k <= kCurvePoints; ++k) {
    const double target = n * static_cast<double>(k) / kCurvePoints;
    while (at + 1 < curve.size() && curve[at].targeted < target) ++at;
    if (points.empty() || curve[at].targeted > points.back().targeted) points.push_back(curve[at]);
  }
  return points;
}

Targeting target(const StudyInput& input, const UpliftStudy& study,
                 std::span<const double> effects) {
  const Economics& money = *input.economics;
  const double dilution = 1 - input.contamination;
  const std::size_t n = effects.size();
  Targeting result;
  result.threshold = money.value_per_conversion > 0
                         ? money.cost_per_treatment * dilution / money.value_per_conversion
                         : 1;
  std::vector<double> gains(n), all(n);
  std::size_t treated = 0;
  for (std::size_t i = 0; i < n; ++i) {
    // Where scores tell nothing, everybody is the average customer.
    const double score = study.detected ? study.scores[i] : study.effect.value;
    all[i] = money.value_per_conversion * effects[i] / dilution - money.cost_per_treatment;
    if (!(score > result.threshold)) continue;
    gains[i] = all[i];
    ++treated;
  }
  result.share = static_cast<double>(treated) / static_cast<double>(n);
  result.profit = mean_of(gains);
  result.profit_if_all = mean_of(all);
  return result;
}

}  // namespace

std::optional<UpliftStudy> study_uplift(const StudyInput& input) {
  const std::size_t n = input.groups.size();
  const auto columns = trees::columns_of(*input.features);
  const auto matrix =
      trees::Binning::fit(columns, {kBins}, input.threads).apply(columns, input.threads);
  const LinearColumns linear(*input.features);
  const Trial trial{&matrix, input.groups, 1 - input.contamination};
  const CrossFit fit = cross_fit(trial, linear, fit_settings(input));
  if (input.cancelled()) return std::nullopt;

  UpliftStudy study;
  Cells cells{};
  for (const std::uint8_t group : input.groups) ++cells[group];
  describe_rates(cells, study);
  study.balance = balance_of(fit.propensity, input.groups);
  const Nuisances nuisances = nuisances_of(fit, study.balance, input.groups);
  study.explained = nuisances.explained;
  const auto effects = aipw_scores(trial, nuisances);
  describe_effect(effects, cells, study);

  std::array<Ranking, kLearners> rankings;
  for (std::size_t k = 0; k < kLearners; ++k) {
    rankings[k] = ranking_of(fit.scores[k]);
    study.learners[k] = {static_cast<Learner>(k), qini_coefficient(rankings[k], input.groups),
                         auuc(rankings[k], input.groups)};
    if (study.learners[k].qini > study.learners[study.chosen].qini) study.chosen = k;
  }
  if (input.cancelled()) return std::nullopt;
  const Ranking& ranking = rankings[study.chosen];
  study.qini_interval = qini_interval(ranking, input.groups, kResamples, input.seed, input.threads);
  study.placebo = placebo_of(fit.scores, effects, study.chosen, n >= kManyRows ? 499 : 999,
                             input.seed, input.threads);
  study.comparable = study.balance.balanced || study.balance.overlap >= kComparable;
  study.detected = study.comparable && study.placebo.p_value < kDetectable &&
                   study.learners[study.chosen].qini > 0;
  study.slope = calibration_slope(fit.scores[study.chosen], effects);
  study.scores = calibrated(fit.scores[study.chosen], study.effect.value, study.slope);
  study.deciles = deciles_of(fit.scores[study.chosen], study.scores, input.groups);
  study.curve = thinned(qini_curve(ranking, input.groups));
  if (input.economics) study.targeting = target(input, study, effects);
  return study;
}

}  // namespace clientele::uplift
