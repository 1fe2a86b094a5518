#include "models/uplift/cross_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/sampling.hpp"
#include "models/uplift/kl_forest.hpp"

namespace clientele::uplift {
namespace {

using Rows = std::vector<std::uint32_t>;

constexpr std::uint32_t kFolds = 3;
constexpr std::uint32_t kForestParts = 4;
constexpr std::uint64_t kFoldStream = std::uint64_t{12} << 32;
constexpr double kPenalty = 5;
constexpr double kNothing = 1e-12;  // a rounding error, not a difference between rows
// Tasks of one fold, the longest first.
enum Task : std::uint32_t { kDoublyRobust, kBoosted, kLinear, kAssigned, kForest };
constexpr std::uint32_t kTasks = kForest + kForestParts;

struct Fold {
  Rows train;  // grouped by treatment and outcome
  Rows test;
};

// Columns of numbers for the fold's test rows; which ones depends on the task.
struct Scored {
  std::vector<double> uplift, treated, control, propensity;
};

std::vector<Fold> deal_folds(const Trial& trial, std::uint32_t repeat, std::uint64_t seed) {
  std::vector<Fold> folds(kFolds);
  trees::WordStream words(seed, kFoldStream + repeat);
  std::uint32_t next = 0;
  for (std::uint32_t group = 0; group < kGroups; ++group) {
    Rows rows;
    for (std::uint32_t i = 0; i < trial.groups.size(); ++i) {
      if (trial.groups[i] == group) rows.push_back(i);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto left = static_cast<std::uint32_t>(rows.size() - i);
      std::swap(rows[i], rows[i + trees::scaled(words.next(), left)]);
    }
    for (const std::uint32_t row : rows) {
      const std::uint32_t test = next++ % kFolds;
      for (std::uint32_t f = 0; f < kFolds; ++f) {
        (f == test ? folds[f].test : folds[f].train).push_back(row);
      }
    }
  }
  return folds;
}

class FoldWork {
 public:
  FoldWork(const Trial& trial, const LinearColumns& columns, const CrossFitSettings& settings)
      : trial_(trial), columns_(columns), settings_(settings) {
    for (std::size_t i = 0; i < trial.groups.size(); ++i) {
      outcome_.push_back(trial.outcome(i));
      positive_.push_back(trial.groups[i] & 1);
      treated_.push_back(trial.groups[i] >> 1);
      assignment_.push_back(trial.treated(i) ? 1.0 : 0.0);
    }
  }

  Scored run(std::uint32_t task, const Fold& fold, std::uint64_t seed) const {
    switch (task) {
      case kDoublyRobust:
        return doubly_robust(fold, seed);
      case kBoosted: {
        Scored scored;
        scored.treated = boosted_outcome(arm(fold.train, true), fold.test, seed);
        scored.control = boosted_outcome(arm(fold.train, false), fold.test, seed + 1);
        return scored;
      }
      case kLinear:
        return linear(fold);
      case kAssigned: {
        Scored scored;
        scored.propensity =
            boosted(fold.train, fold.test, assignment_, boosting(fold.train.size(), seed + 6));
        return scored;
      }
      default:
        return forest(fold, task - kForest, seed);
    }
  }

 private:
  Rows arm(std::span<const std::uint32_t> rows, bool treated) const {
    Rows chosen;
    for (const std::uint32_t row : rows) {
      if (trial_.treated(row) == treated) chosen.push_back(row);
    }
    return chosen;
  }

  trees::BoostingSettings boosting(std::size_t rows, std::uint64_t seed) const {
    trees::BoostingSettings boosting;
    boosting.trees = 50;
    boosting.max_depth = 2;
    boosting.min_child_weight = std::clamp(0.01 * static_cast<double>(rows), 2.0, 20.0);
    boosting.column_sample = 0.8;
    boosting.seed = seed;
    return boosting;
  }

  // P(outcome) of `test` by a model of `train`.
  std::vector<double> boosted_outcome(const Rows& train, const Rows& test,
                                      std::uint64_t seed) const {
    return boosted(train, test, outcome_, boosting(train.size(), seed));
  }

