#include "models/forecast_pipeline/adjustment.hpp"

#include <algorithm>

#include "models/forecast_pipeline/yearly_pattern.hpp"

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kLevelWindow = 29;
constexpr double kOwnShare = 0.5;  // of a series' own yearly pattern beside the pool's

// Days whose value has a known cause.
std::vector<std::uint8_t> event_days(const Adjusted& adjusted, const KnownDays& known) {
  std::vector<std::uint8_t> event(adjusted.past, 0);
  for (std::size_t t = 0; t < adjusted.past; ++t) {
    const std::uint32_t day = adjusted.days[t];
    if (!known.holiday.empty() && known.holiday[day] != 0) event[t] = 1;
    for (const auto& column : known.columns) {
      if (column.is_flag && column.values[day] != 0) event[t] = 1;
    }
  }
  return event;
}

// Mean with unusual days over mean without, shrunk towards 1 for few of them.
double unusual_share(std::span<const double> open, std::span<const double> usual,
                     std::size_t unusual) {
  double with = 0, without = 0;
  for (const double value : open) with += value;
  for (const double value : usual) without += value;
  if (!(without > 0)) return 1;
  const double n = static_cast<double>(unusual);
  return 1 + std::clamp(with / without - 1, -0.2, 0.2) * n / (n + 3);
}

void take_off_effects(Adjusted& adjusted, std::span<const std::uint8_t> event) {
  adjusted.values = adjusted.usual;
  const auto& relative = adjusted.effects.relative;
  const bool any = std::any_of(relative.begin(), relative.end(), [](double r) { return r != 0; });
  if (!any) return;
  const std::vector<double> level = local_level(adjusted.usual, kLevelWindow, event);
  for (std::size_t t = 0; t < adjusted.past; ++t) {
    adjusted.values[t] = std::max(0.0, adjusted.usual[t] - level[t] * relative[t]);
  }
}

// Days with a known cause are judged once its effect is off.
void tame_events(Adjusted& adjusted, std::span<const double> open,
                 std::span<const std::uint8_t> event) {
  if (std::count(event.begin(), event.end(), 1) == 0) return;
  std::vector<std::uint8_t> exempt(adjusted.past);
  for (std::size_t t = 0; t < adjusted.past; ++t) {
    exempt[t] = event[t] == 0 || adjusted.effects.closed[t] != 0 ? 1 : 0;
  }
  const auto phase = std::span(adjusted.phase).first(adjusted.past);
  for (Outlier outlier :
       find_outliers(adjusted.values, expected_values(adjusted.values, phase), exempt)) {
    const std::size_t t = outlier.index;
    const double effect = adjusted.usual[t] - adjusted.values[t];
    adjusted.values[t] = std::clamp(outlier.value, std::max(0.0, outlier.lower), outlier.upper);
    adjusted.usual[t] = std::max(0.0, adjusted.values[t] + effect);
    outlier.value = open[t];
    outlier.expected = std::max(0.0, outlier.expected + effect);
    adjusted.outliers.push_back(outlier);
  }
  std::sort(adjusted.outliers.begin(), adjusted.outliers.end(),
            [](const Outlier& a, const Outlier& b) { return a.index < b.index; });
}

// Factors of the days of `adjusted` by the pattern of the pool, empty if it is too young.
std::vector<double> pooled_factors(const DailySeries& pool, Date first, const Adjusted& adjusted) {
  const std::int32_t lead = first - pool.first;
  const std::int64_t known = lead + static_cast<std::int64_t>(adjusted.origin);
  if (lead < 0 || known <= 0) return {};
  const auto past =
      std::span(pool.values).first(std::min(pool.size(), static_cast<std::size_t>(known)));
  std::vector<double> factors =
      yearly_factors(pool.first, past, static_cast<std::size_t>(known) + adjusted.horizon);
  if (!factors.empty()) factors.erase(factors.begin(), factors.begin() + lead);
  return factors;
}

}  // namespace

std::span<const double> Adjusted::fitted_values() const {
  return std::span(values).last(std::min(values.size(), kMostFittedDays));
}

