// RFM scoring: recency, frequency and monetary value cut at the cohort's own quantiles.
//   thresholds  t_i = quantile(values, i / bins), i = 1 .. bins-1, linear interpolation
//   score       1 + number of thresholds reached (recency: days <= t; others: value >= t)
//   total       sum of the three scores, 3 .. 3 bins
//   tier        Champion: total >= 3 bins - 2; else by g, the share of customers with a higher
//               total: Loyal g < 0.30, Potential g < 0.55, Promising g < 0.80, At-Risk otherwise.
//               Ties have the same g, that of the best-placed among them.
// Equal values always score equally, whatever the order of the rows.
// Source: Hughes (1994), "Strategic Database Marketing", with quantile scores in place of ranks.
// Complexity: O(n log n).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clientele::rfm {

struct Behaviour {
  double recency_days = 0;
  double frequency = 0;
  double monetary = 0;
};

enum class Tier { champion, loyal, potential, promising, at_risk };

struct Scores {
  std::int32_t recency = 1;
  std::int32_t frequency = 1;
  std::int32_t monetary = 1;
  std::int32_t total = 3;
  Tier tier = Tier::at_risk;
};

// Cut points of each metric, bins - 1 of them: recency descending, the others ascending.
struct Thresholds {
  std::vector<double> recency;
  std::vector<double> frequency;
  std::vector<double> monetary;
};

struct Scoring {
  Thresholds thresholds;
  std::vector<Scores> customers;  // in the order of the input
};

// Requires: customers is not empty, 2 <= bins <= 10, values are finite.
Scoring score(std::span<const Behaviour> customers, std::int32_t bins);

}  // namespace clientele::rfm
