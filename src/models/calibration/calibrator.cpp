#include "models/calibration/calibrator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::calibration {
namespace {

constexpr std::size_t kFewestIsotonic = 1000;
constexpr double kLeastProbability = 1e-6;  // of an isotonic step: no finite sample shows 0 or 1
constexpr int kMostSteps = 100;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

struct Targets {
  double positive;
  double negative;
  double share;  // of positives, smoothed
};

Targets targets_of(std::span<const double> labels) {
  double positives = 0;
  for (const double label : labels) positives += label;
  const double negatives = static_cast<double>(labels.size()) - positives;
  return {(positives + 1) / (positives + 2), 1 / (negatives + 2),
          (positives + 1) / (positives + negatives + 2)};
}

double loss_of(const Calibrator& calibrator, std::span<const double> scores,
               std::span<const double> labels, const Targets& targets) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double x = calibrator.slope * scores[i] + calibrator.intercept;
    sum += softplus(x) - (labels[i] > 0.5 ? targets.positive : targets.negative) * x;
  }
  return sum;
}

Calibrator constant(double share) {
  return {.method = Method::platt,
          .slope = 0,
          .intercept = std::log(share / (1 - share)),
          .scores = {},
          .probabilities = {}};
}

}  // namespace

double Calibrator::operator()(double score) const {
  if (method == Method::platt) return sigmoid(slope * score + intercept);
  const auto above = std::upper_bound(scores.begin(), scores.end(), score);
  if (above == scores.begin()) return probabilities.front();
  if (above == scores.end()) return probabilities.back();
  const auto i = static_cast<std::size_t>(above - scores.begin());
  const double share = (score - scores[i - 1]) / (scores[i] - scores[i - 1]);
  return probabilities[i - 1] + share * (probabilities[i] - probabilities[i - 1]);
}

Calibrator platt(std::span<const double> scores, std::span<const double> labels) {
  const Targets targets = targets_of(labels);
  Calibrator fit = constant(targets.share);
  double loss = loss_of(fit, scores, labels, targets);
  for (int step = 0; step < kMostSteps; ++step) {
    double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = sigmoid(fit.slope * scores[i] + fit.intercept);
      const double g = p - (labels[i] > 0.5 ? targets.positive : targets.negative);
      const double w = p * (1 - p);
      ga += g * scores[i];
      gb += g;
      haa += w * scores[i] * scores[i];
      hab += w * scores[i];
      hbb += w;
    }
    const double determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const double da = -(hbb * ga - hab * gb) / determinant;
    const double db = -(haa * gb - hab * ga) / determinant;
    bool moved = false;
    for (double size = 1; size > 1e-6 && !moved; size /= 2) {
      Calibrator next = fit;
      next.slope += size * da;
      next.intercept += size * db;
      const double reached = loss_of(next, scores, labels, targets);
      if (!(reached < loss)) continue;
      moved = loss - reached > 1e-10 * (1 + loss);
      fit = next;
      loss = reached;
      break;
    }
    if (!moved) break;
  }
  // A score that ranks the wrong way is worth nothing; it is not turned round.
  if (!(fit.slope > 0)) return constant(targets.share);
  return fit;
}

Calibrator isotonic(std::span<const double> scores, std::span<const double> labels) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] < scores[b] : a < b;
  });
  struct Step {
    double rows = 0;
    double score_sum = 0;
    double label_sum = 0;
  };
  std::vector<Step> steps;
  for (std::size_t i = 0; i < order.size();) {
    const double score = scores[order[i]];
    Step step;
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      step.rows += 1;
      step.score_sum += score;
      step.label_sum += labels[order[i]];
    }
    while (!steps.empty() &&
           steps.back().label_sum * step.rows >= step.label_sum * steps.back().rows) {
      step.rows += steps.back().rows;
      step.score_sum += steps.back().score_sum;
      step.label_sum += steps.back().label_sum;
      steps.pop_back();
    }
    steps.push_back(step);
  }
  Calibrator fit{.method = Method::isotonic, .scores = {}, .probabilities = {}};
  for (const Step& step : steps) {
    fit.scores.push_back(step.score_sum / step.rows);
    fit.probabilities.push_back(
        std::clamp(step.label_sum / step.rows, kLeastProbability, 1 - kLeastProbability));
  }
  return fit;
}

Calibrator learn(std::span<const double> scores, std::span<const double> labels,
                 std::span<const std::uint8_t> fold_of) {
  Calibrator all = platt(scores, labels);
  if (scores.size() < kFewestIsotonic || all.slope == 0) return all;
  const std::uint32_t folds = 1U + *std::max_element(fold_of.begin(), fold_of.end());
  double platt_loss = 0, isotonic_loss = 0;
  for (std::uint32_t fold = 0; fold < folds; ++fold) {
    std::vector<double> other_scores, other_labels;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (fold_of[i] == fold) continue;
      other_scores.push_back(scores[i]);
      other_labels.push_back(labels[i]);
    }
    if (other_scores.empty()) return all;
    const Calibrator line = platt(other_scores, other_labels);
    const Calibrator steps = isotonic(other_scores, other_labels);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (fold_of[i] != fold) continue;
      const auto loss = [&](double p) { return -std::log(labels[i] > 0.5 ? p : 1 - p); };
      platt_loss += loss(std::clamp(line(scores[i]), kLeastProbability, 1 - kLeastProbability));
      isotonic_loss += loss(steps(scores[i]));
    }
  }
  return isotonic_loss < platt_loss ? isotonic(scores, labels) : all;
}

}  // namespace clientele::calibration
