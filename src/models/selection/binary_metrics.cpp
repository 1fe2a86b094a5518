#include "models/selection/binary_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace clientele::selection {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<std::uint32_t> by_descending_score(std::span<const double> scores) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  return order;
}

double f1_of(double hits, double predicted, double positives) {
  return predicted + positives > 0 ? 2 * hits / (predicted + positives) : 0;
}

// Walks down the distinct scores: sums above, and with, each of them.
template <typename Visit>
void walk_scores(std::span<const double> scores, std::span<const double> labels, Visit visit) {
  const std::vector<std::uint32_t> order = by_descending_score(scores);
  double hits = 0, rows = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    const double score = scores[order[begin]];
    double new_hits = 0;
    std::size_t end = begin;
    for (; end < order.size() && scores[order[end]] == score; ++end) new_hits += labels[order[end]];
    const auto new_rows = static_cast<double>(end - begin);
    visit(score, hits, rows, new_hits, new_rows);
    hits += new_hits;
    rows += new_rows;
    begin = end;
  }
}

}  // namespace

double roc_auc(std::span<const double> scores, std::span<const double> labels) {
  double positives = 0;
  for (const double label : labels) positives += label;
  const double negatives = static_cast<double>(labels.size()) - positives;
  if (positives == 0 || negatives == 0) return kNone;
  double pairs = 0;
  walk_scores(scores, labels, [&](double, double hits, double, double new_hits, double new_rows) {
    pairs += (new_rows - new_hits) * (hits + new_hits / 2);
  });
  return pairs / (positives * negatives);
}

double log_loss(std::span<const double> probabilities, std::span<const double> labels) {
  constexpr double kClip = 1e-15;
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = std::clamp(probabilities[i], kClip, 1 - kClip);
    sum -= labels[i] * std::log(p) + (1 - labels[i]) * std::log1p(-p);
  }
  return sum / static_cast<double>(labels.size());
}

BinaryMetrics binary_metrics(std::span<const double> probabilities,
                             std::span<const double> labels) {
  BinaryMetrics metrics;
  const auto n = static_cast<double>(labels.size());
  double positives = 0, hits = 0, predicted = 0, right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool positive = probabilities[i] >= 0.5;
    positives += labels[i];
    hits += positive ? labels[i] : 0;
    predicted += positive ? 1 : 0;
    right += positive == (labels[i] > 0.5) ? 1 : 0;
    const double error = probabilities[i] - labels[i];
    metrics.brier += error * error / n;
  }
  metrics.roc_auc = roc_auc(probabilities, labels);
  metrics.log_loss = log_loss(probabilities, labels);
  metrics.accuracy = right / n;
  metrics.f1 = f1_of(hits, predicted, positives);
  metrics.best_threshold = 0.5;
  walk_scores(probabilities, labels,
              [&](double score, double above, double rows, double new_hits, double new_rows) {
                const double found = above + new_hits;
                metrics.pr_auc += new_hits / std::max(positives, 1.0) * found / (rows + new_rows);
                const double f1 = f1_of(found, rows + new_rows, positives);
                if (f1 <= metrics.best_f1) return;
                metrics.best_f1 = f1;
                metrics.best_threshold = score;
              });
  if (positives == 0) metrics.pr_auc = kNone;
  return metrics;
}

std::vector<CalibrationBin> calibration_bins(std::span<const double> probabilities,
                                             std::span<const double> labels, std::uint32_t bins) {
  std::vector<CalibrationBin> all(bins);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double place = std::floor(probabilities[i] * bins);
    CalibrationBin& bin = all[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0))];
    ++bin.rows;
    bin.mean_probability += probabilities[i];
    bin.observed_rate += labels[i];
  }
  std::vector<CalibrationBin> filled;
  for (std::uint32_t b = 0; b < bins; ++b) {
    CalibrationBin bin = all[b];
    if (bin.rows == 0) continue;
    bin.low = static_cast<double>(b) / bins;
    bin.high = static_cast<double>(b + 1) / bins;
    bin.mean_probability /= static_cast<double>(bin.rows);
    bin.observed_rate /= static_cast<double>(bin.rows);
    filled.push_back(bin);
  }
  return filled;
}

}  // namespace clientele::selection
