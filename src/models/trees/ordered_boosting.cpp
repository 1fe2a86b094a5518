#include "models/trees/ordered_boosting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "models/trees/approximation.hpp"
#include "models/trees/boosting_state.hpp"
#include "models/trees/oblivious_grower.hpp"
#include "models/trees/ordered_columns.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint64_t kOrderStream = std::uint64_t{5} << 32;
constexpr std::uint64_t kNoiseStream = std::uint64_t{6} << 32;
constexpr std::uint32_t kOrders = 2;   // random orders whose models choose the structures
constexpr std::size_t kBodyTails = 3;  // models of an order: bodies of n / 2, n / 4, n / 8 rows
constexpr std::size_t kSmallestBody = 50;
constexpr std::size_t kMostBins = 65535;  // positions over all columns' bins are 16 bits wide
constexpr std::size_t kMostCells = std::size_t{1} << 20;  // of one histogram

std::vector<std::uint32_t> shuffled(std::span<const std::uint32_t> rows, std::uint64_t seed,
                                    std::uint64_t number) {
  std::vector<std::uint32_t> order(rows.begin(), rows.end());
  WordStream words(seed, kOrderStream + number);
  for (auto left = static_cast<std::uint32_t>(order.size()); left > 1; --left) {
    std::swap(order[left - 1], order[scaled(words.next(), left)]);
  }
  return order;
}

// Categorical features that are read through target statistics.
struct Statistics {
  std::vector<double> labels;
  std::vector<std::uint32_t> features;
  std::vector<TargetStatisticBuilder> builders;

  Statistics(const TrainingSet& set, std::uint32_t one_hot_levels) : labels(statistic_labels(set)) {
    const BinnedMatrix& matrix = *set.matrix;
    std::size_t bins = matrix.total_bins();
    for (std::uint32_t f = 0; f < matrix.features(); ++f) {
      if (!matrix.categorical(f) || matrix.categories(f) - 1 <= one_hot_levels) continue;
      bins += kStatisticBins;
      if (bins > kMostBins) break;
      features.push_back(f);
      builders.emplace_back(set, f, labels);
    }
  }
};

// One random order with its columns and the models of its body/tail pairs.
struct Order {
  OrderedColumns columns;
  OrderedTargets targets;
  std::vector<Approximation> models;
  std::vector<BodyTail> body_tails;
  std::vector<std::uint8_t> leaves;

  Order(const TrainingSet& set, std::span<const std::uint32_t> order, const Statistics& statistics)
      : columns(set, order, statistics.builders, statistics.features),
        targets(set, order),
        leaves(order.size()) {}

  // Each tail is as long as its body; the rows before the smallest body only teach.
  void pair_up(Objective objective, double base) {
    const std::size_t n = columns.rows();
    for (std::size_t end = n; models.size() < kBodyTails; end /= 2) {
      if (!models.empty() && end / 2 < kSmallestBody) break;
      models.emplace_back(objective, targets, end / 2, end, base);
    }
    for (const Approximation& model : models) {
      const auto body = static_cast<std::uint32_t>(model.body());
      body_tails.push_back({body, body, static_cast<std::uint32_t>(model.size()), nullptr});
    }
  }
  void cover_all(Objective objective, double base) {
    const std::size_t n = columns.rows();
    models.emplace_back(objective, targets, n, n, base);
    body_tails.push_back(
        {static_cast<std::uint32_t>(n), 0, static_cast<std::uint32_t>(n), nullptr});
  }
  void refresh(const GradientScale& scale) {
    for (std::size_t m = 0; m < models.size(); ++m) {
      models[m].refresh(scale);
      body_tails[m].pairs = models[m].by_weight();
    }
  }
};

bool uses_ordered(const TrainingSet& set, OrderedMode mode) {
  if (mode != OrderedMode::automatic) return mode == OrderedMode::ordered && set.rows.size() >= 8;
  return set.rows.size() >= kOrderedMinRows && set.rows.size() <= kOrderedMaxRows;
}

class OrderedBooster {
 public:
  OrderedBooster(const TrainingSet& set, const OrderedBoostingSettings& settings);
  OrderedBoostingFit fit();

 private:
  void grow_tree(std::uint32_t tree);
  void refresh(Order& order);
  void assign_leaves(Order& order, const ObliviousTree& tree);
  void append_tree(std::uint32_t depth, std::span<const ObliviousSplit> splits);
  ObliviousRules rules(std::uint32_t tree) const;
  // The order whose model is served: all rows are its body.
  Order& served() { return orders_.back(); }

  const TrainingSet& set_;
  const OrderedBoostingSettings& settings_;
  BoostingState state_;
  Statistics statistics_;
  std::vector<Order> orders_;
  std::uint32_t depth_ = 0;
  GradientScale scale_;
  std::optional<ObliviousGrower> grower_;
  std::vector<std::uint8_t> held_out_leaves_;
  OrderedBoostingFit fit_;
};

