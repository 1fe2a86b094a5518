#include "models/forecast_pipeline/calendar_effects.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <Eigen/Dense>
#include <limits>

#include "models/forecast_pipeline/cleaning.hpp"
#include "numeric/quantile.hpp"

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kFewestValues = 28, kLevelWindow = 29, kMostColumns = 40, kRecent = 28;
constexpr int kTurns = 6;
constexpr double kCertain = 1e6, kRidge = 0.5, kPseudoHolidays = 1;

struct Design {
  std::vector<std::size_t> columns;         // of `known` that take part
  std::vector<std::vector<double>> values;  // one row a column, past days, centred and scaled
  std::vector<double> scales;
};

using Columns = std::vector<std::vector<double>>;

// The columns on the past days, numbers as deviations from their own local level: what changes
// slowly is in the level of the series already.
Columns local_columns(const KnownDays& known, std::span<const std::uint32_t> past) {
  Columns columns;
  for (const auto& column : known.columns) {
    std::vector<double> x;
    for (const std::uint32_t day : past) x.push_back(column.values[day]);
    if (!column.is_flag) {
      const std::vector<double> level = local_level(x, kLevelWindow, {});
      for (std::size_t t = 0; t < x.size(); ++t) x[t] -= level[t];
    }
    columns.push_back(std::move(x));
  }
  return columns;
}

// What a number is compared with: its recent mean; a flag with 0.
double reference_of(const KnownDays::Column& column, std::span<const std::uint32_t> past) {
  if (column.is_flag) return 0;
  const auto recent = past.last(std::min(past.size(), kRecent));
  double sum = 0;
  for (const std::uint32_t day : recent) sum += column.values[day];
  return sum / static_cast<double>(recent.size());
}

Design design_of(const Columns& columns) {
  Design design;
  for (std::size_t c = 0; c < columns.size() && design.columns.size() < kMostColumns; ++c) {
    std::vector<double> x = columns[c];
    double mean = 0, squares = 0;
    for (const double value : x) mean += value / static_cast<double>(x.size());
    for (double& value : x) {
      value -= mean;
      squares += value * value;
    }
    const double scale = std::sqrt(squares / static_cast<double>(x.size()));
    if (!(scale > 1e-9 * std::max(1.0, std::abs(mean))) || !std::isfinite(scale)) continue;
    for (double& value : x) value /= scale;
    design.columns.push_back(c);
    design.values.push_back(std::move(x));
    design.scales.push_back(scale);
  }
  return design;
}

// Takes the mean of each weekday off, which stands for the weekday dummies of the regression.
void centre_by_phase(std::span<double> values, std::span<const std::uint8_t> phase,
                     std::span<const std::uint8_t> skip) {
  std::array<double, 7> sum{}, count{};
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (skip[t] != 0) continue;
    sum[phase[t]] += values[t];
    ++count[phase[t]];
  }
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (count[phase[t]] > 0) values[t] -= sum[phase[t]] / count[phase[t]];
    if (skip[t] != 0) values[t] = 0;
  }
}

struct Regression {
  Eigen::VectorXd coefficients, errors;
};

Regression regress(const std::vector<std::vector<double>>& x, std::span<const double> y,
                   double used_parameters) {
  const auto k = static_cast<Eigen::Index>(x.size());
  const auto n = static_cast<Eigen::Index>(y.size());
  Eigen::MatrixXd gram(k, k);
  Eigen::VectorXd moment(k);
  const Eigen::Map<const Eigen::VectorXd> target(y.data(), n);
  for (Eigen::Index i = 0; i < k; ++i) {
    const Eigen::Map<const Eigen::VectorXd> a(x[static_cast<std::size_t>(i)].data(), n);
    moment(i) = a.dot(target);
    for (Eigen::Index j = 0; j <= i; ++j) {
      const Eigen::Map<const Eigen::VectorXd> b(x[static_cast<std::size_t>(j)].data(), n);
      gram(i, j) = gram(j, i) = a.dot(b);
    }
  }
  const Eigen::MatrixXd ridged = gram + kRidge * Eigen::MatrixXd::Identity(k, k);
  const Eigen::MatrixXd inverse = ridged.ldlt().solve(Eigen::MatrixXd::Identity(k, k));
  Regression out{inverse * moment, Eigen::VectorXd(k)};
  const double residual = target.squaredNorm() - 2 * out.coefficients.dot(moment) +
                          out.coefficients.dot(gram * out.coefficients);
  const double freedom =
      std::max(1.0, static_cast<double>(n) - used_parameters - static_cast<double>(k));
  const double variance = std::max(0.0, residual) / freedom;
  for (Eigen::Index i = 0; i < k; ++i) out.errors(i) = std::sqrt(variance * inverse(i, i));
  return out;
}

