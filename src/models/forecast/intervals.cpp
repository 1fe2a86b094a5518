#include "models/forecast/intervals.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

namespace clientele::forecast {
namespace {

constexpr double kPriorOfSteps = 60, kPriorOfTotals = 3, kFreedomOfTotals = 6;

// Student's quantile from the normal one, to the second order in 1 / freedom (Cornish, Fisher).
double student_quantile(double z, double freedom) {
  const double z3 = z * z * z, z5 = z3 * z * z;
  return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom);
}

// Standard deviation of the unscaled moving average at each step.
std::vector<double> norms(std::span<const double> response) {
  std::vector<double> out;
  double sum = 0;
  for (const double weight : response) {
    sum += weight * weight;
    out.push_back(std::sqrt(sum));
  }
  return out;
}

}  // namespace

double normal_quantile(double probability) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * probability);
}

Calibration::Calibration(std::vector<double> scores, double prior_scores, double freedom)
    : scores_(std::move(scores)), prior_scores_(prior_scores), freedom_(freedom) {
  std::erase_if(scores_, [](double score) { return !std::isfinite(score); });
  std::sort(scores_.begin(), scores_.end());
}

double Calibration::half_width(double level) const {
  const double normal = normal_quantile(0.5 + level / 2);
  if (scores_.empty()) return normal;
  const double n = static_cast<double>(scores_.size());
  const double rank = std::ceil((n + 1) * level);
  double conformal = scores_.back();
  if (rank <= n) {
    conformal = scores_[static_cast<std::size_t>(rank) - 1];
  } else {  // beyond the largest score: on along the normal tail
    conformal *= normal / normal_quantile(0.5 + n / (n + 1) / 2);
  }
  return (prior_scores_ * student_quantile(normal, freedom_) + n * conformal) / (prior_scores_ + n);
}

Interval Calibration::interval(double mean, double sigma, double level) const {
  const double reach = half_width(level) * sigma;
  return {mean - reach, mean + reach};
}

Calibrations calibrate(std::span<const double> y, std::span<const FoldForecast> folds) {
  std::vector<double> steps, whole;
  for (const FoldForecast& fold : folds) {
    const Forecast& forecast = fold.forecast;
    double error = 0;
    for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
      const double miss = y[fold.origin + h] - forecast.mean[h];
      error += miss;
      steps.push_back(std::abs(miss) / forecast.sigma[h]);
    }
    const std::vector<std::size_t> together(forecast.mean.size(), 0);
    whole.push_back(std::abs(error) / totals(forecast, together, 1).sigma[0]);
  }
  return {Calibration(std::move(steps), kPriorOfSteps),
          Calibration(std::move(whole), kPriorOfTotals, kFreedomOfTotals)};
}

Totals totals(const Forecast& forecast, std::span<const std::size_t> group, std::size_t groups) {
  const std::size_t horizon = forecast.mean.size();
  const std::vector<double> norm = norms(forecast.response);
  Totals out{std::vector<double>(groups, 0), std::vector<double>(groups, 0)};
  std::vector<double> weights(horizon);
  for (std::size_t g = 0; g < groups; ++g) {
    std::fill(weights.begin(), weights.end(), 0);
    for (std::size_t h = 0; h < horizon; ++h) {
      if (group[h] != g) continue;
      out.mean[g] += forecast.mean[h];
      const double scale = norm[h] > 0 ? forecast.sigma[h] / norm[h] : 0;
      for (std::size_t i = 0; i <= h; ++i) weights[i] += scale * forecast.response[h - i];
    }
    double variance = 0;
    for (const double weight : weights) variance += weight * weight;
    out.sigma[g] = std::sqrt(variance);
  }
  return out;
}

}  // namespace clientele::forecast
