// How well probabilities tell two classes apart.
//
// ROC-AUC = P(score of a positive > score of a negative) + half the ties (Mann-Whitney). PR-AUC =
// average precision, sum over distinct scores of precision times gained recall (Davis, Goadrich
// 2006: no linear interpolation). F1 = 2 TP / (2 TP + FP + FN). Log loss with probabilities clipped
// at 1e-15. Brier = mean squared error. Degenerate: with one class AUCs are NaN; F1 without any
// positive, real or predicted, is 0. Complexity: O(n log n).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clientele::selection {

struct BinaryMetrics {
  double roc_auc = 0;
  double pr_auc = 0;
  double f1 = 0;              // at probability 0.5
  double best_f1 = 0;         // at best_threshold
  double best_threshold = 0;  // of the probability, positive from here on
  double accuracy = 0;        // at probability 0.5
  double log_loss = 0;
  double brier = 0;
};

// Requires: equal lengths, not empty; labels 0 or 1.
BinaryMetrics binary_metrics(std::span<const double> probabilities, std::span<const double> labels);
double roc_auc(std::span<const double> scores, std::span<const double> labels);
double log_loss(std::span<const double> probabilities, std::span<const double> labels);

// One bin of a reliability table.
struct CalibrationBin {
  double low = 0;
  double high = 0;
  std::uint64_t rows = 0;
  double mean_probability = 0;
  double observed_rate = 0;
};

// Bins of equal width over [0, 1]; empty ones are left out.
std::vector<CalibrationBin> calibration_bins(std::span<const double> probabilities,
                                             std::span<const double> labels, std::uint32_t bins);

}  // namespace clientele::selection
