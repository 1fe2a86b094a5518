#include "models/forecast_pipeline/cleaning.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kFewestValues = 21, kHalfWindow = 17, kHalfSpread = 28;
constexpr double kLeastShare = 0.25;
constexpr std::size_t kWeeksBeside = 7, kFewestForClosures = 56;
constexpr double kMostClosures = 0.15, kWeakDay = 0.4;
constexpr double kClearShift = 6, kLeastShift = 0.2;

// Reorders `values`. Requires: not empty.
double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Medians of the values within `half` of each one.
std::vector<double> running_median(std::span<const double> y, std::size_t half) {
  std::vector<double> out(y.size()), window;  // ascending
  std::size_t begin = 0, end = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    for (; end < std::min(y.size(), t + half + 1); ++end) {
      window.insert(std::upper_bound(window.begin(), window.end(), y[end]), y[end]);
    }
    for (; begin + half < t; ++begin) {
      window.erase(std::lower_bound(window.begin(), window.end(), y[begin]));
    }
    const std::size_t middle = window.size() / 2;
    out[t] = window.size() % 2 == 1 ? window[middle] : (window[middle] + window[middle - 1]) / 2;
  }
  return out;
}

struct Moments {
  double mean = 0, variance = 0;
};

Moments moments(std::span<const double> values) {
  Moments m;
  const double n = static_cast<double>(values.size());
  for (const double value : values) m.mean += value / n;
  for (const double value : values) m.variance += (value - m.mean) * (value - m.mean) / (n - 1);
  return m;
}

}  // namespace

std::vector<double> expected_values(std::span<const double> y,
                                    std::span<const std::uint8_t> phase) {
  std::vector<double> level = running_median(y, kHalfWindow);
  std::array<std::vector<double>, 7> ratios;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (level[t] > 0) ratios[phase[t]].push_back(y[t] / level[t]);
  }
  std::array<double, 7> profile;
  for (std::size_t day = 0; day < 7; ++day) {
    profile[day] = ratios[day].size() < 3 ? 1 : median(ratios[day]);
  }
  for (std::size_t t = 0; t < y.size(); ++t) level[t] *= profile[phase[t]];
  return level;
}

std::vector<Outlier> find_outliers(std::span<const double> y, std::span<const double> expected,
                                   std::span<const std::uint8_t> exempt) {
  std::vector<Outlier> outliers;
  if (y.size() < kFewestValues) return outliers;
  std::vector<double> size(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) size[t] = std::abs(y[t] - expected[t]);
  std::vector<double> all = size;
  const double overall = median(all);
  if (overall == 0) return outliers;
  const std::vector<double> nearby = running_median(size, kHalfSpread);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double reach =
        std::max(kUsualReach * std::max(overall, nearby[t]), kLeastShare * expected[t]);
    if (size[t] <= reach || (!exempt.empty() && exempt[t] != 0)) continue;
    outliers.push_back({t, y[t], expected[t], expected[t] - reach, expected[t] + reach});
  }
  return outliers;
}

std::vector<Closure> find_closures(std::span<const double> y, std::span<const double> expected,
                                   std::span<const std::uint8_t> exempt) {
  const auto zeros = static_cast<double>(std::count(y.begin(), y.end(), 0.0));
  const double most = kMostClosures * static_cast<double>(y.size());
  if (y.size() < kFewestForClosures || zeros == 0 || zeros > most) return {};
  std::vector<Closure> closures;
  double weak = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (y[t] > 0 && y[t] <= kWeakDay * expected[t]) ++weak;
    if (y[t] == 0 && (exempt.empty() || exempt[t] == 0)) closures.push_back({t, expected[t]});
  }
  if (2 * weak >= zeros) closures.clear();
  return closures;
}

std::vector<double> winsorised(std::span<const double> y, std::span<const Outlier> outliers) {
  std::vector<double> out(y.begin(), y.end());
  for (const Outlier& outlier : outliers) {
    out[outlier.index] = std::clamp(outlier.value, outlier.lower, outlier.upper);
  }
  return out;
}

std::vector<LevelShift> find_level_shifts(std::span<const double> y, std::size_t week) {
  std::vector<LevelShift> shifts;
  const std::size_t weeks = y.size() / week;
  if (weeks < 2 * kWeeksBeside) return shifts;
  const std::size_t first = y.size() - weeks * week;
  std::vector<double> means(weeks, 0), contrast(weeks, 0);
  for (std::size_t t = first; t < y.size(); ++t) {
    means[(t - first) / week] += y[t] / static_cast<double>(week);
  }
  const std::span<const double> view(means);
  for (std::size_t w = kWeeksBeside; w + kWeeksBeside <= weeks; ++w) {
    const Moments before = moments(view.subspan(w - kWeeksBeside, kWeeksBeside));
    const Moments after = moments(view.subspan(w, kWeeksBeside));
    const double change = std::abs(after.mean - before.mean);
    if (change <= kLeastShift * std::max(std::abs(after.mean), std::abs(before.mean))) continue;
    const double error = std::sqrt((before.variance + after.variance) / kWeeksBeside);
    contrast[w] = error > 0 ? change / error : kClearShift * 1e3;
  }
  for (std::size_t w = 0; w < weeks; ++w) {
    const std::size_t begin = w < kWeeksBeside ? 0 : w - kWeeksBeside;
    const auto from = contrast.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to =
        contrast.begin() + static_cast<std::ptrdiff_t>(std::min(weeks, w + kWeeksBeside + 1));
    const auto clearest = std::max_element(from, to);
    if (contrast[w] < kClearShift || clearest - contrast.begin() != static_cast<long>(w)) continue;
    shifts.push_back({first + w * week, moments(view.subspan(w - kWeeksBeside, kWeeksBeside)).mean,
                      moments(view.subspan(w, kWeeksBeside)).mean});
  }
  return shifts;
}

}  // namespace clientele::forecast_pipeline