void take_off_year(Adjusted& adjusted, const DailySeries* pool) {
  const Date first = adjusted.first_day;
  // The pattern is learnt from calendar days, closed ones at the level of their week.
  std::vector<double> daily(adjusted.origin, 0);
  const double open_share = static_cast<double>(adjusted.period) / 7;
  for (std::size_t t = 0; t < adjusted.past; ++t) {
    daily[adjusted.days[t]] = adjusted.values[t] / open_share;
  }
  std::vector<double> factors = yearly_factors(first, daily, adjusted.origin + adjusted.horizon);
  if (pool != nullptr) {
    const std::vector<double> pooled = pooled_factors(*pool, first, adjusted);
    if (factors.empty()) {
      factors = pooled;
    } else if (!pooled.empty()) {
      for (std::size_t t = 0; t < factors.size(); ++t) {
        factors[t] = kOwnShare * factors[t] + (1 - kOwnShare) * pooled[t];
      }
    }
  }
  if (factors.empty()) return;
  for (const std::uint32_t day : adjusted.days) adjusted.year.push_back(factors[day]);
  for (std::size_t t = 0; t < adjusted.past; ++t) adjusted.values[t] /= adjusted.year[t];
}

Adjusted adjust(const DailySeries& series, const KnownDays& known, std::size_t origin,
                std::size_t horizon, const YearSource& year) {
  Adjusted adjusted;
  adjusted.first_day = series.first;
  adjusted.origin = origin;
  adjusted.horizon = horizon;
  const auto past = std::span(series.values).first(origin);
  adjusted.week = open_week(series.first, past);
  adjusted.period = adjusted.week.days();
  adjusted.days = open_days(adjusted.week, series.first, 0, origin + horizon);
  for (const std::uint32_t day : adjusted.days) {
    adjusted.phase.push_back(static_cast<std::uint8_t>(weekday(series.day(day))));
    if (day < origin) ++adjusted.past;
  }
  std::vector<double> open;
  for (std::size_t t = 0; t < adjusted.past; ++t) open.push_back(past[adjusted.days[t]]);
  const std::vector<std::uint8_t> event = event_days(adjusted, known);
  const auto phase = std::span(adjusted.phase).first(adjusted.past);
  const std::vector<double> expected = expected_values(open, phase);
  adjusted.closures = find_closures(open, expected, event);
  std::vector<std::uint8_t> known_cause = event;
  for (const Closure& closure : adjusted.closures) known_cause[closure.index] = 1;
  adjusted.outliers = find_outliers(open, expected, known_cause);
  adjusted.usual = winsorised(open, adjusted.outliers);
  for (double& value : adjusted.usual) value = std::max(0.0, value);
  for (const Closure& closure : adjusted.closures) adjusted.usual[closure.index] = closure.expected;
  adjusted.effects = calendar_effects(adjusted.usual, adjusted.days, adjusted.phase, known);
  take_off_effects(adjusted, event);
  tame_events(adjusted, open, event);
  adjusted.unusual =
      unusual_share(open, adjusted.usual, adjusted.outliers.size() + adjusted.closures.size());
  if (year.use) take_off_year(adjusted, year.pool);
  return adjusted;
}

std::vector<double> restoring_scale(const Adjusted& adjusted, std::span<const double> mean) {
  std::vector<double> scale(mean.size(), 1);
  const std::vector<double> level = local_level(mean, kLevelWindow, {});
  for (std::size_t h = 0; h < mean.size(); ++h) {
    const std::size_t day = adjusted.past + h;
    if (adjusted.effects.closed[day] != 0) {
      scale[h] = 0;
      continue;
    }
    if (mean[h] > 0) {
      const double relative = adjusted.effects.relative[day];
      scale[h] = std::max(0.0, 1 + level[h] * relative / mean[h]);
    }
    if (!adjusted.year.empty()) scale[h] *= adjusted.year[day];
    scale[h] *= adjusted.unusual;
  }
  return scale;
}

std::vector<double> restore(const Adjusted& adjusted, std::span<const double> mean) {
  std::vector<double> daily(adjusted.horizon, 0);
  const std::vector<double> scale = restoring_scale(adjusted, mean);
  for (std::size_t h = 0; h < mean.size(); ++h) {
    daily[adjusted.days[adjusted.past + h] - adjusted.origin] = std::max(0.0, mean[h] * scale[h]);
  }
  return daily;
}

}  // namespace clientele::forecast_pipeline
