#include "models/trees/grower.hpp"

#include <algorithm>
#include <array>

namespace clientele::trees {

struct TreeGrower::Job {
  const GrowthSettings& settings;
  std::span<std::uint32_t> rows;
  std::span<std::uint16_t> features;
  const GradientPair* pairs;
  WordStream& words;
  TreeEnsemble& model;
  std::uint32_t first_node;

  std::span<std::uint32_t> rows_of(const Branch& branch) const {
    return rows.subspan(branch.begin, branch.end - branch.begin);
  }
};

namespace {

constexpr std::size_t kMaxSetsPerTree = 65535;  // set numbers are 16 bits wide

std::array<std::uint8_t, 256> left_bins(const Split& split) {
  std::array<std::uint8_t, 256> left{};
  for (std::uint32_t bin = 0; bin < left.size(); ++bin) {
    const auto narrow = static_cast<std::uint8_t>(bin);
    left[bin] = split.is_set ? contains(split.set, narrow)
                             : static_cast<std::uint8_t>(narrow - split.low) <= split.width;
  }
  return left;
}

TreeNode node_of(const Split& split, std::uint32_t first_child, TreeEnsemble& model) {
  if (!split.is_set) return {first_child, split.feature, split.low, split.width};
  const std::size_t set = model.sets.size() - model.set_begin.back();
  model.sets.push_back(split.set);
  return {first_child, static_cast<std::uint16_t>(split.feature | kCategorySetFlag),
          static_cast<std::uint8_t>(set & 255), static_cast<std::uint8_t>(set >> 8)};
}

// Bounds of a monotone split's children meet halfway between their values.
void share_bounds(const SplitRules& rules, const Split& split, GradientPair right_sum,
                  ValueBounds& left, ValueBounds& right) {
  if (rules.monotone.empty() || rules.monotone[split.feature] == 0) return;
  const double middle =
      (leaf_value(split.left, rules, left) + leaf_value(right_sum, rules, right)) / 2;
  if (rules.monotone[split.feature] > 0) {
    left.high = right.low = middle;
  } else {
    left.low = right.high = middle;
  }
}

}  // namespace

TreeGrower::TreeGrower(const BinnedMatrix& matrix, std::size_t max_rows, std::uint32_t max_depth,
                       bool draws_features)
    : matrix_(&matrix), draws_features_(draws_features), scratch_(max_rows) {
  const std::size_t slots = draws_features ? 1 : max_depth + 2;
  histograms_.resize(slots * matrix.total_bins());
  free_slots_.reserve(slots);
  stack_.reserve(max_depth + 2);
}

GradientPair* TreeGrower::histogram(std::int32_t slot) {
  return histograms_.data() + static_cast<std::size_t>(slot) * matrix_->total_bins();
}

std::int32_t TreeGrower::take_slot() {
  const std::int32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

bool TreeGrower::may_split(const Job& job, const Branch& branch) const {
  return branch.depth < job.settings.max_depth && branch.end - branch.begin >= 2 &&
         hessian_of(branch.sum) >= 2 * job.settings.rules.min_child;
}

Split TreeGrower::find_split(const Job& job, const Branch& branch) {
  if (draws_features_) return search_drawn(job, branch);
  Split best;
  for (const std::uint16_t feature : job.features) {
    search_feature(*matrix_, feature, histogram(branch.slot), branch.sum, job.settings.rules,
                   branch.bounds, best);
  }
  return best;
}

// Draws features until one of them splits the node or none is left.
Split TreeGrower::search_drawn(const Job& job, const Branch& branch) {
  Split best;
  std::span<std::uint16_t> left = job.features;
  while (best.gain <= 0 && !left.empty()) {
    const std::size_t count = std::min<std::size_t>(left.size(), job.settings.features_per_node);
    draw_to_front(left, count, job.words);
    const auto drawn = left.first(count);
    build_histogram(*matrix_, drawn, job.rows_of(branch), job.pairs, histogram(0));
    for (const std::uint16_t feature : drawn) {
      search_feature(*matrix_, feature, histogram(0), branch.sum, job.settings.rules, branch.bounds,
                     best);
    }
    left = left.subspan(count);
  }
  return best;
}

// Stable: rows that go left first. Returns where the right child's rows begin.
std::uint32_t TreeGrower::partition(const Job& job, const Branch& branch, const Split& split) {
  const std::uint8_t* cells = matrix_->column(split.feature).data();
  const std::array<std::uint8_t, 256> left = left_bins(split);
  const std::span<std::uint32_t> rows = job.rows_of(branch);
  std::size_t lefts = 0, rights = 0;
  for (const std::uint32_t row : rows) {
    const std::size_t goes_left = left[cells[row]];
    rows[lefts] = row;
    scratch_[rights] = row;
    lefts += goes_left;
    rights += 1 - goes_left;
  }
  std::copy_n(scratch_.begin(), rights, rows.begin() + lefts);
  return branch.begin + static_cast<std::uint32_t>(lefts);
}

// Histograms of the children that may split: the smaller is built, the larger is what is left.
void TreeGrower::fill_slots(const Job& job, std::int32_t parent_slot, Branch& left, Branch& right) {
  const bool left_smaller = left.end - left.begin <= right.end - right.begin;
  Branch& small = left_smaller ? left : right;
  Branch& large = left_smaller ? right : left;
  const bool small_splits = may_split(job, small), large_splits = may_split(job, large);
  if (!small_splits && !large_splits) {
    free_slots_.push_back(parent_slot);
    return;
  }
  const std::int32_t slot = take_slot();
  build_histogram(*matrix_, job.features, job.rows_of(small), job.pairs, histogram(slot));
  if (large_splits) {
    subtract_histogram(*matrix_, job.features, histogram(slot), histogram(parent_slot));
  }
  large.slot = large_splits ? parent_slot : -1;
  small.slot = small_splits ? slot : -1;
  if (!large_splits) free_slots_.push_back(parent_slot);
  if (!small_splits) free_slots_.push_back(slot);
}

void TreeGrower::branch_out(const Job& job, const Branch& branch, const Split& split) {
  TreeEnsemble& model = job.model;
  const auto child = static_cast<std::uint32_t>(model.nodes.size());
  model.nodes[branch.node] = node_of(split, child - job.first_node, model);
  model.nodes.resize(child + 2);
  model.values.resize(child + 2, 0.0F);
  model.covers.resize(child + 2, 0.0F);
  const std::uint32_t middle = partition(job, branch, split);
  Branch left{child, branch.begin, middle, branch.depth + 1, -1, split.left, branch.bounds};
  Branch right{child + 1,    middle, branch.end, branch.depth + 1, -1, branch.sum - split.left,
               branch.bounds};
  share_bounds(job.settings.rules, split, right.sum, left.bounds, right.bounds);
  if (!draws_features_) fill_slots(job, branch.slot, left, right);
  stack_.push_back(right);
  stack_.push_back(left);
}

void TreeGrower::finish_leaf(const Job& job, const Branch& branch) {
  const GrowthSettings& settings = job.settings;
  const double units = settings.scale.hessian / settings.scale.gradient;
  const double value = leaf_value(branch.sum, settings.rules, branch.bounds) * units;
  job.model.values[branch.node] = static_cast<float>(value * settings.shrinkage + settings.offset);
  leaves_.push_back({branch.node, branch.begin, branch.end});
}

void TreeGrower::grow(const GrowthSettings& settings, std::span<std::uint32_t> rows,
                      std::span<std::uint16_t> features, const GradientPair* pairs,
                      WordStream& words, TreeEnsemble& model) {
  const auto root = static_cast<std::uint32_t>(model.nodes.size());
  const Job job{settings, rows, features, pairs, words, model, root};
  free_slots_.clear();
  for (std::size_t slot = 0; slot < histograms_.size() / std::max(1U, matrix_->total_bins());
       ++slot) {
    free_slots_.push_back(static_cast<std::int32_t>(slot));
  }
  leaves_.clear();
  model.nodes.emplace_back();
  model.values.push_back(0.0F);
  model.covers.push_back(0.0F);
  Branch branch{root, 0, static_cast<std::uint32_t>(rows.size()), 0, -1, sum_pairs(rows, pairs),
                {}};
  if (!draws_features_ && may_split(job, branch)) {
    branch.slot = take_slot();
    build_histogram(*matrix_, features, rows, pairs, histogram(branch.slot));
  }
  stack_.assign(1, branch);
  while (!stack_.empty()) {
    branch = stack_.back();
    stack_.pop_back();
    const double weight = settings.cover == Cover::rows
                              ? branch.end - branch.begin
                              : hessian_of(branch.sum) / settings.scale.hessian;
    model.covers[branch.node] = static_cast<float>(weight);
    Split split;
    if (may_split(job, branch)) split = find_split(job, branch);
    const bool sets_full =
        split.is_set && model.sets.size() - model.set_begin.back() > kMaxSetsPerTree;
    if (split.gain > 0 && !sets_full) {
      branch_out(job, branch, split);
      continue;
    }
    if (branch.slot >= 0) free_slots_.push_back(branch.slot);
    finish_leaf(job, branch);
  }
  model.tree_begin.push_back(static_cast<std::uint32_t>(model.nodes.size()));
  model.set_begin.push_back(static_cast<std::uint32_t>(model.sets.size()));
}

}  // namespace clientele::trees
