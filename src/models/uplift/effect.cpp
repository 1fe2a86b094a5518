#include "models/uplift/effect.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
#include "models/trees/sampling.hpp"

namespace clientele::uplift {
namespace {

constexpr double kCertain = 2.58;
constexpr double kLeastPropensity = 0.02;  // at equal arms
constexpr double kLeastOverlap = 0.05;
constexpr std::uint64_t kPlaceboStream = std::uint64_t{14} << 32;
constexpr double kZ95 = 1.959963984540054;

struct Wilson {
  double low, high, rate;
};
Wilson wilson(double positive, double n) {
  if (n <= 0) return {0, 1, 0};
  const double rate = positive / n, z2 = kZ95 * kZ95;
  const double centre = rate + z2 / (2 * n);
  const double reach = kZ95 * std::sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
  return {(centre - reach) / (1 + z2 / n), (centre + reach) / (1 + z2 / n), rate};
}

double treated_share(std::span<const std::uint8_t> groups) {
  double treated = 0;
  for (const std::uint8_t group : groups) treated += (group & 2) != 0 ? 1.0 : 0.0;
  return treated / static_cast<double>(groups.size());
}

// What a propensity would be, had both arms been equally large; and back.
double at_equal_arms(double propensity, double share) {
  const double for_treated = propensity * (1 - share), for_control = (1 - propensity) * share;
  return for_treated + for_control > 0 ? for_treated / (for_treated + for_control) : 0.5;
}

double auc_of(std::span<const double> propensity, std::span<const std::uint8_t> groups) {
  std::vector<std::uint32_t> order(propensity.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return propensity[a] != propensity[b] ? propensity[a] < propensity[b] : a < b;
  });
  double ranks = 0, treated = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && propensity[order[end]] == propensity[order[i]]) ++end;
    const double rank = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) {
      if ((groups[order[i]] & 2) == 0) continue;
      ranks += rank;
      ++treated;
    }
  }
  const double control = static_cast<double>(groups.size()) - treated;
  if (treated == 0 || control == 0) return 0.5;
  return (ranks - 0.5 * treated * (treated + 1)) / (treated * control);
}

// Squared error against the bit `label` of the groups, over rows with (group & mask) == arm.
struct Rows {
  std::uint8_t mask, arm, label;
};

std::vector<double> best_blend(const Predictions& predictions, std::span<const std::uint8_t> groups,
                               const Rows& rows) {
  const std::size_t n = groups.size();
  double best_share = 0.5, least = std::numeric_limits<double>::infinity();
  for (const double share : {0.5, 0.0, 1.0}) {
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if ((groups[i] & rows.mask) != rows.arm) continue;
      const double off = ((groups[i] & rows.label) != 0 ? 1.0 : 0.0) -
                         (1 - share) * predictions.logistic[i] - share * predictions.boosted[i];
      squares += off * off;
    }
    if (squares < least) {
      least = squares;
      best_share = share;
    }
  }
  std::vector<double> blend(n);
  for (std::size_t i = 0; i < n; ++i) {
    blend[i] = (1 - best_share) * predictions.logistic[i] + best_share * predictions.boosted[i];
  }
  return blend;
}

constexpr Rows kAssignment{0, 0, 2};
constexpr Rows kTreatedOutcome{2, 2, 1};
constexpr Rows kControlOutcome{2, 0, 1};

double explained_share(const Nuisances& nuisances, std::span<const std::uint8_t> groups) {
  std::array<double, kGroups> counts{};
  double left = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    ++counts[groups[i]];
    const double expected =
        (groups[i] & 2) != 0 ? nuisances.if_treated[i] : nuisances.if_control[i];
    const double off = (groups[i] & 1) - expected;
    left += off * off;
  }
  double all = 0;
  for (const std::size_t arm : {0, 2}) {
    const double rows = counts[arm] + counts[arm + 1];
    if (rows > 0) all += counts[arm] * counts[arm + 1] / rows;
  }
  return all > 0 ? 1 - left / all : 0;
}

}  // namespace

Balance balance_of(const Predictions& propensity, std::span<const std::uint8_t> groups) {
  const auto n = static_cast<double>(groups.size());
  const double share = treated_share(groups);
  Balance balance;
  balance.auc = std::max(auc_of(propensity.logistic, groups), auc_of(propensity.boosted, groups));
  balance.deviation = kCrossFitDeviation * std::sqrt((n + 1) / (12 * n * n * share * (1 - share)));
  balance.balanced = balance.auc - 0.5 < kCertain * balance.deviation;
  double comparable = 0;
  for (const double e : best_blend(propensity, groups, kAssignment)) {
    const double even = at_equal_arms(e, share);
    if (even >= kLeastOverlap && even <= 1 - kLeastOverlap) ++comparable;
  }
  balance.overlap = comparable / n;
  return balance;
}