// The target with days far from what the columns explain moved to the edge of the usual, by Huber's
// iteration: one bulk order on a day of a promotion is not its effect.
std::vector<double> tamed(const Design& design, const std::vector<double>& target) {
  std::vector<double> out = target, explained(target.size()), size(target.size());
  for (int turn = 0; turn < kTurns; ++turn) {
    const Regression fit = regress(design.values, out, 7);
    std::fill(explained.begin(), explained.end(), 0.0);
    for (std::size_t i = 0; i < design.values.size(); ++i) {
      const double coefficient = fit.coefficients(static_cast<Eigen::Index>(i));
      for (std::size_t t = 0; t < target.size(); ++t) {
        explained[t] += coefficient * design.values[i][t];
      }
    }
    for (std::size_t t = 0; t < target.size(); ++t) size[t] = std::abs(target[t] - explained[t]);
    const double reach = kUsualReach * quantile_of(size, 0.5);
    if (reach == 0) return target;
    for (std::size_t t = 0; t < target.size(); ++t) {
      out[t] = std::clamp(target[t], explained[t] - reach, explained[t] + reach);
    }
  }
  return out;
}

// Fills the effects of the caller's columns and takes them off the ratios.
void fit_columns(std::vector<double>& ratios, std::span<const std::uint8_t> phase,
                 std::span<const std::uint8_t> holiday, const Columns& columns,
                 CalendarEffects& effects) {
  Design design = design_of(columns);
  for (auto& column : design.values) centre_by_phase(column, phase, holiday);
  std::vector<double> target = ratios;
  centre_by_phase(target, phase, holiday);
  if (!design.values.empty()) target = tamed(design, target);
  while (!design.values.empty()) {
    const Regression fit = regress(design.values, target, 7);
    std::size_t weakest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < design.columns.size(); ++i) {
      const auto at = static_cast<Eigen::Index>(i);
      ColumnEffect& effect = effects.columns[design.columns[i]];
      effect.effect = fit.coefficients(at) / design.scales[i];
      effect.standard_error = fit.errors(at) / design.scales[i];
      effect.used = true;
      const double t = fit.errors(at) > 0          ? std::abs(fit.coefficients(at)) / fit.errors(at)
                       : fit.coefficients(at) != 0 ? kCertain
                                                   : 0;
      if (t / effect.least_t < least) least = t / effect.least_t, weakest = i;
    }
    if (least >= 1) break;
    effects.columns[design.columns[weakest]].used = false;
    const auto at = static_cast<std::ptrdiff_t>(weakest);
    design.columns.erase(design.columns.begin() + at);
    design.values.erase(design.values.begin() + at);
    design.scales.erase(design.scales.begin() + at);
  }
  for (std::size_t t = 0; t < ratios.size(); ++t) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (effects.columns[c].used) ratios[t] -= effects.columns[c].effect * columns[c][t];
    }
  }
}

