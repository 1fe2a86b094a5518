#include "models/forecast_pipeline/pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/forecast_pipeline/day_scores.hpp"
#include "models/forecast_pipeline/paths.hpp"
#include "numeric/quantile.hpp"

namespace clientele::forecast_pipeline {
namespace {

using forecast::Forecast;

constexpr std::size_t kDaysOfTotal = 30;
constexpr double kPriorTotals = 4, kFreedomOfTotals = 2;
constexpr double kWorstMiss = 25;  // beyond it the standard deviation was wrong, not the value

// The forecast in original units, day by open day.
Forecast in_units(const Forecast& forecast, std::span<const double> scale) {
  Forecast out = forecast;
  for (std::size_t h = 0; h < scale.size(); ++h) {
    out.mean[h] = std::max(0.0, out.mean[h] * scale[h]);
    out.sigma[h] *= scale[h];
  }
  return out;
}

struct Misses {
  std::vector<double> days;    // signed, in standard deviations, at most kWorstMiss
  std::vector<double> totals;  // absolute, likewise
};

Misses misses_of_folds(const Question& question, const Evaluation& evaluation) {
  Misses misses;
  for (const Fold& fold : evaluation.folds) {
    const Forecast& made = fold.forecasts[evaluation.best];
    if (made.mean.empty()) continue;
    const Adjusted& adjusted = fold.adjusted;
    const Forecast real = in_units(made, restoring_scale(adjusted, made.mean));
    const std::size_t blocks = std::max<std::size_t>(1, adjusted.horizon / kDaysOfTotal);
    std::vector<std::size_t> group(real.mean.size());
    std::vector<double> missed(blocks, 0);
    for (std::size_t h = 0; h < real.mean.size(); ++h) {
      const std::uint32_t day = adjusted.days[adjusted.past + h];
      const double miss = question.series.values[day] - real.mean[h];
      if (real.sigma[h] > 0) {
        misses.days.push_back(std::clamp(miss / real.sigma[h], -kWorstMiss, kWorstMiss));
      }
      group[h] = std::min(blocks - 1, (day - adjusted.origin) / kDaysOfTotal);
      missed[group[h]] += miss;
    }
    const forecast::Totals spread = forecast::totals(real, group, blocks);
    for (std::size_t b = 0; b < blocks; ++b) {
      if (!(spread.sigma[b] > 0)) continue;
      misses.totals.push_back(std::min(kWorstMiss, std::abs(missed[b]) / spread.sigma[b]));
    }
  }
  return misses;
}

// Errors of one step within the sample, without the start.
std::vector<double> residuals_of(const Adjusted& adjusted, const Forecast& forecast) {
  const auto y = adjusted.fitted_values();
  std::vector<double> residuals;
  for (std::size_t t = 2 * adjusted.period; t < std::min(y.size(), forecast.fitted.size()); ++t) {
    residuals.push_back(y[t] - forecast.fitted[t]);
  }
  return residuals;
}

std::vector<Expectation> expected_days(const Adjusted& adjusted, const Forecast& real,
                                       const DayScores& scores) {
  std::vector<Expectation> days(adjusted.horizon);
  const std::array<double, 4> q{scores.quantile(0.1), scores.quantile(0.9), scores.quantile(0.025),
                                scores.quantile(0.975)};
  for (std::size_t h = 0; h < real.mean.size(); ++h) {
    const double mean = real.mean[h], sigma = real.sigma[h];
    Expectation& day = days[adjusted.days[adjusted.past + h] - adjusted.origin];
    day.value = mean;
    day.lower_80 = std::clamp(mean + q[0] * sigma, 0.0, mean);
    day.upper_80 = std::max(mean, mean + q[1] * sigma);
    day.lower_95 = std::clamp(mean + q[2] * sigma, 0.0, day.lower_80);
    day.upper_95 = std::max(day.upper_80, mean + q[3] * sigma);
  }
  return days;
}

// `paths` ascending. Their mean stands for the value, which is a mean as well: where sales are rare
// and large, the middle path has none.
Expectation expected_total(double value, std::span<const double> paths, double factor80,
                           double factor95) {
  const double mean =
      std::accumulate(paths.begin(), paths.end(), 0.0) / static_cast<double>(paths.size());
  const auto bound = [&](double probability, double factor) {
    return std::max(0.0, value + factor * (quantile(paths, probability) - mean));
  };
  Expectation total;
  total.value = value;
  total.lower_80 = std::min(value, bound(0.1, factor80));
  total.upper_80 = std::max(value, bound(0.9, factor80));
  total.lower_95 = std::min(total.lower_80, bound(0.025, factor95));
  total.upper_95 = std::max(total.upper_80, bound(0.975, factor95));
  return total;
}

// The month of each open day ahead, days before the first month and unwanted days left out.
Grouping months_of(const Question& question, const Adjusted& adjusted,
                   std::span<const Month> months, bool business_only) {
  Grouping out{std::vector<std::size_t>(adjusted.open_ahead(), forecast::kNoGroup), months.size()};
  std::size_t month = 0;
  for (std::size_t h = 0; h < adjusted.open_ahead(); ++h) {
    const std::uint32_t day = adjusted.days[adjusted.past + h];
    const Date date = question.series.day(day);
    while (month < months.size() && date > months[month].last_day()) ++month;
    if (month == months.size() || date < months[month].first_day()) continue;
    if (business_only && question.business[day] == 0) continue;
    out.group[h] = month;
  }
  return out;
}

void fill_months(const Question& question, std::span<const Month> months, const Forecast& forecast,
                 const Misses& misses, Outlook& outlook) {
  const Adjusted& adjusted = outlook.adjusted;
  const std::vector<double> scale = restoring_scale(adjusted, forecast.mean);
  const std::vector<Grouping> views{months_of(question, adjusted, months, false),
                                    months_of(question, adjusted, months, true)};
  const auto paths =
      simulated_totals(forecast, scale, residuals_of(adjusted, forecast), views, question.seed);
  const forecast::Calibration calibration(misses.totals, kPriorTotals, kFreedomOfTotals);
  const auto factor = [&](double level) {
    return calibration.half_width(level) / forecast::normal_quantile(0.5 + level / 2);
  };
  const double factor80 = factor(0.8), factor95 = factor(0.95);
  for (std::size_t v = 0; v < views.size(); ++v) {
    std::vector<double> sums(months.size(), 0);
    for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
      const std::size_t month = views[v].group[h];
      if (month == forecast::kNoGroup) continue;
      sums[month] += outlook.days[adjusted.days[adjusted.past + h] - adjusted.origin].value;
    }
    auto& list = v == 0 ? outlook.calendar : outlook.business;
    for (std::size_t m = 0; m < months.size(); ++m) {
      list.push_back({months[m], expected_total(sums[m], paths[v][m], factor80, factor95)});
    }
  }
}

void fill_fitted(const Question& question, const Forecast& forecast, Outlook& outlook) {
  const Adjusted& adjusted = outlook.adjusted;
  outlook.fitted.assign(question.series.size(), 0);
  const std::size_t skipped = adjusted.skipped();
  const auto& usual = adjusted.usual;
  for (std::size_t t = 0; t < adjusted.past; ++t) {
    double& slot = outlook.fitted[adjusted.days[t]];
    slot = std::numeric_limits<double>::quiet_NaN();
    if (t < skipped || t - skipped >= forecast.fitted.size()) continue;
    // What adjustment took off this day is put back.
    const double taken =
        adjusted.year.empty() ? adjusted.values[t] : adjusted.values[t] * adjusted.year[t];
    const double year = adjusted.year.empty() ? 1 : adjusted.year[t];
    slot = std::max(0.0, forecast.fitted[t - skipped] * year + usual[t] - taken);
  }
}

}  // namespace

