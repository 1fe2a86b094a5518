#include "models/trees/target_statistics.hpp"

#include <algorithm>

namespace clientele::trees {

TargetStatisticBuilder::TargetStatisticBuilder(const TrainingSet& set, std::uint32_t feature,
                                               std::span<const double> label)
    : set_(set), feature_(feature), label_(label), totals_(set.matrix->categories(feature)) {
  Sums all;
  for (const std::uint32_t row : set.rows) {
    Sums& sums = totals_[set.matrix->category(feature, row)];
    const double weight = set.weight(row);
    sums.label += weight * label[row];
    sums.weight += weight;
    all.label += weight * label[row];
    all.weight += weight;
  }
  prior_ = all.weight > 0 ? all.label / all.weight : 0.5;
  double high = prior_;
  low_ = prior_;
  for (const Sums& sums : totals_) {
    const double mean = (sums.label + prior_) / (sums.weight + 1);
    low_ = std::min(low_, mean);
    high = std::max(high, mean);
  }
  scale_ = high > low_ ? kStatisticBins / (high - low_) : 0;
}

std::uint8_t TargetStatisticBuilder::bin_of(const Sums& sums) const {
  const double position = ((sums.label + prior_) / (sums.weight + 1) - low_) * scale_;
  return static_cast<std::uint8_t>(std::clamp(position, 0.0, kStatisticBins - 1.0));
}

void TargetStatisticBuilder::ordered_bins(std::span<const std::uint32_t> order,
                                          std::span<std::uint8_t> out) const {
  std::vector<Sums> before(totals_.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    Sums& sums = before[set_.matrix->category(feature_, order[i])];
    out[i] = bin_of(sums);
    const double weight = set_.weight(order[i]);
    sums.label += weight * label_[order[i]];
    sums.weight += weight;
  }
}

TargetStatistic TargetStatisticBuilder::full() const {
  TargetStatistic statistic{feature_, {}};
  statistic.bin_of_category.reserve(totals_.size());
  for (const Sums& sums : totals_) statistic.bin_of_category.push_back(bin_of(sums));
  return statistic;
}

std::vector<double> statistic_labels(const TrainingSet& set) {
  std::vector<double> labels(set.matrix->rows());
  double sum = 0, weights = 0;
  for (const std::uint32_t row : set.rows) {
    sum += set.weight(row) * set.target[row];
    weights += set.weight(row);
  }
  const double mean = weights > 0 ? sum / weights : 0;
  for (const std::uint32_t row : set.rows) {
    labels[row] = set.objective == Objective::logistic ? set.target[row]
                                                       : (set.target[row] > mean ? 1.0 : 0.0);
  }
  return labels;
}

}  // namespace clientele::trees
