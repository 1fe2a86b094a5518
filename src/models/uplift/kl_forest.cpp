#include "models/uplift/kl_forest.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "models/trees/sampling.hpp"

namespace clientele::uplift {
namespace {

using trees::BinSet;
using trees::WordStream;
using Counts = std::array<std::uint32_t, kGroups>;
using Packed = std::uint32_t;  // row << 2 | group

constexpr std::uint64_t kTreeStream = std::uint64_t{11} << 32;

struct Split {
  double gain = 0;
  std::uint32_t feature = 0;
  BinSet first{};
};

void put(BinSet& set, std::uint32_t bin) { set[bin >> 6] |= std::uint64_t{1} << (bin & 63); }

class TreeBuilder {
 public:
  TreeBuilder(const Trial& trial, std::span<const std::uint32_t> rows,
              const KlForestSettings& settings)
      : trial_(trial), settings_(settings), features_(trial.matrix->features()) {
    for (const std::uint32_t row : rows) strata_[trial.groups[row]].push_back(row);
    const double n = static_cast<double>(rows.size());
    min_leaf_ = settings.min_leaf > 0 ? settings.min_leaf : std::clamp(n / 120, 20.0, 250.0);
    const auto all = static_cast<std::uint32_t>(features_.size());
    drawn_ =
        settings.features_per_node > 0 ? settings.features_per_node : std::max(5U, (all + 1) / 2);
    drawn_ = std::min(drawn_, all);
    cells_.resize(std::size_t{256});
    std::iota(features_.begin(), features_.end(), std::uint16_t{0});
  }

  UpliftTree grow(std::uint32_t number) {
    WordStream words(settings_.seed, kTreeStream + number);
    draw(words);
    tree_.clear();
    tree_.emplace_back();
    std::iota(features_.begin(), features_.end(), std::uint16_t{0});
    const ArmRates rates = plain_rates(sum(finding_));
    const ArmRates honest = plain_rates(sum(rating_));
    branch(0, finding_, rating_, rates, honest, 0, words);
    return tree_;
  }

 private:
  // Halves every group: one half is drawn with replacement to find splits, the other rates leaves.
  void draw(WordStream& words) {
    finding_.clear();
    rating_.clear();
    for (std::uint32_t group = 0; group < kGroups; ++group) {
      auto& rows = strata_[group];
      const auto n = static_cast<std::uint32_t>(rows.size());
      if (n == 0) continue;
      const std::uint32_t half = (n + 1) / 2;
      // From ascending order each time, so that a tree depends on its number alone.
      shuffled_ = rows;
      for (std::uint32_t i = 0; i < half; ++i) {
        std::swap(shuffled_[i], shuffled_[i + trees::scaled(words.next(), n - i)]);
      }
      for (std::uint32_t i = 0; i < half; ++i) {
        finding_.push_back(shuffled_[trees::scaled(words.next(), half)] << 2 | group);
      }
      for (std::uint32_t i = half; i < n; ++i) rating_.push_back(shuffled_[i] << 2 | group);
    }
  }

  static Counts sum(std::span<const Packed> rows) {
    Counts counts{};
    for (const Packed row : rows) ++counts[row & 3];
    return counts;
  }

  ArmCounts arms(const Counts& counts) const {
    return {static_cast<double>(counts[2]) + counts[3], static_cast<double>(counts[3]),
            trial_.control_weight * (static_cast<double>(counts[0]) + counts[1]),
            trial_.control_weight * counts[1]};
  }

  ArmRates plain_rates(const Counts& counts) const {
    const ArmCounts a = arms(counts);
    return {a.treated > 0 ? a.treated_positive / a.treated : 0,
            a.control > 0 ? a.control_positive / a.control : 0};
  }

  void branch(std::uint32_t node, std::span<Packed> finding, std::span<Packed> rating,
              const ArmRates& rates, const ArmRates& honest, std::uint32_t depth,
              WordStream& words) {
    tree_[node].uplift = honest.treated - honest.control;
    if (depth >= settings_.max_depth || static_cast<double>(finding.size()) < 2 * min_leaf_) {
      return;
    }
    const ArmCounts counts = arms(sum(finding));
    if (counts.treated == 0 || counts.control == 0) return;
    const Split split = find(finding, counts, rates, words);
    if (!(split.gain > 0)) return;
    const auto cut = [&](std::span<Packed> rows) {
      const auto column = trial_.matrix->column(split.feature);
      const auto middle = std::partition(rows.begin(), rows.end(), [&](Packed row) {
        return trees::contains(split.first, column[row >> 2]);
      });
      return static_cast<std::size_t>(middle - rows.begin());
    };
    const std::size_t at = cut(finding), honest_at = cut(rating);
    const auto children = static_cast<std::uint32_t>(tree_.size());
    tree_[node].first_child = children;
    tree_[node].feature = split.feature;
    tree_[node].first = split.first;
    tree_.resize(tree_.size() + 2);
    const Regularisation leaf{settings_.leaf_strength, 0};
    for (std::uint32_t side = 0; side < 2; ++side) {
      const auto found = side == 0 ? finding.first(at) : finding.subspan(at);
      const auto rated = side == 0 ? rating.first(honest_at) : rating.subspan(honest_at);
      branch(children + side, found, rated,
             regularised(arms(sum(found)), rates, settings_.regularisation),
             regularised(arms(sum(rated)), honest, leaf), depth + 1, words);
    }
  }