  std::vector<double> boosted(const Rows& train, const Rows& test, std::span<const double> target,
                              const trees::BoostingSettings& settings) const {
    std::vector<double> probabilities(test.size());
    if (train.empty()) return probabilities;
    trees::TrainingSet set;
    set.matrix = trial_.matrix;
    set.target = target;
    set.rows = train;
    const auto fit = trees::fit_boosting(set, settings);
    trees::predict(fit.model, *trial_.matrix, test, probabilities);
    return probabilities;
  }

  Scored doubly_robust(const Fold& fold, std::uint64_t seed) const {
    // Neighbours in `train` share their group: every other one makes stratified halves.
    std::array<Rows, 2> halves;
    for (std::size_t i = 0; i < fold.train.size(); ++i) halves[i & 1].push_back(fold.train[i]);
    double share = 0;
    for (const std::uint32_t row : fold.train) share += trial_.treated(row) ? 1.0 : 0.0;
    share = std::clamp(share / static_cast<double>(fold.train.size()), 0.01, 0.99);
    std::vector<double> effect(trial_.groups.size());
    for (std::size_t h = 0; h < 2; ++h) {
      const Rows& scored = halves[1 - h];
      const auto treated = boosted_outcome(arm(halves[h], true), scored, seed + 2 + 2 * h);
      const auto control = boosted_outcome(arm(halves[h], false), scored, seed + 3 + 2 * h);
      for (std::size_t i = 0; i < scored.size(); ++i) {
        const std::uint32_t row = scored[i];
        effect[row] = treated[i] - control[i] +
                      (trial_.treated(row) ? (outcome_[row] - treated[i]) / share
                                           : -(outcome_[row] - control[i]) / (1 - share));
      }
    }
    trees::TrainingSet set;
    set.matrix = trial_.matrix;
    set.objective = trees::Objective::squared_error;
    set.target = effect;
    set.rows = fold.train;
    auto settings = boosting(fold.train.size(), seed);
    // Effects are far noisier than outcomes: larger leaves.
    settings.min_child_weight = std::max(20.0, static_cast<double>(fold.train.size()) / 100);
    settings.lambda = settings.min_child_weight;
    settings.eta = 0.05;
    Scored scored;
    scored.uplift.resize(fold.test.size());
    trees::predict(trees::fit_boosting(set, settings).model, *trial_.matrix, fold.test,
                   scored.uplift);
    return scored;
  }

  Scored linear(const Fold& fold) const {
    const auto treated = fit_ridge_logistic_or_none(arm(fold.train, true), positive_);
    const auto control = fit_ridge_logistic_or_none(arm(fold.train, false), positive_);
    const auto assigned = fit_ridge_logistic_or_none(fold.train, treated_);
    Scored scored;
    for (const std::uint32_t row : fold.test) {
      scored.treated.push_back(ridge_probability(columns_, treated, row));
      scored.control.push_back(ridge_probability(columns_, control, row));
      scored.propensity.push_back(ridge_probability(columns_, assigned, row));
    }
    return scored;
  }

  std::vector<double> fit_ridge_logistic_or_none(const Rows& rows,
                                                 std::span<const std::uint8_t> labels) const {
    if (rows.empty()) return std::vector<double>(columns_.columns() + 1);
    return fit_ridge_logistic(columns_, labels, rows, kPenalty);
  }

  Scored forest(const Fold& fold, std::uint32_t part, std::uint64_t seed) const {
    KlForestSettings settings;
    const std::uint32_t all = settings_.forest_trees;
    settings.first_tree = all * part / kForestParts;
    settings.trees = all * (part + 1) / kForestParts - settings.first_tree;
    settings.seed = seed;
    Scored scored;
    scored.uplift.resize(fold.test.size());
    add_uplift(grow_kl_forest(trial_, fold.train, settings), *trial_.matrix, fold.test,
               scored.uplift);
    return scored;
  }

