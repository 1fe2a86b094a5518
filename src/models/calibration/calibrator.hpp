// Scores to probabilities, learnt from out-of-fold scores.
//
// Platt: p = 1 / (1 + exp(-(a x + b))), a >= 0, by Newton's method on targets (N+ + 1) / (N+ + 2)
// and 1 / (N- + 2) instead of 1 and 0, so that separable scores stay finite. Isotonic: the
// non-decreasing step function with least squared error (pool adjacent violators), its steps joined
// by straight lines through the means of their scores, so that ranks within a step survive; beyond
// the outer steps it is flat. `learn` takes Platt below 1 000 rows; above, whichever has the lower
// log loss in a cross-validation over the given folds. Degenerate: one class, or equal scores,
// gives the smoothed share. Sources: Platt (1999); Lin, Lin, Weng (2007); Zadrozny, Elkan (2002).
// Complexity: O(n log n).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clientele::calibration {

enum class Method : std::uint8_t { platt, isotonic };

struct Calibrator {
  Method method = Method::platt;
  double slope = 1;                   // Platt: a
  double intercept = 0;               // Platt: b
  std::vector<double> scores;         // isotonic: knots, ascending
  std::vector<double> probabilities;  // isotonic: at the knots, not descending

  // In (0, 1). Not descending in the score.
  double operator()(double score) const;
  bool operator==(const Calibrator&) const = default;
};

// Requires: equal lengths, not empty, finite scores (log odds).
Calibrator platt(std::span<const double> scores, std::span<const double> labels);
Calibrator isotonic(std::span<const double> scores, std::span<const double> labels);
Calibrator learn(std::span<const double> scores, std::span<const double> labels,
                 std::span<const std::uint8_t> fold_of);

}  // namespace clientele::calibration
