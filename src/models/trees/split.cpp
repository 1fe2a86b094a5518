#include "models/trees/split.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace clientele::trees {
namespace {

// Rows with missing values, of which H is zero when the node has none.
struct Node {
  GradientPair total;
  GradientPair missing;
  double parent_score;
};

double unconstrained_score(double gradient, double hessian) {
  return gradient * gradient / hessian;
}

// G^2/(H+lambda) for the optimal value; 2 G v - (H+lambda) v^2 for a value v at its bound.
double score_at(double gradient, double hessian, double value) {
  return value * (2 * gradient - hessian * value);
}

// What a two-way partition of a node gains; 0 where it is not allowed.
class GainOf {
 public:
  GainOf(const SplitRules& rules, const ValueBounds& bounds, std::uint16_t feature,
         double category_l2)
      : lambda_(rules.lambda + category_l2),
        min_child_(rules.min_child),
        bounds_(bounds),
        bounded_(!rules.monotone.empty()),
        direction_(rules.monotone.empty() ? 0 : rules.monotone[feature]) {}

  double operator()(GradientPair left, GradientPair right, double parent_score) const {
    const double left_weight = hessian_of(left), right_weight = hessian_of(right);
    if (left_weight < min_child_ || right_weight < min_child_) return 0;
    const double left_gradient = gradient_of(left), right_gradient = gradient_of(right);
    const double hl = left_weight + lambda_, hr = right_weight + lambda_;
    if (!bounded_) {
      return (left_gradient * left_gradient * hr + right_gradient * right_gradient * hl) /
                 (hl * hr) -
             parent_score;
    }
    const double vl = std::clamp(left_gradient / hl, bounds_.low, bounds_.high);
    const double vr = std::clamp(right_gradient / hr, bounds_.low, bounds_.high);
    if ((direction_ > 0 && vl > vr) || (direction_ < 0 && vl < vr)) return 0;
    return score_at(left_gradient, hl, vl) + score_at(right_gradient, hr, vr) - parent_score;
  }