void fit_holidays(std::span<const double> ratios, std::span<const double> y,
                  std::span<const std::uint32_t> past, std::span<const std::uint8_t> phase,
                  const KnownDays& known, std::vector<HolidayEffect>& effects) {
  effects.resize(known.holiday_names.size());
  std::array<double, 7> profile{}, count{};
  for (std::size_t t = 0; t < past.size(); ++t) {
    if (known.holiday[past[t]] != 0) continue;
    profile[phase[t]] += ratios[t];
    ++count[phase[t]];
  }
  std::vector<double> sums(effects.size(), 0);
  double all = 0, days = 0;
  for (auto& effect : effects) effect.closed = true;
  for (std::size_t t = 0; t < past.size(); ++t) {
    if (known.holiday[past[t]] == 0) continue;
    const std::size_t name = known.holiday[past[t]] - 1U;
    const double usual = count[phase[t]] > 0 ? profile[phase[t]] / count[phase[t]] : 1;
    sums[name] += ratios[t] - usual;
    all += ratios[t] - usual;
    ++days;
    ++effects[name].days;
    if (y[t] != 0) effects[name].closed = false;
  }
  for (std::size_t name = 0; name < effects.size(); ++name) {
    HolidayEffect& effect = effects[name];
    effect.name = known.holiday_names[name];
    effect.closed = effect.closed && effect.days > 0;
    const double seen = static_cast<double>(effect.days);
    const double prior = days > 0 ? all / (days + kPseudoHolidays) : 0;
    effect.effect =
        effect.closed ? -1 : (sums[name] + kPseudoHolidays * prior) / (seen + kPseudoHolidays);
  }
}

}  // namespace

std::vector<double> local_level(std::span<const double> y, std::size_t window,
                                std::span<const std::uint8_t> skip) {
  std::vector<double> sum(y.size() + 1, 0), count(y.size() + 1, 0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const bool counts = skip.empty() || skip[t] == 0;
    sum[t + 1] = sum[t] + (counts ? y[t] : 0);
    count[t + 1] = count[t] + (counts ? 1 : 0);
  }
  const double overall = count.back() > 0 ? sum.back() / count.back() : 0;
  std::vector<double> level(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) {
    const std::size_t half = window / 2;
    const std::size_t begin = t < half ? 0 : t - half, end = std::min(y.size(), t + half + 1);
    const double n = count[end] - count[begin];
    level[t] = n > 0 ? (sum[end] - sum[begin]) / n : overall;
  }
  return level;
}

CalendarEffects calendar_effects(std::span<const double> y, std::span<const std::uint32_t> days,
                                 std::span<const std::uint8_t> phase, const KnownDays& known) {
  CalendarEffects effects;
  effects.relative.assign(days.size(), 0);
  effects.closed.assign(days.size(), 0);
  const auto past = days.first(y.size());
  for (const auto& column : known.columns) {
    ColumnEffect effect;
    effect.name = column.name;
    effect.is_flag = column.is_flag;
    effect.least_t = column.least_t;
    for (const std::uint32_t day : past) effect.days += column.values[day] != 0 ? 1 : 0;
    effects.columns.push_back(std::move(effect));
  }
  const bool has_holidays = !known.holiday.empty() && !known.holiday_names.empty();
  if (y.size() < kFewestValues || (known.columns.empty() && !has_holidays)) return effects;
  std::vector<std::uint8_t> holiday(y.size(), 0), event(y.size(), 0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (has_holidays) holiday[t] = known.holiday[past[t]] != 0 ? 1 : 0;
    event[t] = holiday[t];
    for (const auto& column : known.columns) {
      if (column.is_flag && column.values[past[t]] != 0) event[t] = 1;
    }
  }
  const std::vector<double> level = local_level(y, kLevelWindow, event);
  std::vector<double> ratios(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) ratios[t] = level[t] > 0 ? y[t] / level[t] : 1;
  fit_columns(ratios, phase, holiday, local_columns(known, past), effects);
  if (has_holidays) fit_holidays(ratios, y, past, phase, known, effects.holidays);
  for (std::size_t c = 0; c < known.columns.size(); ++c) {
    if (!effects.columns[c].used) continue;
    const double reference = reference_of(known.columns[c], past);
    for (std::size_t d = 0; d < days.size(); ++d) {
      effects.relative[d] +=
          effects.columns[c].effect * (known.columns[c].values[days[d]] - reference);
    }
  }
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!has_holidays || known.holiday[days[d]] == 0) continue;
    const HolidayEffect& effect = effects.holidays[known.holiday[days[d]] - 1U];
    effects.relative[d] += effect.effect;
    effects.closed[d] = effect.closed ? 1 : 0;
  }
  return effects;
}

}  // namespace clientele::forecast_pipeline
