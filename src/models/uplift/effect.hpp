// The average effect of a treatment, and whether scores tell who it works for.
//
// AIPW score of a row: m1 - m0 + t (y - m1) / e - (1 - t) (y - m0) / (1 - e), with out-of-fold m
// and e; its mean is the average effect, its deviation over sqrt(n) the standard error (Robins,
// Rotnitzky 1995; Chernozhukov et al. 2018). Placebo: sum of centred score x AIPW score, over its
// deviation, against the same with the rows' AIPW scores dealt out at random; the largest of all
// learners' is compared, so that choosing the best of several is paid for. Source: Yadlowsky et al.
// (2021), rank-weighted average effects. Dealing out takes scores as given, but across folds they
// are not: row i scores row j and j scores i by the same product. Where effects do not differ, the
// sum over pairs i < j of 2 k_ij e_i e_j has twice the variance of that over rows of s_i e_i, with
// s_i = sum_j k_ij e_j, so what is observed is divided by kCrossFitDeviation first. Exact for
// linear and kernel learners, cautious for trees; the AUC of the balance is treated alike.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/uplift/cross_fit.hpp"

namespace clientele::uplift {

inline constexpr double kCrossFitDeviation = 1.4142135623730951;

struct Balance {
  double auc = 0.5;      // of predicting who was treated, out of fold; the better of both models
  double deviation = 0;  // of an AUC by chance
  bool balanced = true;  // less than 2.58 deviations above 1/2
  double overlap = 1;    // share of rows whose odds of treatment are within 1:19 of the average
};
Balance balance_of(const Predictions& propensity, std::span<const std::uint8_t> groups);

// What AIPW scores need, by row: of both models the one, or their mean, that errs least.
struct Nuisances {
  std::vector<double> if_treated;
  std::vector<double> if_control;
  std::vector<double> propensity;  // odds within 1:49 of the average; that average where balanced
  double explained = 0;            // share of the outcome's variance within arms
};
Nuisances nuisances_of(const CrossFit& fit, const Balance& balance,
                       std::span<const std::uint8_t> groups);

std::vector<double> aipw_scores(const Trial& trial, const Nuisances& nuisances);

struct Estimate {
  double value = 0;
  double error = 0;  // standard error

  std::array<double, 2> interval95() const;
};
Estimate mean_of(std::span<const double> values);

// Slope of the AIPW scores on the uplift scores: 1 = the scores' levels are right, 0 = no relation.
Estimate calibration_slope(std::span<const double> scores, std::span<const double> effects);

struct Placebo {
  double p_value = 1;
  std::uint32_t runs = 0;
};
// Of the learner `chosen`.
Placebo placebo_of(const std::array<std::vector<double>, kLearners>& scores,
                   std::span<const double> effects, std::size_t chosen, std::uint32_t runs,
                   std::uint64_t seed, std::size_t threads);

// 95 % interval of the difference of two rates (Newcombe 1998, method 10).
std::array<double, 2> rate_difference_interval(double positive_1, double n_1, double positive_2,
                                               double n_2);

}  // namespace clientele::uplift