 private:
  double lambda_;
  double min_child_;
  ValueBounds bounds_;
  bool bounded_;
  int direction_;
};

void take_interval(Split& best, double gain, std::uint16_t feature, std::uint32_t low,
                   std::uint32_t high, GradientPair left) {
  best.gain = gain;
  best.feature = feature;
  best.is_set = false;
  best.low = static_cast<std::uint8_t>(low);
  best.width = static_cast<std::uint8_t>(high - low);
  best.left = left;
}

void search_thresholds(std::span<const GradientPair> cells, std::uint16_t feature, const Node& node,
                       const GainOf& gain_of, Split& best) {
  GradientPair values_left = 0;
  const auto last = static_cast<std::uint32_t>(cells.size()) - 1;
  for (std::uint32_t bin = 1; bin <= last; ++bin) {
    if (cells[bin] == 0) continue;
    values_left += cells[bin];
    if (node.missing == 0) {
      if (bin == last) break;
      const GradientPair right = node.total - values_left;
      const double gain = gain_of(values_left, right, node.parent_score);
      // A missing value of a later row follows the heavier child: bin 0 inside the left interval.
      const std::uint32_t low = hessian_of(values_left) >= hessian_of(right) ? 0 : 1;
      if (gain > best.gain) take_interval(best, gain, feature, low, bin, values_left);
      continue;
    }
    const double apart = gain_of(values_left, node.total - values_left, node.parent_score);
    if (apart > best.gain) take_interval(best, apart, feature, 1, bin, values_left);
    const GradientPair joined = values_left + node.missing;
    const double together = gain_of(joined, node.total - joined, node.parent_score);
    if (together > best.gain) take_interval(best, together, feature, 0, bin, joined);
  }
  // Missing against all values has no direction: a monotone feature allows it either way round.
  const GradientPair values = node.total - node.missing;
  const double gain = gain_of(node.missing, values, node.parent_score);
  if (gain > best.gain) take_interval(best, gain, feature, 0, 0, node.missing);
}

void search_one_against_rest(std::span<const GradientPair> cells, std::uint16_t feature,
                             const Node& node, const GainOf& gain_of, Split& best) {
  for (std::uint32_t bin = 0; bin < cells.size(); ++bin) {
    if (cells[bin] == 0) continue;
    const double gain = gain_of(cells[bin], node.total - cells[bin], node.parent_score);
    if (gain > best.gain) take_interval(best, gain, feature, bin, bin, cells[bin]);
  }
}

// Categories in order of their mean: the best two sets are a prefix and its rest. Small categories
// sorted by their own labels would split any noise.
void search_sets(std::span<const GradientPair> cells, std::uint16_t feature, const Node& node,
                 const SplitRules& rules, const GainOf& gain_of, Split& best) {
  struct Category {
    double mean;
    std::uint8_t bin;
  };
  std::array<Category, 256> categories;
  std::size_t count = 0;
  for (std::size_t bin = 0; bin < cells.size(); ++bin) {
    const double weight = hessian_of(cells[bin]);
    if (cells[bin] == 0 || weight < rules.min_category) continue;
    const double mean = gradient_of(cells[bin]) / (weight + rules.category_smooth + 1e-12);
    categories[count++] = {mean, static_cast<std::uint8_t>(bin)};
  }
  std::sort(categories.begin(), categories.begin() + count, [](const auto& a, const auto& b) {
    return a.mean != b.mean ? a.mean < b.mean : a.bin < b.bin;
  });
  GradientPair left = 0;
  std::size_t best_prefix = 0;
  for (std::size_t i = 0; i < count; ++i) {
    left += cells[categories[i].bin];
    const double gain = gain_of(left, node.total - left, node.parent_score);
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.left = left;
    best_prefix = i + 1;
  }
  if (best_prefix == 0) return;
  best.feature = feature;
  best.is_set = true;
  best.set = {};
  for (std::size_t i = 0; i < best_prefix; ++i) {
    best.set[categories[i].bin >> 6] |= std::uint64_t{1} << (categories[i].bin & 63);
  }
}

}  // namespace

double leaf_value(GradientPair sum, const SplitRules& rules, const ValueBounds& bounds) {
  const double hessian = hessian_of(sum) + rules.lambda;
  if (hessian <= 0) return std::clamp(0.0, bounds.low, bounds.high);
  return std::clamp(gradient_of(sum) / hessian, bounds.low, bounds.high);
}

void search_feature(const BinnedMatrix& matrix, std::uint16_t feature, const GradientPair* cells,
                    GradientPair total, const SplitRules& rules, const ValueBounds& bounds,
                    Split& best) {
  const std::uint32_t bins = matrix.bins(feature);
  const std::span<const GradientPair> own(cells + matrix.offset(feature), bins);
  const bool categorical = matrix.categorical(feature);
  const bool sets = categorical && bins - 1 > rules.one_hot_levels;
  const double category_l2 = sets ? rules.category_smooth : 0;
  const double hessian = hessian_of(total) + rules.lambda;
  const double gradient = gradient_of(total);
  // A set's score is taken at its own lambda against the node's plain score, so sets must earn
  // more.
  const double parent_score = rules.monotone.empty()
                                  ? unconstrained_score(gradient, hessian)
                                  : score_at(gradient, hessian, leaf_value(total, rules, bounds));
  // The margin keeps rounding errors from splitting a pure node.
  const Node node{total, own[0], parent_score * (1 + 1e-10) + rules.min_gain};
  const GainOf gain_of(rules, bounds, feature, category_l2);
  if (!categorical) return search_thresholds(own, feature, node, gain_of, best);
  if (sets) return search_sets(own, feature, node, rules, gain_of, best);
  search_one_against_rest(own, feature, node, gain_of, best);
}

}  // namespace clientele::trees
