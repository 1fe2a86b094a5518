#include "models/trees/ordered_columns.hpp"

#include <algorithm>

namespace clientele::trees {

OrderedColumns::OrderedColumns(const TrainingSet& set, std::span<const std::uint32_t> order,
                               std::span<const TargetStatisticBuilder> statistics,
                               std::span<const std::uint32_t> statistic_features)
    : rows_(order.size()) {
  const BinnedMatrix& matrix = *set.matrix;
  std::vector<std::uint8_t> cells(rows_);
  for (std::size_t f = 0; f < matrix.features(); ++f) {
    if (std::find(statistic_features.begin(), statistic_features.end(), f) !=
        statistic_features.end()) {
      continue;
    }
    const auto column = matrix.column(f);
    for (std::size_t i = 0; i < rows_; ++i) cells[i] = column[order[i]];
    const bool varies = std::any_of(cells.begin(), cells.end(),
                                    [&](std::uint8_t cell) { return cell != cells.front(); });
    if (!varies) continue;
    store({static_cast<std::uint16_t>(f), matrix.categorical(f), 0, matrix.bins(f)}, cells);
  }
  for (std::size_t s = 0; s < statistics.size(); ++s) {
    statistics[s].ordered_bins(order, cells);
    const auto column = static_cast<std::uint16_t>(matrix.features() + s);
    store({column, false, 0, kStatisticBins}, cells);
  }
  fill_codes();
}

void OrderedColumns::store(OrderedColumn column, const std::vector<std::uint8_t>& cells) {
  column.offset = total_bins_;
  total_bins_ += column.bins;
  columns_.push_back(column);
  cells_.insert(cells_.end(), cells.begin(), cells.end());
}

void OrderedColumns::fill_codes() {
  codes_.resize(rows_ * columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const auto column = cells(c);
    for (std::size_t i = 0; i < rows_; ++i) {
      codes_[i * columns_.size() + c] = static_cast<std::uint16_t>(columns_[c].offset + column[i]);
    }
  }
}

std::size_t OrderedColumns::index_of(std::uint16_t column) const {
  const auto found = std::lower_bound(
      columns_.begin(), columns_.end(), column,
      [](const OrderedColumn& stored, std::uint16_t wanted) { return stored.column < wanted; });
  return static_cast<std::size_t>(found - columns_.begin());
}

}  // namespace clientele::trees
