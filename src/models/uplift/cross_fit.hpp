// Out-of-fold uplift of every learner: no row is scored by a model that saw its outcome.
//
// Learners: the KL forest; two models, one an arm, boosted or logistic; and a doubly robust learner
// (Kennedy 2020), which regresses the AIPW scores of a two-fold inner cross-fit on the features.
// 3 folds stratified by treatment and outcome, repeated; scores are centred within each fold (a
// fold's mean is not a row's merit) and averaged over repeats. Complexity: O(repeats x folds fits).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/uplift/ridge_logistic.hpp"
#include "models/uplift/trial.hpp"

namespace clientele::uplift {

enum class Learner : std::uint8_t { kl_forest, boosted_arms, logistic_arms, doubly_robust };
inline constexpr std::size_t kLearners = 4;

struct CrossFitSettings {
  std::uint32_t repeats = 2;
  std::uint32_t forest_trees = 100;
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::function<bool()> cancelled = [] { return false; };
};

// A probability by row, of two models.
struct Predictions {
  std::vector<double> logistic;
  std::vector<double> boosted;
};

struct CrossFit {
  std::array<std::vector<double>, kLearners> scores;  // by row
  Predictions if_treated;                             // P(outcome | x, treated)
  Predictions if_control;
  Predictions propensity;  // P(treated | x)
};

// Deterministic for any number of threads. A cancelled run returns with rows left at 0.
CrossFit cross_fit(const Trial& trial, const LinearColumns& columns,
                   const CrossFitSettings& settings);

}  // namespace clientele::uplift
