// Ordered target statistics: a category as the smoothed mean target of the rows before it.
//
// In a permutation of the training rows, ctr(i) = (sum of targets before i in i's category + prior)
// / (their weight + 1), read before row i is added, so a row never sees its own label; new rows use
// the totals of all training rows. Values in [0, 1] are cut into 15 uniform borders. Source:
// Prokhorenkova et al. (2018), "CatBoost: unbiased boosting with categorical features", arXiv
// 1706.09516, section 3.2. Complexity: O(n) a column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/training_set.hpp"

namespace clientele::trees {

inline constexpr std::uint32_t kStatisticBins = 17;  // missing (unused) + 16 intervals

// One derived column as scoring needs it: the bin of each category from the full training totals.
struct TargetStatistic {
  std::uint32_t feature = 0;  // source column in the matrix
  std::vector<std::uint8_t>
      bin_of_category;  // by BinnedMatrix::category; others = bin_of_category[0]
  bool operator==(const TargetStatistic&) const = default;
};

}  // namespace clientele::trees