  Split find(std::span<const Packed> rows, const ArmCounts& node, const ArmRates& rates,
             WordStream& words) {
    Split best;
    trees::draw_to_front(features_, drawn_, words);
    for (std::uint32_t i = 0; i < drawn_; ++i) {
      const std::uint32_t feature = features_[i];
      const std::uint32_t bins = trial_.matrix->bins(feature);
      if (bins < 2) continue;
      std::fill(cells_.begin(), cells_.begin() + bins, Counts{});
      const std::uint8_t* column = trial_.matrix->column(feature).data();
      for (const Packed row : rows) ++cells_[column[row >> 2]][row & 3];
      if (trial_.matrix->categorical(feature)) {
        scan_categories(feature, bins, node, rates, best);
      } else {
        scan_numbers(feature, bins, node, rates, best);
      }
    }
    return best;
  }

  void consider(std::uint32_t feature, const Counts& child, std::uint32_t rows,
                const ArmCounts& node, const ArmRates& rates, const BinSet& set, bool complement,
                Split& best) const {
    const std::uint32_t inside = child[0] + child[1] + child[2] + child[3];
    if (inside < min_leaf_ || rows - inside < min_leaf_) return;
    const double gain = normalised_gain(node, rates, arms(child), settings_.regularisation);
    if (!(gain > best.gain)) return;
    best.gain = gain;
    best.feature = feature;
    best.first = set;
    if (complement) {
      for (std::uint64_t& word : best.first) word = ~word;
    }
  }

  // The upper side is the child that the criterion reads, as in causalml; it is the second one.
  void scan_numbers(std::uint32_t feature, std::uint32_t bins, const ArmCounts& node,
                    const ArmRates& rates, Split& best) const {
    Counts total{};
    for (std::uint32_t b = 0; b < bins; ++b) add(total, cells_[b]);
    const std::uint32_t rows = total[0] + total[1] + total[2] + total[3];
    const Counts& missing = cells_[0];
    const bool any_missing = (missing[0] | missing[1] | missing[2] | missing[3]) != 0;
    for (int with_missing = 0; with_missing <= (any_missing ? 1 : 0); ++with_missing) {
      Counts upper{};
      if (with_missing == 1) upper = missing;
      BinSet set{};
      if (with_missing == 1) put(set, 0);
      for (std::uint32_t b = bins - 1; b >= 1; --b) {
        add(upper, cells_[b]);
        put(set, b);
        consider(feature, upper, rows, node, rates, set, true, best);
      }
    }
  }

  void scan_categories(std::uint32_t feature, std::uint32_t bins, const ArmCounts& node,
                       const ArmRates& rates, Split& best) {
    struct Level {
      std::uint32_t bin;
      double uplift;
    };
    std::array<Level, 256> levels;
    std::size_t count = 0;
    Counts total{};
    for (std::uint32_t b = 0; b < bins; ++b) {
      const Counts& cell = cells_[b];
      if ((cell[0] | cell[1] | cell[2] | cell[3]) == 0) continue;
      add(total, cell);
      const ArmRates own = regularised(arms(cell), rates, {settings_.regularisation.strength, 0});
      levels[count++] = {b, own.treated - own.control};
    }
    const std::uint32_t rows = total[0] + total[1] + total[2] + total[3];
    std::sort(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(count),
              [](const Level& a, const Level& b) {
                return a.uplift != b.uplift ? a.uplift > b.uplift : a.bin < b.bin;
              });
    Counts upper{};
    BinSet set{};
    for (std::size_t i = 0; i + 1 < count; ++i) {
      add(upper, cells_[levels[i].bin]);
      put(set, levels[i].bin);
      consider(feature, upper, rows, node, rates, set, false, best);
    }
  }

  static void add(Counts& to, const Counts& cell) {
    for (std::size_t g = 0; g < kGroups; ++g) to[g] += cell[g];
  }

  const Trial& trial_;
  const KlForestSettings& settings_;
  std::array<std::vector<std::uint32_t>, kGroups> strata_;
  std::vector<std::uint16_t> features_;
  double min_leaf_ = 0;
  std::uint32_t drawn_ = 0;
  std::vector<std::uint32_t> shuffled_;
  std::vector<Packed> finding_;
  std::vector<Packed> rating_;
  std::vector<Counts> cells_;
  UpliftTree tree_;
};

}  // namespace

std::vector<UpliftTree> grow_kl_forest(const Trial& trial, std::span<const std::uint32_t> rows,
                                       const KlForestSettings& settings) {
  TreeBuilder builder(trial, rows, settings);
  std::vector<UpliftTree> forest;
  forest.reserve(settings.trees);
  for (std::uint32_t t = 0; t < settings.trees; ++t) {
    forest.push_back(builder.grow(settings.first_tree + t));
  }
  return forest;
}

void add_uplift(std::span<const UpliftTree> forest, const trees::BinnedMatrix& matrix,
                std::span<const std::uint32_t> rows, std::span<double> sums) {
  for (const UpliftTree& tree : forest) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const UpliftNode* node = tree.data();
      while (node->first_child != 0) {
        const bool first = trees::contains(node->first, matrix.column(node->feature)[rows[i]]);
        node = tree.data() + node->first_child + (first ? 0 : 1);
      }
      sums[i] += node->uplift;
    }
  }
}

}  // namespace clientele::uplift