std::size_t days_ahead(Date last, std::span<const Month> months) {
  return static_cast<std::size_t>(months.back().last_day() - last);
}

Outlook look_ahead(const Question& question, std::span<const Month> months) {
  Outlook outlook;
  outlook.evaluation = evaluate(question);
  Evaluation& evaluation = outlook.evaluation;
  outlook.adjusted = adjust(question.series, question.known, question.series.size(),
                            question.horizon, {evaluation.use_year, question.pool});
  outlook.adjusted.power = evaluation.power;
  const Adjusted& adjusted = outlook.adjusted;
  Forecast forecast =
      final_forecasts(question, adjusted, evaluation, evaluation.best)[evaluation.best];
  if (forecast.mean.empty()) {  // what carried the folds failed on the whole history
    forecast = aggregate(adjusted.fitted_values(), adjusted.period, adjusted.open_ahead());
    for (std::size_t c = 0; c < evaluation.scores.size(); ++c) {
      if (evaluation.scores[c].model == Model::aggregation) evaluation.best = c;
    }
  }
  const Forecast real = in_units(forecast, restoring_scale(adjusted, forecast.mean));
  Misses misses = misses_of_folds(question, evaluation);
  std::vector<double> within = residuals_of(adjusted, forecast);
  for (double& residual : within) residual /= forecast.sigma.front();
  outlook.days = expected_days(adjusted, real, DayScores(misses.days, std::move(within)));
  fill_months(question, months, forecast, misses, outlook);
  fill_fitted(question, forecast, outlook);
  double sum = 0, days = 0;
  for (const MonthTotal& month : outlook.calendar) {
    sum += month.total.value;
    days += month.month.last_day() - month.month.first_day() + 1;
  }
  outlook.average_ahead = sum / days;
  return outlook;
}

}  // namespace clientele::forecast_pipeline
