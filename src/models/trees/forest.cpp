#include "models/trees/forest.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/parallel.hpp"
#include "models/trees/grower.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint64_t kBootstrapStream = std::uint64_t{1} << 32;
constexpr std::uint64_t kFeatureStream = std::uint64_t{2} << 32;
constexpr std::uint32_t kDeepestTree = 32;
constexpr std::uint32_t kMaxDraws = 16;     // of one row in one tree; reached once in 10^14 rows
constexpr double kSmallCategory = 10;       // rows; fewer in small tables
constexpr std::uint32_t kTreesPerTask = 8;  // one arena each; fixed, whatever the thread count

// What every tree of the forest shares.
struct Plan {
  const TrainingSet& set;
  std::uint64_t seed;
  GrowthSettings growth;
  std::vector<GradientPair> pairs;  // of one draw, by position in set.rows
  std::vector<std::uint16_t> features;
};

double weighted_mean(const TrainingSet& set) {
  double sum = 0, weights = 0;
  for (const std::uint32_t row : set.rows) {
    sum += set.weight(row) * set.target[row];
    weights += set.weight(row);
  }
  return weights > 0 ? sum / weights : 0;
}

// Units in which the totals of a bootstrap sample stay within 32 bits when no row is drawn more
// than kMaxDraws times: exact counts for 0/1 targets without weights.
GradientScale scale_of(const TrainingSet& set, double center) {
  double gradients = 0, weights = 0;
  bool counts = set.objective == Objective::logistic;
  for (const std::uint32_t row : set.rows) {
    const double weight = set.weight(row), target = set.target[row];
    counts = counts && weight == 1 && (target == 0 || target == 1);
    gradients += std::abs(weight * (target - center));
    weights += weight;
  }
  if (counts) return {1, 1};
  return gradient_scale(gradients * kMaxDraws / 4, weights * kMaxDraws / 4);
}

std::vector<GradientPair> draw_pairs(const TrainingSet& set, double center,
                                     const GradientScale& scale) {
  std::vector<GradientPair> pairs;
  pairs.reserve(set.rows.size());
  for (const std::uint32_t row : set.rows) {
    const double weight = set.weight(row);
    const auto gradient = static_cast<std::int64_t>(
        std::llround(weight * (set.target[row] - center) * scale.gradient));
    const auto hessian = static_cast<std::int64_t>(std::llround(weight * scale.hessian));
    pairs.push_back(gradient * (std::int64_t{1} << 32) + hessian);
  }
  return pairs;
}

std::uint32_t features_per_node(const TrainingSet& set, const ForestSettings& settings) {
  const auto features = static_cast<std::uint32_t>(set.matrix->features());
  if (settings.features_per_node > 0) return std::min(settings.features_per_node, features);
  const double share = set.objective == Objective::logistic
                           ? std::sqrt(static_cast<double>(features))
                           : static_cast<double>(features) / 3;
  return std::clamp(static_cast<std::uint32_t>(std::lround(share)), 1U, std::max(features, 1U));
}

Plan plan_of(const TrainingSet& set, const ForestSettings& settings) {
  Plan plan{set, settings.seed, {}, {}, {}};
  const double center = set.objective == Objective::logistic ? 0.0 : weighted_mean(set);
  GrowthSettings& growth = plan.growth;
  growth.scale = scale_of(set, center);
  const auto rows = static_cast<double>(set.rows.size());
  const double least = settings.min_leaf_weight > 0
                           ? settings.min_leaf_weight
                           : std::max(std::clamp(rows / 250, 5.0, 25.0), rows / 1000);
  growth.rules.min_child = std::max(1.0, least * growth.scale.hessian);
  growth.rules.min_category = std::min(kSmallCategory, rows / 200) * growth.scale.hessian;
  growth.rules.one_hot_levels = 2;
  growth.rules.monotone = settings.monotone;
  growth.max_depth = std::clamp(settings.max_depth, 1U, kDeepestTree);
  growth.features_per_node = features_per_node(set, settings);
  growth.offset = center;
  growth.cover = Cover::hessians;
  plan.pairs = draw_pairs(set, center, growth.scale);
  plan.features.resize(set.matrix->features());
  std::iota(plan.features.begin(), plan.features.end(), std::uint16_t{0});
  return plan;
}

