// Degenerate: a variance within the rounding error of its own computation counts as 0 (Chan, Golub,
// LeVeque 1983, eq. 1.7 bounds it by n eps var + (n eps mean)^2; scikit-learn does the same).
#include "models/cluster/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace clientele::cluster {
namespace {

struct Column {
  std::vector<std::pair<double, double>> values;  // value, customers
  double customers = 0;
};

Column column_of(numeric::WeightedPoints points, std::size_t j) {
  Column column;
  for (std::size_t i = 0; i < points.points.n; ++i) {
    column.values.emplace_back(points.points.row(i)[j], points.weight(i));
    column.customers += points.weight(i);
  }
  return column;
}

double mean_of(const Column& column) {
  const double shift = column.values.front().first;
  double sum = 0;
  for (const auto& [value, customers] : column.values) sum += customers * (value - shift);
  return shift + sum / column.customers;
}

double deviation_of(const Column& column, double mean) {
  double sum = 0;
  for (const auto& [value, customers] : column.values) {
    sum += customers * (value - mean) * (value - mean);
  }
  const double variance = sum / column.customers;
  const double rounding = column.customers * std::numeric_limits<double>::epsilon();
  const bool constant = variance <= rounding * variance + rounding * mean * rounding * mean;
  return constant ? 1.0 : std::sqrt(variance);
}

// The value at `rank` (from 0) when each value stands there once per customer.
double order_statistic(const Column& sorted, double rank) {
  double before = 0;
  for (const auto& [value, customers] : sorted.values) {
    before += customers;
    if (before > rank) return value;
  }
  return sorted.values.back().first;
}

// Linear interpolation between order statistics.
double quantile_of(const Column& sorted, double probability) {
  const double rank = probability * (sorted.customers - 1);
  const double lower = order_statistic(sorted, std::floor(rank));
  const double upper = order_statistic(sorted, std::ceil(rank));
  return lower + (rank - std::floor(rank)) * (upper - lower);
}

}  // namespace

ColumnScales column_scales(const Cohort& cohort, Scaling scaling) {
  const std::size_t d = cohort.dimensions();
  ColumnScales scales{std::vector<double>(d, 0.0), std::vector<double>(d, 1.0)};
  if (scaling == Scaling::none) return scales;
  for (std::size_t j = 0; j < d; ++j) {
    Column column = column_of(cohort.points(), j);
    if (scaling == Scaling::zscore) {
      scales.center[j] = mean_of(column);
      scales.scale[j] = deviation_of(column, scales.center[j]);
    } else {
      std::sort(column.values.begin(), column.values.end());
      scales.center[j] = quantile_of(column, 0.5);
      const double range = quantile_of(column, 0.75) - quantile_of(column, 0.25);
      if (range > 10 * std::numeric_limits<double>::epsilon()) scales.scale[j] = range;
    }
  }
  return scales;
}

Cohort scaled(const Cohort& cohort, const ColumnScales& scales) {
  const numeric::Points points = cohort.points().points;
  std::vector<double> values(points.values, points.values + points.n * points.d);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t j = i % points.d;
    values[i] = (values[i] - scales.center[j]) / scales.scale[j];
  }
  return cohort.with_values(std::move(values), points.d);
}

}  // namespace clientele::cluster
