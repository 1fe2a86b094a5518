#include "models/cluster/cohort.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace clientele::cluster {
namespace {

constexpr double kLargestValue = 1e100;

Status check(numeric::Points rows) {
  if (rows.n == 0 || rows.d == 0) return invalid("", "empty", "There is no point to cluster.");
  if (rows.n > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return invalid("", "too_many", "More points than can be numbered.");
  }
  Faults faults;
  for (std::size_t i = 0; i < rows.n; ++i) {
    for (std::size_t j = 0; j < rows.d; ++j) {
      if (std::abs(rows.row(i)[j]) <= kLargestValue) continue;
      if (faults.full()) {
        faults.count_only();
      } else {
        std::string pointer = "/";
        pointer += std::to_string(i) + "/" + std::to_string(j);
        faults.add(std::move(pointer), "not_finite",
                   "Must be a number of magnitude at most 1e100.");
      }
    }
  }
  if (!faults.empty()) return std::move(faults).to_error();
  return Nothing{};
}

// Row indices in lexicographic order of the rows; equal rows by index.
std::vector<std::uint32_t> lexicographic_order(numeric::Points rows) {
  struct Key {
    double first;
    std::uint32_t row;
  };
  std::vector<Key> keys(rows.n);
  for (std::uint32_t i = 0; i < rows.n; ++i) keys[i] = {rows.row(i)[0], i};
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.first != b.first) return a.first < b.first;
    const double* x = rows.row(a.row);
    const double* y = rows.row(b.row);
    for (std::size_t j = 1; j < rows.d; ++j) {
      if (x[j] != y[j]) return x[j] < y[j];
    }
    return a.row < b.row;
  });
  std::vector<std::uint32_t> order(rows.n);
  for (std::size_t i = 0; i < rows.n; ++i) order[i] = keys[i].row;
  return order;
}

}  // namespace

Result<Cohort> Cohort::from(numeric::Points rows) {
  if (Status status = check(rows); !status) return std::move(status).error();
  Cohort cohort;
  cohort.d_ = rows.d;
  cohort.point_of_row_.resize(rows.n);
  const double* previous = nullptr;
  for (const std::uint32_t row : lexicographic_order(rows)) {
    const double* values = rows.row(row);
    if (previous == nullptr || !std::equal(values, values + rows.d, previous)) {
      for (std::size_t j = 0; j < rows.d; ++j) cohort.values_.push_back(values[j] + 0.0);  // no -0
      cohort.weights_.push_back(0.0);
    }
    previous = values;
    cohort.weights_.back() += 1.0;
    cohort.point_of_row_[row] = static_cast<std::uint32_t>(cohort.weights_.size() - 1);
  }
  return cohort;
}

Cohort Cohort::with_values(std::vector<double> values, std::size_t d) const {
  Cohort other;
  other.d_ = d;
  other.values_ = std::move(values);
  other.weights_ = weights_;
  other.point_of_row_ = point_of_row_;
  return other;
}

Labels Cohort::per_row(std::span<const std::int32_t> per_point) const {
  Labels labels(rows());
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = per_point[point_of_row_[i]];
  return labels;
}

Labels Cohort::per_point(std::span<const std::int32_t> per_row) const {
  Labels labels(distinct());
  for (std::size_t i = 0; i < per_row.size(); ++i) labels[point_of_row_[i]] = per_row[i];
  return labels;
}

std::size_t number_by_first_appearance(Labels& labels) {
  const auto largest = std::max_element(labels.begin(), labels.end());
  if (largest == labels.end()) return 0;
  std::vector<std::int32_t> number(static_cast<std::size_t>(*largest + 1), kNoise);
  std::int32_t next = 0;
  for (std::int32_t& label : labels) {
    if (label == kNoise) continue;
    std::int32_t& seen = number[static_cast<std::size_t>(label)];
    if (seen == kNoise) seen = next++;
    label = seen;
  }
  return static_cast<std::size_t>(next);
}

}  // namespace clientele::cluster
