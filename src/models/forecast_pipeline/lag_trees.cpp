#include "models/forecast_pipeline/lag_trees.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"

namespace clientele::forecast_pipeline {
namespace {

using forecast::Forecast;

constexpr std::size_t kFewestWeeks = 4, kLongWeeks = 12, kMostRows = 800, kOwnFeatures = 8,
                      kMostColumns = 30;
constexpr std::uint32_t kBins = 32;  // of a feature; there are at most 800 rows
constexpr double kLevelResponse = 0.05;

// Values and running sums of the past, and the days ahead.
class Lags {
 public:
  Lags(const CandidateInput& input)
      : adjusted_(*input.adjusted), known_(*input.known), y_(adjusted_.fitted_values()) {
    sums_.resize(y_.size() + 1, 0);
    for (std::size_t t = 0; t < y_.size(); ++t) sums_[t + 1] = sums_[t] + y_[t];
    columns_ = std::min(known_.columns.size(), kMostColumns);
  }

  std::size_t features() const { return kOwnFeatures + columns_; }
  std::size_t size() const { return y_.size(); }
  std::size_t week() const { return adjusted_.period; }
  double mean_before(std::size_t origin, std::size_t count) const {
    count = std::min(count, origin);
    return (sums_[origin] - sums_[origin - count]) / static_cast<double>(count);
  }
  // Days before an origin whose mean is its level: four weeks, two of short histories.
  std::size_t level_days() const { return (size() < kLongWeeks * week() ? 2 : 4) * week(); }
  double level(std::size_t origin) const { return mean_before(origin, level_days()); }

  // Mean of the last `count` values of t's weekday before origin.
  double same_phase(std::size_t origin, std::size_t t, std::size_t count) const {
    double sum = 0, n = 0;
    std::size_t at = t % week() + week() * (origin / week());
    while (at >= origin && at >= week()) at -= week();
    for (; n < static_cast<double>(count) && at < origin; at -= week()) {
      sum += y_[at];
      ++n;
      if (at < week()) break;
    }
    return n > 0 ? sum / n : level(origin);
  }

  // Appends the features of target t seen from `origin`.
  void append(std::size_t origin, std::size_t t, std::vector<std::vector<double>>& columns) const {
    const std::size_t index = adjusted_.skipped() + t;
    const std::uint32_t day = adjusted_.days[index];
    const double base = level(origin);
    const Date date{first_day() + static_cast<std::int32_t>(day)};
    std::size_t c = 0;
    columns[c++].push_back(adjusted_.phase[index]);
    columns[c++].push_back(year_month_day(date).day);
    columns[c++].push_back(mean_before(origin, week()) / base);
    columns[c++].push_back(mean_before(origin, 8 * week()) / base);
    columns[c++].push_back(same_phase(origin, t, 1) / base);
    columns[c++].push_back(same_phase(origin, t, 4) / base);
    columns[c++].push_back(same_phase(origin, t, 8) / base);
    columns[c++].push_back(!known_.holiday.empty() && known_.holiday[day] != 0 ? 1 : 0);
    for (std::size_t own = 0; own < columns_; ++own) {
      columns[c++].push_back(known_.columns[own].values[day]);
    }
  }
  double value(std::size_t t) const { return y_[t]; }

 private:
  std::int32_t first_day() const { return adjusted_.first_day.days; }

