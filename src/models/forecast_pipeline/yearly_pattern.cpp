#include "models/forecast_pipeline/yearly_pattern.hpp"

#include <algorithm>
#include <cmath>
#include <Eigen/Dense>
#include <numbers>

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kPairs = 6, kMostWeeks = 520;
constexpr double kDaysOfYear = 365.2425, kPenalty = 0.15, kLeastFactor = 0.05;
constexpr int kTurns = 4;

using Harmonics = Eigen::Matrix<double, 2 * kPairs, 1>;

Harmonics harmonics(double day) {
  Harmonics row;
  for (std::size_t k = 1; k <= kPairs; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) * day / kDaysOfYear;
    row(static_cast<Eigen::Index>(2 * k - 2)) = std::cos(angle);
    row(static_cast<Eigen::Index>(2 * k - 1)) = std::sin(angle);
  }
  return row;
}

struct Line {
  double level = 0, slope = 0;
  double at(double x) const { return level + slope * x; }
};

// Least squares of y against x with weights.
Line fit_line(std::span<const double> y, std::span<const double> weight) {
  double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i), w = weight[i];
    sw += w, sx += w * x, sy += w * y[i], sxx += w * x * x, sxy += w * x * y[i];
  }
  const double spread = sxx - sx * sx / sw;
  const double slope = spread > 0 ? (sxy - sx * sy / sw) / spread : 0;
  return {(sy - slope * sx) / sw, slope};
}

}  // namespace

std::vector<double> yearly_factors(Date first, std::span<const double> y, std::size_t days) {
  if (y.size() < kFewestDaysForYear) return {};
  const std::size_t weeks = std::min(y.size() / 7, kMostWeeks);
  const std::size_t start = y.size() - 7 * weeks;
  std::vector<double> means(weeks, 0);
  double overall = 0;
  for (std::size_t t = start; t < y.size(); ++t) {
    means[(t - start) / 7] += y[t] / 7;
    overall += y[t] / static_cast<double>(7 * weeks);
  }
  if (!(overall > 0)) return {};
  std::vector<Harmonics> rows(weeks);
  for (std::size_t w = 0; w < weeks; ++w) {
    rows[w] = harmonics(static_cast<double>(first.days) + static_cast<double>(start + 7 * w) + 3);
  }
  Harmonics pattern = Harmonics::Zero();
  std::vector<double> level(weeks), weight(weeks);
  for (int turn = 0; turn < kTurns; ++turn) {
    for (std::size_t w = 0; w < weeks; ++w) {
      const double factor = std::max(kLeastFactor, 1 + pattern.dot(rows[w]));
      level[w] = means[w] / factor;
      weight[w] = factor * factor;
    }
    const Line line = fit_line(level, weight);
    Eigen::Matrix<double, 2 * kPairs, 2 * kPairs> gram;
    gram.setZero();
    Harmonics moment = Harmonics::Zero();
    for (std::size_t w = 0; w < weeks; ++w) {
      const double trend = std::max(0.2 * overall, line.at(static_cast<double>(w))) / overall;
      gram += trend * trend * rows[w] * rows[w].transpose();
      moment += trend * rows[w] * (means[w] / overall - trend);
    }
    for (std::size_t k = 0; k < 2 * kPairs; ++k) {
      const double order = static_cast<double>(k / 2 + 1);
      gram(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k)) += kPenalty * order * order;
    }
    pattern = gram.ldlt().solve(moment);
  }
  std::vector<double> factors(days);
  for (std::size_t t = 0; t < days; ++t) {
    const double day = static_cast<double>(first.days) + static_cast<double>(t);
    factors[t] = std::max(kLeastFactor, 1 + pattern.dot(harmonics(day)));
  }
  return factors;
}

}  // namespace clientele::forecast_pipeline
