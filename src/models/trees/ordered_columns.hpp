// The training rows in one order: binned features and ordered target statistics side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/target_statistics.hpp"
#include "models/trees/training_set.hpp"

namespace clientele::trees {

// Which model column (see ObliviousSplit) a stored column is, and how it may be split.
struct OrderedColumn {
  std::uint16_t column = 0;
  bool one_hot = false;      // one bin against the rest, else thresholds with "missing" lowest
  std::uint32_t offset = 0;  // of its bins among all columns' bins
  std::uint32_t bins = 0;
};

// Features that do not vary over the training rows are left out.
class OrderedColumns {
 public:
  // `order`: the training rows, permuted. Categorical features with more than `one_hot_levels`
  // levels appear as the statistic that `statistics` gives (in that order: model columns features,
  // ...).
  OrderedColumns(const TrainingSet& set, std::span<const std::uint32_t> order,
                 std::span<const TargetStatisticBuilder> statistics,
                 std::span<const std::uint32_t> statistic_features);

  std::size_t rows() const { return rows_; }
  const std::vector<OrderedColumn>& columns() const { return columns_; }
  std::uint32_t total_bins() const { return total_bins_; }
  // Bins of one stored column by position in the order.
  std::span<const std::uint8_t> cells(std::size_t index) const {
    return {cells_.data() + index * rows_, rows_};
  }
  // Positions of one row's bins among all columns' bins.
  const std::uint16_t* codes(std::size_t position) const {
    return codes_.data() + position * columns_.size();
  }
  // Where a model column is stored. Requires: it is.
  std::size_t index_of(std::uint16_t column) const;

 private:
  void store(OrderedColumn column, const std::vector<std::uint8_t>& cells);
  void fill_codes();

  std::size_t rows_;
  std::vector<OrderedColumn> columns_;
  std::uint32_t total_bins_ = 0;
  std::vector<std::uint8_t> cells_;
  std::vector<std::uint16_t> codes_;
};

}  // namespace clientele::trees
