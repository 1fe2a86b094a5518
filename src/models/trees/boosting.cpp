#include "models/trees/boosting.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/trees/boosting_state.hpp"
#include "models/trees/grower.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint32_t kDeepestBoosted = 12;
constexpr std::uint64_t kRowStream = std::uint64_t{3} << 32;
constexpr std::uint64_t kColumnStream = std::uint64_t{4} << 32;

// Rows and columns of one tree.
class Sampler {
 public:
  Sampler(const TrainingSet& set, const BoostingSettings& settings)
      : set_(set), settings_(settings), words_((set.rows.size() + 1) / 2) {
    features_.resize(set.matrix->features());
    in_.reserve(set.rows.size());
    out_.reserve(set.rows.size());
  }

  void draw(std::uint32_t tree) {
    draw_rows(tree);
    draw_columns(tree);
  }
  std::span<std::uint32_t> in() { return in_; }
  std::span<const std::uint32_t> out() const { return out_; }
  std::span<std::uint16_t> columns() { return std::span(features_).first(columns_); }

 private:
  // Each row by its own 16 bits; at least one row is in.
  void draw_rows(std::uint32_t tree) {
    in_.clear();
    out_.clear();
    if (settings_.row_sample >= 1) {
      in_.assign(set_.rows.begin(), set_.rows.end());
      return;
    }
    const auto threshold =
        static_cast<std::uint32_t>(std::lround(std::max(settings_.row_sample, 0.0) * 65536));
    fill_random_words(settings_.seed, kRowStream + tree, words_);
    for (std::size_t i = 0; i < set_.rows.size(); ++i) {
      const std::uint32_t bits = words_[i / 2] >> (16 * (i & 1)) & 0xFFFF;
      (bits < threshold ? in_ : out_).push_back(set_.rows[i]);
    }
    if (!in_.empty()) return;
    in_.push_back(out_.back());
    out_.pop_back();
  }

  void draw_columns(std::uint32_t tree) {
    std::iota(features_.begin(), features_.end(), std::uint16_t{0});
    const double share = settings_.column_sample * static_cast<double>(features_.size());
    columns_ =
        std::min(features_.size(), static_cast<std::size_t>(std::max(1.0, std::round(share))));
    if (columns_ == features_.size()) return;
    WordStream words(settings_.seed, kColumnStream + tree);
    draw_to_front(features_, columns_, words);
    std::sort(features_.begin(), features_.begin() + columns_);
  }

  const TrainingSet& set_;
  const BoostingSettings& settings_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint32_t> in_;
  std::vector<std::uint32_t> out_;
  std::vector<std::uint16_t> features_;
  std::size_t columns_ = 0;
};

std::uint32_t depth_of(const BoostingSettings& settings, std::size_t rows) {
  if (settings.max_depth > 0) return std::min(settings.max_depth, kDeepestBoosted);
  return rows < 8000 ? 3 : (rows < 40000 ? 4 : 6);
}

// Settings in the units of the packed gradients.
GrowthSettings growth_of(const BoostingSettings& settings, std::size_t rows, double weight_sum,
                         const GradientScale& scale) {
  constexpr double kCategorySmooth = 10;  // as LightGBM's cat_smooth and cat_l2
  constexpr double kSmallCategory = 2;    // about ten rows; fewer in small tables
  GrowthSettings growth;
  growth.scale = scale;
  growth.rules.lambda = settings.lambda * scale.hessian;
  growth.rules.min_child = std::max(1.0, settings.min_child_weight * scale.hessian);
  growth.rules.min_gain = 2 * settings.gamma * scale.gradient * scale.gradient / scale.hessian;
  growth.rules.category_smooth = kCategorySmooth * scale.hessian;
  growth.rules.min_category = std::min(kSmallCategory, weight_sum / 1000) * scale.hessian;
  growth.rules.one_hot_levels = settings.one_hot_levels;
  growth.rules.monotone = settings.monotone;
  growth.max_depth = depth_of(settings, rows);
  growth.shrinkage = settings.eta;
  return growth;
}

// Adds the last tree of `model` to the margins of fitted and held-out rows.
void apply_last_tree(const TreeEnsemble& model, const TreeGrower& grower,
                     std::span<const std::uint32_t> grown_rows,
                     std::span<const std::uint32_t> left_out, BoostingState& state) {
  for (const LeafRows& leaf : grower.leaves()) {
    const double value = model.values[leaf.node];
    for (std::uint32_t i = leaf.begin; i < leaf.end; ++i) state.margin[grown_rows[i]] += value;
  }
  state.add_tree(model, left_out);
  state.add_tree(model, state.set().held_out);
}

}  // namespace

BoostingFit fit_boosting(const TrainingSet& set, const BoostingSettings& settings) {
  BoostingState state(set);
  BoostingFit fit;
  fit.model.features = static_cast<std::uint32_t>(set.matrix->features());
  fit.model.link = set.objective == Objective::logistic ? Link::logistic : Link::identity;
  fit.model.base = state.base();
  LossCurve curve(settings.early_stopping, fit.held_out_loss);
  curve.add(state);
  if (state.constant_target()) return fit;

  TreeGrower grower(*set.matrix, set.rows.size(), depth_of(settings, set.rows.size()), false);
  Sampler sampler(set, settings);
  WordStream unused(settings.seed, 0);
  for (std::uint32_t tree = 0; tree < settings.trees && !curve.stops(); ++tree) {
    const GradientScale scale = state.refresh_gradients();
    sampler.draw(tree);
    grower.grow(growth_of(settings, set.rows.size(), state.weight_sum(), scale), sampler.in(),
                sampler.columns(), state.pairs.data(), unused, fit.model);
    // The margins are at their mean: a tree that finds no split has nothing to add.
    if (grower.leaves().size() == 1) fit.model.values.back() = 0;
    apply_last_tree(fit.model, grower, sampler.in(), sampler.out(), state);
    curve.add(state);
  }
  return fit;
}

std::size_t common_tree_count(std::span<const std::vector<double>> held_out_losses) {
  std::size_t longest = 0;
  for (const auto& losses : held_out_losses) longest = std::max(longest, losses.size());
  std::size_t best = 0;
  double best_loss = std::numeric_limits<double>::infinity();
  for (std::size_t count = 0; count < longest; ++count) {
    double sum = 0;
    for (const auto& losses : held_out_losses) {
      sum += losses[std::min(count, losses.size() - 1)];
    }
    if (sum >= best_loss) continue;
    best_loss = sum;
    best = count;
  }
  return best;
}

}  // namespace clientele::trees