// Grows consecutive trees of the forest with one set of buffers.
class TreeBatch {
 public:
  explicit TreeBatch(const Plan& plan)
      : plan_(plan),
        grower_(*plan.set.matrix, plan.set.rows.size(), plan.growth.max_depth, true),
        words_(plan.set.rows.size()),
        draws_(plan.set.rows.size()),
        pairs_(plan.set.matrix->rows()) {
    rows_.reserve(plan.set.rows.size());
  }

  void grow(std::uint32_t tree, TreeEnsemble& model) {
    draw_rows(tree);
    features_ = plan_.features;
    WordStream words(plan_.seed, kFeatureStream + tree);
    grower_.grow(plan_.growth, rows_, features_, pairs_.data(), words, model);
  }

 private:
  // n rows drawn with replacement, kept as integer weights of the distinct ones.
  void draw_rows(std::uint32_t tree) {
    const auto n = static_cast<std::uint32_t>(draws_.size());
    fill_random_words(plan_.seed, kBootstrapStream + tree, words_);
    std::fill(draws_.begin(), draws_.end(), 0U);
    for (const std::uint32_t word : words_) ++draws_[scaled(word, n)];
    rows_.clear();
    for (std::uint32_t i = 0; i < n; ++i) {
      if (draws_[i] == 0 || hessian_of(plan_.pairs[i]) == 0) continue;
      const std::uint32_t row = plan_.set.rows[i];
      rows_.push_back(row);
      pairs_[row] = plan_.pairs[i] * std::min(draws_[i], kMaxDraws);
    }
  }

  const Plan& plan_;
  TreeGrower grower_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint32_t> draws_;
  std::vector<std::uint32_t> rows_;
  std::vector<GradientPair> pairs_;  // by matrix row
  std::vector<std::uint16_t> features_;
};

void append(const TreeEnsemble& part, TreeEnsemble& model) {
  const auto nodes = static_cast<std::uint32_t>(model.nodes.size());
  const auto sets = static_cast<std::uint32_t>(model.sets.size());
  model.nodes.insert(model.nodes.end(), part.nodes.begin(), part.nodes.end());
  model.values.insert(model.values.end(), part.values.begin(), part.values.end());
  model.covers.insert(model.covers.end(), part.covers.begin(), part.covers.end());
  model.sets.insert(model.sets.end(), part.sets.begin(), part.sets.end());
  for (std::size_t t = 1; t <= part.trees(); ++t) {
    model.tree_begin.push_back(nodes + part.tree_begin[t]);
    model.set_begin.push_back(sets + part.set_begin[t]);
  }
}

}  // namespace

TreeEnsemble fit_forest(const TrainingSet& set, const ForestSettings& settings,
                        std::size_t threads) {
  const Plan plan = plan_of(set, settings);
  const std::uint32_t tasks = (settings.trees + kTreesPerTask - 1) / kTreesPerTask;
  std::vector<TreeEnsemble> parts(tasks);
  parallel_for(threads, tasks, [&](std::size_t task) {
    TreeBatch batch(plan);
    const auto begin = static_cast<std::uint32_t>(task) * kTreesPerTask;
    const std::uint32_t end = std::min(settings.trees, begin + kTreesPerTask);
    for (std::uint32_t tree = begin; tree < end; ++tree) batch.grow(tree, parts[task]);
  });
  TreeEnsemble model;
  model.features = static_cast<std::uint32_t>(set.matrix->features());
  model.average = true;
  for (const TreeEnsemble& part : parts) append(part, model);
  return model;
}

}  // namespace clientele::trees
