#include "models/forecast_pipeline/day_scores.hpp"

#include <algorithm>
#include <cmath>

#include "models/forecast/intervals.hpp"
#include "numeric/quantile.hpp"

namespace clientele::forecast_pipeline {
namespace {

constexpr double kNormalWeight = 10, kInsideWeight = 30;

std::vector<double> ascending(std::vector<double> scores) {
  std::erase_if(scores, [](double score) { return !std::isfinite(score); });
  std::sort(scores.begin(), scores.end());
  return scores;
}

}  // namespace

DayScores::DayScores(std::vector<double> out_of_sample, std::vector<double> within_sample)
    : outside_(ascending(std::move(out_of_sample))), inside_(ascending(std::move(within_sample))) {}

double DayScores::quantile(double probability) const {
  double sum = kNormalWeight * forecast::normal_quantile(probability), weight = kNormalWeight;
  if (!inside_.empty()) {
    const double w = std::min(kInsideWeight, static_cast<double>(inside_.size()));
    sum += w * clientele::quantile(inside_, probability);
    weight += w;
  }
  if (!outside_.empty()) {
    const double w = static_cast<double>(outside_.size());
    // One more score than there are, so that few of them reach further: (n + 1) p.
    const double n = w;
    const double reach = std::clamp(0.5 + (probability - 0.5) * (n + 1) / n, 0.0, 1.0);
    sum += w * clientele::quantile(outside_, reach);
    weight += w;
  }
  return sum / weight;
}

}  // namespace clientele::forecast_pipeline
