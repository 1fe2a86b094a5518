#include "models/tabular/benchmark.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"
#include "models/trees/ordered_boosting.hpp"

namespace clientele::tabular {
namespace {

constexpr std::uint32_t kPatience = 15;  // trees without a better held-out loss
constexpr std::size_t kManyRows = 50'000;
constexpr std::uint32_t kFewerTrees = 32;  // of a forest's fold beyond that many rows

// Longest first, so that the last task to start is a short one.
constexpr std::array kTaskOrder{Algorithm::ordered, Algorithm::forest, Algorithm::boosting,
                                Algorithm::logistic};

struct Fold {
  std::vector<std::uint32_t> fitted;
  std::vector<std::uint32_t> held_out;
  std::vector<std::uint32_t> positions;  // of the held-out rows in LabelledRows::rows
};

std::vector<Fold> folds_of(const LabelledRows& set) {
  std::vector<Fold> folds(set.folds);
  for (std::uint32_t i = 0; i < set.rows.size(); ++i) {
    for (std::uint32_t f = 0; f < set.folds; ++f) {
      if (set.fold_of[i] != f) {
        folds[f].fitted.push_back(set.rows[i]);
      } else {
        folds[f].held_out.push_back(set.rows[i]);
        folds[f].positions.push_back(i);
      }
    }
  }
  return folds;
}

trees::TrainingSet training_set(const LabelledRows& set, std::span<const std::uint32_t> rows,
                                std::span<const std::uint32_t> held_out) {
  return {&set.table->matrix, trees::Objective::logistic, set.label, {}, rows, held_out};
}

linear::LinearSet linear_set(const LabelledRows& set, std::span<const std::uint32_t> rows) {
  return {&set.table->design, &set.encoding->design, linear::Objective::logistic, set.label, rows};
}

trees::ForestSettings forest_settings(const LabelledRows& set, std::uint64_t seed) {
  trees::ForestSettings settings;
  settings.seed = seed;
  if (set.rows.size() > kManyRows) settings.trees = kFewerTrees;
  return settings;
}

// A child's least weight shrinks with small tables, which could not be split at all otherwise.
trees::BoostingSettings boosting_settings(const LabelledRows& set, std::uint64_t seed) {
  trees::BoostingSettings settings;
  settings.seed = seed;
  settings.min_child_weight =
      std::clamp(static_cast<double>(set.rows.size()) / 100, 0.5, settings.min_child_weight);
  return settings;
}

trees::OrderedBoostingSettings ordered_settings(std::uint64_t seed) {
  trees::OrderedBoostingSettings settings;
  settings.seed = seed;
  return settings;
}

// What one task leaves behind: the model, or for the path the held-out scores of every penalty.
struct FoldFit {
  trees::TreeEnsemble forest;
  trees::BoostingFit boosting;
  trees::OrderedBoostingFit ordered;
  std::vector<std::vector<double>> path;  // by penalty, by held-out row
  std::vector<double> path_loss;
};

class Runner {
 public:
  Runner(const LabelledRows& set, const TrainingSettings& settings)
      : set_(set), settings_(settings), folds_(folds_of(set)), fits_(kAlgorithms * set.folds) {
    penalties_ = linear::penalties(linear_set(set_, set_.rows), path_);
  }

  bool run() {
    parallel_for(settings_.threads, fits_.size(), [&](std::size_t task) {
      if (!settings_.cancelled()) fit(kTaskOrder[task / set_.folds], task % set_.folds);
    });
    return !settings_.cancelled();
  }

  AlgorithmResult result(Algorithm algorithm) {
    AlgorithmResult result;
    result.log_odds.resize(set_.rows.size());
    std::size_t count = 0;
    if (algorithm == Algorithm::logistic) {
      count = best_penalty();
      result.penalty = penalties_[count];
    } else if (algorithm != Algorithm::forest) {
      count = common_count(algorithm);
      result.trees = static_cast<std::uint32_t>(count);
    }
    for (std::uint32_t f = 0; f < set_.folds; ++f) {
      const std::vector<double> scores = held_out_scores(algorithm, f, count);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        result.log_odds[folds_[f].positions[i]] = scores[i];
      }
    }
    measure(result);
    return result;
  }