  const Adjusted& adjusted_;
  const KnownDays& known_;
  std::span<const double> y_;
  std::vector<double> sums_;
  std::size_t columns_;
};

struct Rows {
  std::vector<std::vector<double>> columns;
  std::vector<double> target;
};

Rows training_rows(const Lags& lags, std::size_t horizon, std::uint64_t seed) {
  Rows rows{std::vector<std::vector<double>>(lags.features()), {}};
  const std::size_t first_origin = lags.level_days();
  const std::size_t farthest = std::max<std::size_t>(1, std::min(horizon, lags.size() / 3));
  const std::size_t first = lags.size() - std::min(lags.size() - first_origin - 1, kMostRows / 2);
  for (std::size_t t = first; t < lags.size(); ++t) {
    Rng rng(seed, t);
    for (int draw = 0; draw < 2; ++draw) {
      const std::size_t distance =
          1 + static_cast<std::size_t>(rng.below(std::min(farthest, t - first_origin)));
      const std::size_t origin = t - distance + 1;
      if (!(lags.level(origin) > 0)) continue;
      lags.append(origin, t, rows.columns);
      rows.target.push_back(lags.value(t) / lags.level(origin));
    }
  }
  const double sum = std::accumulate(rows.target.begin(), rows.target.end(), 0.0);
  const double mean = sum / static_cast<double>(rows.target.size());
  if (mean > 0) {
    for (double& target : rows.target) target /= mean;
  }
  return rows;
}

std::vector<trees::Column> views(const std::vector<std::vector<double>>& columns) {
  std::vector<trees::Column> list;
  for (const auto& column : columns) list.emplace_back(trees::NumericColumn{column});
  return list;
}

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

trees::TreeEnsemble fit(const trees::BinnedMatrix& matrix, std::span<const double> target,
                        bool forest, std::uint64_t seed) {
  const std::vector<std::uint32_t> rows = all_rows(target.size());
  trees::TrainingSet set;
  set.matrix = &matrix;
  set.objective = trees::Objective::squared_error;
  set.target = target;
  set.rows = rows;
  if (forest) {
    trees::ForestSettings settings;
    settings.trees = 24;
    settings.max_depth = 8;
    settings.min_leaf_weight = 6;
    settings.features_per_node = static_cast<std::uint32_t>(matrix.features() / 2);
    settings.seed = seed;
    return trees::fit_forest(set, settings);
  }
  trees::BoostingSettings settings;
  settings.trees = 40;
  settings.max_depth = 3;
  settings.eta = 0.12;
  settings.seed = seed;
  return trees::fit_boosting(set, settings).model;
}

}  // namespace

Forecast lag_trees(const CandidateInput& input, bool forest) {
  const Lags lags(input);
  const std::size_t horizon = input.adjusted->open_ahead(), n = lags.size();
  Forecast out;
  if (n < kFewestWeeks * lags.week() || !(lags.level(n) > 0)) return out;
  const Rows rows = training_rows(lags, horizon, input.seed);
  if (rows.target.size() < lags.week()) return out;
  const auto binning = trees::Binning::fit(views(rows.columns), {.max_bins = kBins}, 1);
  const auto matrix = binning.apply(views(rows.columns), 1);
  const trees::TreeEnsemble model = fit(matrix, rows.target, forest, input.seed);

  // One step ahead within the sample, then the days ahead.
  std::vector<std::vector<double>> asked(lags.features());
  const std::size_t start = lags.level_days();
  for (std::size_t t = start; t < n; ++t) lags.append(t, t, asked);
  for (std::size_t h = 0; h < horizon; ++h) lags.append(n, n + h, asked);
  const auto asked_matrix = binning.apply(views(asked), 1);
  std::vector<double> ratios(n - start + horizon);
  trees::predict(model, asked_matrix, all_rows(ratios.size()), ratios);

  out.fitted.assign(start, lags.level(n));
  double squares = 0;
  for (std::size_t t = start; t < n; ++t) {
    out.fitted.push_back(std::max(0.0, ratios[t - start] * lags.level(t)));
    squares += (lags.value(t) - out.fitted[t]) * (lags.value(t) - out.fitted[t]);
  }
  const double sigma = std::sqrt(squares / static_cast<double>(n - start));
  for (std::size_t h = 0; h < horizon; ++h) {
    out.mean.push_back(std::max(0.0, ratios[n - start + h] * lags.level(n)));
    out.response.push_back(h == 0 ? 1 : kLevelResponse);
    const double steps = static_cast<double>(h) * kLevelResponse * kLevelResponse;
    out.sigma.push_back(sigma * std::sqrt(1 + steps));
  }
  return out;
}

}  // namespace clientele::forecast_pipeline
