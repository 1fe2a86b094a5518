// Ordered target statistics: a category as the smoothed mean target of the rows before it.
//
// In a permutation of the training rows, ctr(i) = (sum of targets before i in i's category + prior)
// / (their weight + 1), read before row i is added, so a row never sees its own label; new rows use
// the totals of all training rows. The prior is the mean target. A regression's target is first
// reduced to "above the mean". Values are cut into 16 bins of equal width between the least and the
// greatest mean of a category. Degenerate: a category never seen in training gets the prior's bin.
// Source: Prokhorenkova et al. (2018), "CatBoost: unbiased boosting with categorical features",
// arXiv 1706.09516, section 3.2. Complexity: O(n) a column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/training_set.hpp"

namespace clientele::trees {

inline constexpr std::uint32_t kStatisticBins = 16;

// One derived column as scoring needs it: the bin of each category from the full training totals.
struct TargetStatistic {
  std::uint32_t feature = 0;                  // source column in the matrix
  std::vector<std::uint8_t> bin_of_category;  // by BinnedMatrix::category
  // Categories beyond the table count as missing.
  std::uint8_t bin(std::uint32_t category) const {
    return bin_of_category[category < bin_of_category.size() ? category : 0];
  }
  bool operator==(const TargetStatistic&) const = default;
};

// Running sums of one categorical feature.
class TargetStatisticBuilder {
 public:
  // `label` in [0, 1], one a matrix row, read on set.rows only.
  TargetStatisticBuilder(const TrainingSet& set, std::uint32_t feature,
                         std::span<const double> label);
  // Bins of the rows of `order`, each from the rows before it.
  void ordered_bins(std::span<const std::uint32_t> order, std::span<std::uint8_t> out) const;
  // The column for rows outside the training set.
  TargetStatistic full() const;

 private:
  struct Sums {
    double label = 0;
    double weight = 0;
  };
  std::uint8_t bin_of(const Sums& sums) const;

  const TrainingSet& set_;
  std::uint32_t feature_;
  std::span<const double> label_;
  std::vector<Sums> totals_;
  double prior_ = 0;
  double low_ = 0;    // the least mean of a category
  double scale_ = 0;  // bins per unit of mean
};

// The labels whose means the statistics are: the target itself, or "above the mean" of a
// regression.
std::vector<double> statistic_labels(const TrainingSet& set);

}  // namespace clientele::trees