  const Trial& trial_;
  const LinearColumns& columns_;
  const CrossFitSettings& settings_;
  std::vector<double> outcome_;
  std::vector<double> assignment_;
  std::vector<std::uint8_t> positive_;
  std::vector<std::uint8_t> treated_;
};

// Adds `values`, centred, to the rows' entries of `to`.
void add_centred(const Rows& rows, const std::vector<double>& values, double weight,
                 std::vector<double>& to) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) /
                      static_cast<double>(std::max<std::size_t>(1, values.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double off = values[i] - mean;
    if (std::abs(off) > kNothing) to[rows[i]] += weight * off;
  }
}

void gather(const Fold& fold, const Scored* tasks, double weight, std::uint32_t forest_trees,
            CrossFit& result) {
  const auto at = [](Learner learner) { return static_cast<std::size_t>(learner); };
  std::vector<double> forest(fold.test.size());
  for (std::uint32_t part = 0; part < kForestParts; ++part) {
    for (std::size_t i = 0; i < forest.size(); ++i) forest[i] += tasks[kForest + part].uplift[i];
  }
  const double share = weight / static_cast<double>(std::max(1U, forest_trees));
  add_centred(fold.test, forest, share, result.scores[at(Learner::kl_forest)]);
  add_centred(fold.test, tasks[kDoublyRobust].uplift, weight,
              result.scores[at(Learner::doubly_robust)]);
  const auto difference = [](const Scored& scored) {
    std::vector<double> uplift(scored.treated.size());
    for (std::size_t i = 0; i < uplift.size(); ++i) {
      uplift[i] = scored.treated[i] - scored.control[i];
    }
    return uplift;
  };
  const Scored& boosted = tasks[kBoosted];
  const Scored& linear = tasks[kLinear];
  add_centred(fold.test, difference(boosted), weight, result.scores[at(Learner::boosted_arms)]);
  add_centred(fold.test, difference(linear), weight, result.scores[at(Learner::logistic_arms)]);
  for (std::size_t i = 0; i < fold.test.size(); ++i) {
    const std::uint32_t row = fold.test[i];
    result.if_treated.logistic[row] += weight * linear.treated[i];
    result.if_treated.boosted[row] += weight * boosted.treated[i];
    result.if_control.logistic[row] += weight * linear.control[i];
    result.if_control.boosted[row] += weight * boosted.control[i];
    result.propensity.logistic[row] += weight * linear.propensity[i];
    result.propensity.boosted[row] += weight * tasks[kAssigned].propensity[i];
  }
}

}  // namespace

CrossFit cross_fit(const Trial& trial, const LinearColumns& columns,
                   const CrossFitSettings& settings) {
  const std::size_t n = trial.groups.size();
  CrossFit result;
  for (auto& scores : result.scores) scores.resize(n);
  for (Predictions* predictions : {&result.if_treated, &result.if_control, &result.propensity}) {
    predictions->logistic.resize(n);
    predictions->boosted.resize(n);
  }

  std::vector<Fold> folds;
  for (std::uint32_t repeat = 0; repeat < settings.repeats; ++repeat) {
    for (Fold& fold : deal_folds(trial, repeat, settings.seed)) folds.push_back(std::move(fold));
  }
  const FoldWork work(trial, columns, settings);
  std::vector<Scored> scored(folds.size() * kTasks);
  parallel_for(settings.threads, scored.size(), [&](std::size_t chunk) {
    if (settings.cancelled()) return;
    const std::size_t task = chunk / folds.size(), fold = chunk % folds.size();
    scored[fold * kTasks + task] =
        work.run(static_cast<std::uint32_t>(task), folds[fold], settings.seed + 16 * fold);
  });
  if (settings.cancelled()) return result;
  for (std::size_t f = 0; f < folds.size(); ++f) {
    gather(folds[f], scored.data() + f * kTasks, 1.0 / settings.repeats, settings.forest_trees,
           result);
  }
  return result;
}

}  // namespace clientele::uplift
