// Fitted oblivious trees: one split a level for the whole tree, so a leaf is a number of `depth`
// bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"
#include "models/trees/target_statistics.hpp"

namespace clientele::trees {

inline constexpr std::uint32_t kMaxObliviousDepth = 8;

// Bit of a level = 1 when the bin lies outside [low, low + width]. Columns below `features` are the
// matrix's, the others the model's target statistics.
struct ObliviousSplit {
  std::uint16_t column = 0;
  std::uint8_t low = 0;
  std::uint8_t width = 0;
  bool operator==(const ObliviousSplit&) const = default;
};

inline std::uint8_t split_bit(const ObliviousSplit& split, std::uint8_t cell) {
  return static_cast<std::uint8_t>(cell - split.low) > split.width ? 1 : 0;
}

// leaves[i] |= bit of cells[i] << level. Requires: leaves.size() >= cells.size().
void or_split_bits(const ObliviousSplit& split, std::span<const std::uint8_t> cells,
                   std::uint32_t level, std::span<std::uint8_t> leaves);

struct ObliviousTree {
  std::uint32_t first_split = 0;  // in `splits`; level l contributes bit l
  std::uint32_t depth = 0;
  std::uint32_t first_leaf = 0;  // in `values`; 2^depth leaves
  bool operator==(const ObliviousTree&) const = default;
};

struct ObliviousEnsemble {
  std::uint32_t features = 0;
  Link link = Link::identity;
  bool ordered = false;  // fitted by ordered boosting, else Plain
  double base = 0;
  std::vector<ObliviousTree> trees;
  std::vector<ObliviousSplit> splits;
  std::vector<float> values;
  std::vector<float> covers;  // training weight of each leaf
  std::vector<TargetStatistic> statistics;

  std::size_t columns() const { return features + statistics.size(); }
  void truncate(std::size_t count);
  bool operator==(const ObliviousEnsemble&) const = default;
};

// As for TreeEnsemble. Complexity: O(rows trees depth).
void predict_raw(const ObliviousEnsemble& model, const BinnedMatrix& matrix,
                 std::span<const std::uint32_t> rows, std::span<double> out,
                 std::size_t trees = kAllTrees);
void predict(const ObliviousEnsemble& model, const BinnedMatrix& matrix,
             std::span<const std::uint32_t> rows, std::span<double> out,
             std::size_t trees = kAllTrees);

// Leaf number of every row in one tree. Requires: out.size() == rows.size().
void leaves_of(const ObliviousEnsemble& model, std::size_t tree, const BinnedMatrix& matrix,
               std::span<const std::uint32_t> rows, std::span<std::uint8_t> out);

}  // namespace clientele::trees