Nuisances nuisances_of(const CrossFit& fit, const Balance& balance,
                       std::span<const std::uint8_t> groups) {
  const double share = treated_share(groups);
  Nuisances nuisances{best_blend(fit.if_treated, groups, kTreatedOutcome),
                      best_blend(fit.if_control, groups, kControlOutcome),
                      std::vector<double>(groups.size(), share)};
  nuisances.explained = explained_share(nuisances, groups);
  if (balance.balanced) return nuisances;
  nuisances.propensity = best_blend(fit.propensity, groups, kAssignment);
  for (double& e : nuisances.propensity) {
    e = std::clamp(at_equal_arms(e, share), kLeastPropensity, 1 - kLeastPropensity);
    e = at_equal_arms(e, 1 - share);
  }
  return nuisances;
}

std::vector<double> aipw_scores(const Trial& trial, const Nuisances& nuisances) {
  const std::size_t n = trial.groups.size();
  std::vector<double> scores(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double e = nuisances.propensity[i], y = trial.outcome(i);
    const double m1 = nuisances.if_treated[i], m0 = nuisances.if_control[i];
    scores[i] = m1 - m0 + (trial.treated(i) ? (y - m1) / e : -(y - m0) / (1 - e));
  }
  return scores;
}

std::array<double, 2> Estimate::interval95() const {
  return {value - kZ95 * error, value + kZ95 * error};
}

Estimate mean_of(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

Estimate calibration_slope(std::span<const double> scores, std::span<const double> effects) {
  const double score_mean = mean_of(scores).value, effect_mean = mean_of(effects).value;
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    xx += (scores[i] - score_mean) * (scores[i] - score_mean);
    xy += (scores[i] - score_mean) * (effects[i] - effect_mean);
  }
  if (!(xx > 1e-20)) return {};
  const double slope = xy / xx;
  double meat = 0;  // robust to unequal variances
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double x = scores[i] - score_mean;
    const double residual = effects[i] - effect_mean - slope * x;
    meat += x * x * residual * residual;
  }
  return {slope, std::sqrt(meat) / xx};
}

Placebo placebo_of(const std::array<std::vector<double>, kLearners>& scores,
                   std::span<const double> effects, std::size_t chosen, std::uint32_t runs,
                   std::uint64_t seed, std::size_t threads) {
  const std::size_t n = effects.size();
  using Statistics = std::array<double, kLearners>;
  std::vector<Statistics> scaled(n);
  for (std::size_t k = 0; k < kLearners; ++k) {
    const double mean = mean_of(scores[k]).value;
    double squares = 0;
    for (const double score : scores[k]) squares += (score - mean) * (score - mean);
    const double scale = squares > 1e-20 ? 1 / std::sqrt(squares) : 0;
    for (std::size_t i = 0; i < n; ++i) scaled[i][k] = scale * (scores[k][i] - mean);
  }
  // Over its own deviation, as effects vary more where outcomes are likely: dealt out at random
  // they would vary alike everywhere.
  const auto statistics = [&](std::span<const double> dealt) {
    Statistics sums{}, squares{};
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < kLearners; ++k) {
        const double term = scaled[i][k] * dealt[i];
        sums[k] += term;
        squares[k] += term * term;
      }
    }
    for (std::size_t k = 0; k < kLearners; ++k) {
      sums[k] = squares[k] > 0 ? sums[k] / std::sqrt(squares[k]) : 0;
    }
    return sums;
  };
  std::vector<double> centred(effects.begin(), effects.end());
  const double effect = mean_of(effects).value;
  for (double& value : centred) value -= effect;
  const double observed = statistics(centred)[chosen] / kCrossFitDeviation;
  std::vector<std::uint8_t> as_good(runs);
  parallel_for(threads, runs, [&](std::size_t run) {
    std::vector<double> dealt = centred;
    std::vector<std::uint32_t> words(n);
    trees::fill_random_words(seed, kPlaceboStream + run, words);
    for (std::size_t i = 0; i + 1 < n; ++i) {
      std::swap(dealt[i], dealt[i + trees::scaled(words[i], static_cast<std::uint32_t>(n - i))]);
    }
    const Statistics sums = statistics(dealt);
    as_good[run] = *std::max_element(sums.begin(), sums.end()) >= observed ? 1 : 0;
  });
  const auto count = std::accumulate(as_good.begin(), as_good.end(), 0.0);
  return {(1 + count) / (1 + static_cast<double>(runs)), runs};
}

std::array<double, 2> rate_difference_interval(double positive_1, double n_1, double positive_2,
                                               double n_2) {
  const Wilson a = wilson(positive_1, n_1), b = wilson(positive_2, n_2);
  const double difference = a.rate - b.rate;
  return {difference - std::hypot(a.rate - a.low, b.high - b.rate),
          difference + std::hypot(a.high - a.rate, b.rate - b.low)};
}

}  // namespace clientele::uplift
