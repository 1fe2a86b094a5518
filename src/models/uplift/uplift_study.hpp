// A whole analysis of a campaign: effect, balance, learners, choice, placebo, scores, targeting.
//
// The learner with the highest out-of-fold Qini is served. Its scores are calibrated: average
// effect + slope x (score - mean), the slope of a regression on AIPW scores shrunk by its own
// uncertainty (James, Stein 1961; that of cross-fitted scores, models/uplift/effect.hpp) and kept
// above 0, so that ranks stay. Heterogeneity counts as detected when fewer than kDetectable of the
// placebo runs rank as well and at least kComparable of the rows have a counterpart in the other
// arm; without counterparts scores tell the arms apart, not effects. Contamination: with a
// share c of the control group exposed, every observed effect is (1 - c) of the true one; learners
// see control rows with weight 1 - c. Complexity: that of cross_fit, O(n) a placebo run.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/feature_table.hpp"
#include "models/uplift/cross_fit.hpp"
#include "models/uplift/deciles.hpp"
#include "models/uplift/effect.hpp"
#include "models/uplift/qini.hpp"

namespace clientele::uplift {

inline constexpr double kDetectable = 0.05;
inline constexpr double kComparable = 0.5;

inline constexpr std::size_t kFewInACell = 10;  // rows of one treatment and outcome

struct Economics {
  double value_per_conversion = 0;
  double cost_per_treatment = 0;
};

struct StudyInput {
  const FeatureTable* features = nullptr;  // at least one column
  std::vector<std::uint8_t> groups;  // 2 treatment + outcome; all treatments and outcomes occur
  double contamination = 0;          // [0, 1)
  std::optional<Economics> economics;
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::function<bool()> cancelled = [] { return false; };
};

struct LearnerResult {
  Learner learner = Learner::kl_forest;
  double qini = 0;
  std::optional<double> auuc;
};

struct Targeting {
  double share = 0;      // of the rows whose expected value exceeds the cost
  double threshold = 0;  // least uplift score worth its cost, contamination considered
  Estimate profit;       // a row, treating the recommended share
  Estimate profit_if_all;
};

struct UpliftStudy {
  double treated_rate = 0;
  double control_rate = 0;
  Estimate effect;  // as observed, contamination not removed; plain where a cell has few rows
  std::array<double, 2> effect_interval{};  // 95 %
  Balance balance;
  double explained = 0;  // share of the outcome's variance that the features foretell
  std::array<LearnerResult, kLearners> learners;
  std::size_t chosen = 0;
  std::array<double, 2> qini_interval{};
  Placebo placebo;
  bool comparable = true;
  bool detected = false;
  Estimate slope;
  std::vector<double> scores;  // by row
  Deciles deciles;
  std::vector<QiniPoint> curve;  // at most 101 points
  std::optional<Targeting> targeting;
};

// Empty when cancelled. Independent of the number of threads.
std::optional<UpliftStudy> study_uplift(const StudyInput& input);

}  // namespace clientele::uplift