 private:
  FoldFit& fit_of(Algorithm algorithm, std::size_t fold) {
    return fits_[static_cast<std::size_t>(algorithm) * set_.folds + fold];
  }

  void fit(Algorithm algorithm, std::size_t f) {
    const Fold& fold = folds_[f];
    FoldFit& out = fit_of(algorithm, f);
    const trees::TrainingSet set = training_set(set_, fold.fitted, fold.held_out);
    switch (algorithm) {
      case Algorithm::logistic:
        return fit_path(fold, out);
      case Algorithm::forest:
        out.forest = trees::fit_forest(set, forest_settings(set_, settings_.seed));
        return;
      case Algorithm::boosting: {
        trees::BoostingSettings boosting = boosting_settings(set_, settings_.seed);
        boosting.early_stopping.patience = kPatience;
        out.boosting = trees::fit_boosting(set, boosting);
        return;
      }
      case Algorithm::ordered: {
        trees::OrderedBoostingSettings ordered = ordered_settings(settings_.seed);
        ordered.early_stopping.patience = kPatience;
        out.ordered = trees::fit_ordered_boosting(set, ordered);
        return;
      }
    }
  }

  void fit_path(const Fold& fold, FoldFit& out) {
    const auto models = linear::fit_path(linear_set(set_, fold.fitted), penalties_, path_.l1_share);
    std::vector<double> label;
    for (const std::uint32_t row : fold.held_out) label.push_back(set_.label[row]);
    for (const linear::LinearModel& model : models) {
      std::vector<double> scores(fold.held_out.size());
      linear::predict_raw(model, set_.table->design, fold.held_out, scores);
      out.path_loss.push_back(selection::log_loss(probabilities_of(scores), label));
      out.path.push_back(std::move(scores));
    }
  }

  static std::vector<double> probabilities_of(std::span<const double> log_odds) {
    std::vector<double> probabilities;
    probabilities.reserve(log_odds.size());
    for (const double x : log_odds) probabilities.push_back(1 / (1 + std::exp(-x)));
    return probabilities;
  }

  std::size_t best_penalty() {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < penalties_.size(); ++i) {
      double sum = 0;
      for (std::uint32_t f = 0; f < set_.folds; ++f) {
        sum += fit_of(Algorithm::logistic, f).path_loss[i] *
               static_cast<double>(folds_[f].held_out.size());
      }
      if (sum >= least) continue;
      least = sum;
      best = i;
    }
    return best;
  }

  std::size_t common_count(Algorithm algorithm) {
    std::vector<std::vector<double>> curves;
    for (std::uint32_t f = 0; f < set_.folds; ++f) {
      const FoldFit& fold = fit_of(algorithm, f);
      curves.push_back(algorithm == Algorithm::boosting ? fold.boosting.held_out_loss
                                                        : fold.ordered.held_out_loss);
    }
    return trees::common_tree_count(curves);
  }

  std::vector<double> held_out_scores(Algorithm algorithm, std::uint32_t f, std::size_t count) {
    FoldFit& fold = fit_of(algorithm, f);
    if (algorithm == Algorithm::logistic) return fold.path[count];
    std::vector<double> scores(folds_[f].held_out.size());
    Model model;
    if (algorithm == Algorithm::forest) {
      model = std::move(fold.forest);
    } else if (algorithm == Algorithm::boosting) {
      fold.boosting.model.truncate(std::min(count, fold.boosting.model.trees()));
      model = std::move(fold.boosting.model);
    } else {
      fold.ordered.model.truncate(std::min(count, fold.ordered.model.trees.size()));
      model = std::move(fold.ordered.model);
    }
    log_odds(model, *set_.table, folds_[f].held_out, scores);
    return scores;
  }

