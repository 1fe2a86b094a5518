#include "models/pricing/demand_columns.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace clientele::pricing {
namespace {

constexpr std::size_t kMostLevels = 12;
constexpr std::size_t kRowsForWeekdays = 20;
constexpr std::size_t kRowsOfLevel = 2;

class ColumnList {
 public:
  explicit ColumnList(std::size_t rows) { result_.rows = rows; }

  void add_as_is(std::vector<double> values) { result_.columns.push_back(std::move(values)); }

  // Scales over the history; a column without spread says nothing.
  void add(std::vector<double> values) {
    if (result_.columns.size() > kMostControlColumns) return;
    double sum = 0, known = 0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (std::size_t i = 0; i < result_.rows; ++i) {
      if (!std::isfinite(values[i])) continue;
      sum += values[i], ++known;
      least = std::min(least, values[i]);
      most = std::max(most, values[i]);
    }
    if (known == 0) return;
    double& now = values[result_.rows];
    if (std::isfinite(now)) now = std::clamp(now, least, most);
    const double mean = sum / known;
    double squares = 0;
    for (std::size_t i = 0; i < result_.rows; ++i) {
      if (std::isfinite(values[i])) squares += (values[i] - mean) * (values[i] - mean);
    }
    const double deviation = std::sqrt(squares / known);
    if (!(deviation > 1e-9 * std::abs(mean)) || !std::isfinite(deviation)) return;
    for (double& value : values) value = std::isfinite(value) ? (value - mean) / deviation : 0.0;
    result_.columns.push_back(std::move(values));
  }

  DemandColumns take() && { return std::move(result_); }

 private:
  DemandColumns result_;
};

std::vector<double> logs_of(std::span<const double> values, double shift) {
  std::vector<double> logs;
  logs.reserve(values.size());
  for (const double value : values) logs.push_back(std::log(value + shift));
  return logs;
}

void add_calendar(const SalesHistory& history, ColumnList& list) {
  std::vector<double> time;
  for (const Date date : history.date) time.push_back(date - history.date.front());
  list.add(std::move(time));
  if (history.rows() < kRowsForWeekdays) return;
  for (int day = 0; day < 6; ++day) {
    std::vector<double> is_day;
    for (const Date date : history.date) is_day.push_back(weekday(date) == day ? 1.0 : 0.0);
    list.add(std::move(is_day));
  }
}

void add_levels(const FeatureColumn& control, std::size_t rows, ColumnList& list) {
  std::vector<std::size_t> counts(control.levels.size());
  for (std::size_t i = 0; i < rows; ++i) {
    if (control.codes[i] != FeatureColumn::kMissingCode) ++counts[control.codes[i]];
  }
  std::vector<std::uint32_t> order(control.levels.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : control.levels[a] < control.levels[b];
  });
  for (std::size_t k = 0; k < std::min(order.size(), kMostLevels); ++k) {
    if (counts[order[k]] < kRowsOfLevel) break;
    std::vector<double> is_level;
    for (const std::uint32_t code : control.codes) is_level.push_back(code == order[k] ? 1.0 : 0.0);
    list.add(std::move(is_level));
  }
}

}  // namespace

DemandColumns demand_columns(const SalesHistory& history) {
  ColumnList list(history.rows());
  list.add_as_is(logs_of(history.price, 0));
  if (!history.competitor_price.empty()) list.add(logs_of(history.competitor_price, 0));
  if (!history.inventory.empty()) list.add(logs_of(history.inventory, 1));
  add_calendar(history, list);
  for (const FeatureColumn& control : history.controls) {
    if (control.kind == ColumnKind::text) {
      add_levels(control, history.rows(), list);
    } else {
      list.add(control.numbers);
    }
  }
  return std::move(list).take();
}

}  // namespace clientele::pricing