OrderedBooster::OrderedBooster(const TrainingSet& set, const OrderedBoostingSettings& settings)
    : set_(set),
      settings_(settings),
      state_(set),
      statistics_(set, settings.one_hot_levels),
      held_out_leaves_(set.held_out.size()) {
  ObliviousEnsemble& model = fit_.model;
  model.features = static_cast<std::uint32_t>(set.matrix->features());
  model.link = set.objective == Objective::logistic ? Link::logistic : Link::identity;
  model.ordered = uses_ordered(set, settings.mode);
  model.base = state_.base();
  for (const auto& builder : statistics_.builders) model.statistics.push_back(builder.full());
  const std::uint32_t orders = model.ordered ? kOrders : 0;
  orders_.reserve(orders + 1);
  for (std::uint32_t i = 0; i <= orders; ++i) {
    orders_.emplace_back(set, shuffled(set.rows, settings.seed, i), statistics_);
    if (i < orders) {
      orders_[i].pair_up(set.objective, model.base);
    } else {
      orders_[i].cover_all(set.objective, model.base);
    }
  }
  const std::uint32_t bins = std::max(1U, served().columns.total_bins());
  const std::uint32_t house = set.rows.size() < 8000 ? 4 : 6;
  depth_ = settings.depth == 0 ? house : std::min(settings.depth, kMaxObliviousDepth);
  while (depth_ > 1 && (std::size_t{bins} << (depth_ - 1)) > kMostCells) --depth_;
  grower_.emplace(set.rows.size(), bins, depth_, orders_[0].models.size());
}

// As CatBoost: noise of one gradient's size, fading once the model is much longer than ln(n) steps.
ObliviousRules OrderedBooster::rules(std::uint32_t tree) const {
  const double rows = static_cast<double>(set_.rows.size());
  const double left = std::exp(std::log(rows) - tree * settings_.learning_rate);
  const double units = scale_.gradient / std::sqrt(scale_.hessian);
  ObliviousRules rules;
  rules.depth = depth_;
  rules.l2 = static_cast<float>(settings_.l2_leaf * scale_.hessian);
  rules.noise = static_cast<float>(settings_.random_strength * left / (1 + left) * units *
                                   orders_.back().models[0].gradient_rms());
  rules.column_sample = settings_.column_sample;
  return rules;
}

void OrderedBooster::assign_leaves(Order& order, const ObliviousTree& tree) {
  std::fill(order.leaves.begin(), order.leaves.end(), std::uint8_t{0});
  for (std::uint32_t level = 0; level < tree.depth; ++level) {
    const ObliviousSplit& split = fit_.model.splits[tree.first_split + level];
    const auto cells = order.columns.cells(order.columns.index_of(split.column));
    or_split_bits(split, cells, level, order.leaves);
  }
}

void OrderedBooster::append_tree(std::uint32_t depth, std::span<const ObliviousSplit> splits) {
  ObliviousEnsemble& model = fit_.model;
  model.trees.push_back({static_cast<std::uint32_t>(model.splits.size()), depth,
                         static_cast<std::uint32_t>(model.values.size())});
  model.splits.insert(model.splits.end(), splits.begin(), splits.begin() + depth);
  const std::size_t leaves = std::size_t{1} << depth;
  model.values.resize(model.values.size() + leaves);
  model.covers.resize(model.covers.size() + leaves);
}

void OrderedBooster::refresh(Order& order) { order.refresh(scale_); }

void OrderedBooster::grow_tree(std::uint32_t tree) {
  double bound = 0, weights = 0;
  for (const double weight : served().targets.weight) weights += weight;
  for (const Order& order : orders_) {
    for (const Approximation& model : order.models) {
      bound = std::max(bound, model.gradient_bound());
    }
  }
  scale_ = gradient_scale(bound, weights);
  WordStream words(settings_.seed, kNoiseStream + tree);
  const std::size_t chosen = orders_.size() > 1 ? scaled(words.next(), kOrders) : 0;
  for (Order& order : orders_) refresh(order);

  std::array<ObliviousSplit, kMaxObliviousDepth> splits;
  Order& structure = orders_[chosen];
  const std::uint32_t depth = grower_->grow(structure.columns, structure.body_tails, rules(tree),
                                            words, splits, structure.leaves);
  append_tree(depth, splits);
  const ObliviousTree& grown = fit_.model.trees.back();
  const std::size_t leaf_count = std::size_t{1} << depth;
  std::array<float, std::size_t{1} << kMaxObliviousDepth> buffer;
  const auto values = std::span(buffer).first(leaf_count);
  for (Order& order : orders_) {
    if (&order != &structure) assign_leaves(order, grown);
    for (Approximation& model : order.models) {
      model.leaf_values(order.leaves, settings_.l2_leaf, settings_.learning_rate, values);
      model.add(order.leaves, values);
    }
  }
  // The served order comes last: `values` are its own.
  std::copy(values.begin(), values.end(), fit_.model.values.end() - leaf_count);
  for (const std::uint8_t leaf : served().leaves) {
    fit_.model.covers[grown.first_leaf + leaf] += 1;
  }
  leaves_of(fit_.model, fit_.model.trees.size() - 1, *set_.matrix, set_.held_out, held_out_leaves_);
  for (std::size_t i = 0; i < held_out_leaves_.size(); ++i) {
    state_.margin[set_.held_out[i]] += values[held_out_leaves_[i]];
  }
}

OrderedBoostingFit OrderedBooster::fit() {
  LossCurve curve(settings_.early_stopping, fit_.held_out_loss);
  curve.add(state_);
  if (state_.constant_target()) return std::move(fit_);
  for (std::uint32_t tree = 0; tree < settings_.trees && !curve.stops(); ++tree) {
    grow_tree(tree);
    curve.add(state_);
  }
  return std::move(fit_);
}

}  // namespace

OrderedBoostingFit fit_ordered_boosting(const TrainingSet& set,
                                        const OrderedBoostingSettings& settings) {
  return OrderedBooster(set, settings).fit();
}

}  // namespace clientele::trees