  void measure(AlgorithmResult& result) const {
    std::vector<double> label;
    for (const std::uint32_t row : set_.rows) label.push_back(set_.label[row]);
    result.metrics = selection::binary_metrics(probabilities_of(result.log_odds), label);
    double sum = 0;
    for (const Fold& fold : folds_) {
      std::vector<double> scores, labels;
      for (const std::uint32_t position : fold.positions) {
        scores.push_back(result.log_odds[position]);
        labels.push_back(label[position]);
      }
      result.fold_auc.push_back(selection::roc_auc(scores, labels));
      sum += result.fold_auc.back();
    }
    if (std::isnan(sum)) {
      result.fold_auc.clear();
    } else {
      result.metrics.roc_auc = sum / set_.folds;
    }
  }

  const LabelledRows& set_;
  const TrainingSettings& settings_;
  const linear::PathSettings path_;
  std::vector<double> penalties_;
  std::vector<Fold> folds_;
  std::vector<FoldFit> fits_;
};

// Standard error of the mean difference of two algorithms on the same folds.
double paired_error(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 2 || a.size() != b.size()) return 0;
  const auto n = static_cast<double>(a.size());
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) mean += (a[i] - b[i]) / n;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(a[i] - b[i] - mean, 2);
  return std::sqrt(squares / (n - 1) / n);
}

Algorithm choose(const std::array<AlgorithmResult, kAlgorithms>& results) {
  const auto highest = std::max_element(
      results.begin(), results.end(),
      [](const auto& a, const auto& b) { return a.metrics.roc_auc < b.metrics.roc_auc; });
  std::size_t best = kAlgorithms;
  for (std::size_t i = 0; i < kAlgorithms; ++i) {
    const AlgorithmResult& result = results[i];
    const double behind = highest->metrics.roc_auc - result.metrics.roc_auc;
    const double noise = paired_error(highest->fold_auc, result.fold_auc);
    if (behind > std::min(noise, kTolerance)) continue;
    if (best == kAlgorithms ||
        std::pair(result.metrics.f1, result.metrics.accuracy) >
            std::pair(results[best].metrics.f1, results[best].metrics.accuracy)) {
      best = i;
    }
  }
  return static_cast<Algorithm>(best == kAlgorithms ? 0 : best);
}

}  // namespace

std::uint32_t folds_for(std::size_t rows_of_rarer_class) {
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(rows_of_rarer_class, 2, kMostFolds));
}

std::optional<Benchmark> run_benchmark(const LabelledRows& set, const TrainingSettings& settings) {
  Runner runner(set, settings);
  if (!runner.run()) return std::nullopt;
  Benchmark benchmark;
  parallel_for(settings.threads, kAlgorithms, [&](std::size_t i) {
    benchmark.results[i] = runner.result(static_cast<Algorithm>(i));
  });
  benchmark.best = choose(benchmark.results);
  return benchmark;
}

Model refit(const LabelledRows& set, Algorithm algorithm, const AlgorithmResult& result,
            const TrainingSettings& settings) {
  const trees::TrainingSet training = training_set(set, set.rows, {});
  switch (algorithm) {
    case Algorithm::logistic: {
      const linear::LinearSet rows = linear_set(set, set.rows);
      const linear::PathSettings path;
      std::vector<double> lambdas = linear::penalties(rows, path);
      std::erase_if(lambdas, [&](double lambda) { return lambda <= result.penalty; });
      lambdas.push_back(result.penalty);
      return linear::fit_path(rows, lambdas, path.l1_share).back();
    }
    case Algorithm::forest:
      return trees::fit_forest(training, forest_settings(set, settings.seed), settings.threads);
    case Algorithm::boosting: {
      trees::BoostingSettings boosting = boosting_settings(set, settings.seed);
      boosting.trees = result.trees;
      return trees::fit_boosting(training, boosting).model;
    }
    case Algorithm::ordered:
      break;
  }
  trees::OrderedBoostingSettings ordered = ordered_settings(settings.seed);
  ordered.trees = result.trees;
  return trees::fit_ordered_boosting(training, ordered).model;
}

}  // namespace clientele::tabular
