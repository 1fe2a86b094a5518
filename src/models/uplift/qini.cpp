#include "models/uplift/qini.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "models/trees/sampling.hpp"
#include "numeric/quantile.hpp"

namespace clientele::uplift {
namespace {

constexpr std::uint64_t kBootstrapStream = std::uint64_t{13} << 32;

struct Tally {
  double treated = 0, treated_positive = 0, control = 0, control_positive = 0;

  void add(std::uint8_t group, double count) {
    const bool positive = (group & 1) != 0;
    if ((group & 2) != 0) {
      treated += count;
      if (positive) treated_positive += count;
    } else {
      control += count;
      if (positive) control_positive += count;
    }
  }
  double rows() const { return treated + control; }
  double gain() const {
    return control > 0 ? treated_positive - control_positive * treated / control : treated_positive;
  }
};

// Calls point(tally) at the end of every run of equal scores; count(row) copies of each row.
template <typename Count, typename Point>
void walk(const Ranking& ranking, std::span<const std::uint8_t> groups, Count count, Point point) {
  Tally tally;
  std::size_t at = 0;
  for (const std::uint32_t end : ranking.ends) {
    for (; at < end; ++at) {
      const std::uint32_t row = ranking.order[at];
      tally.add(groups[row], count(row));
    }
    point(tally);
  }
}

template <typename Count>
double coefficient(const Ranking& ranking, std::span<const std::uint8_t> groups, Count count) {
  double area = 0, x = 0, y = 0;
  Tally total;
  walk(ranking, groups, count, [&](const Tally& tally) {
    area += 0.5 * (tally.rows() - x) * (tally.gain() + y);
    x = tally.rows();
    y = tally.gain();
    total = tally;
  });
  const double positives = total.treated_positive;
  const double last = total.control_positive;
  const double perfect = 0.5 * positives * positives + (x - last - positives) * positives +
                         0.5 * last * (positives + y);
  const double straight = 0.5 * x * y;
  return perfect > straight ? (area - straight) / (perfect - straight) : 0;
}

// 256 equal parts of the Poisson(1) distribution.
std::array<std::uint8_t, 256> poisson_table() {
  std::array<std::uint8_t, 256> table;
  double probability = std::exp(-1.0), reached = probability;
  std::uint8_t value = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    while ((static_cast<double>(i) + 0.5) / 256 > reached) {
      ++value;
      probability /= value;
      reached += probability;
    }
    table[i] = value;
  }
  return table;
}

}  // namespace

Ranking ranking_of(std::span<const double> scores) {
  Ranking ranking;
  ranking.order.resize(scores.size());
  std::iota(ranking.order.begin(), ranking.order.end(), 0U);
  std::sort(ranking.order.begin(), ranking.order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  for (std::uint32_t i = 1; i <= scores.size(); ++i) {
    if (i == scores.size() || scores[ranking.order[i]] != scores[ranking.order[i - 1]]) {
      ranking.ends.push_back(i);
    }
  }
  return ranking;
}

std::vector<QiniPoint> qini_curve(const Ranking& ranking, std::span<const std::uint8_t> groups) {
  std::vector<QiniPoint> curve{{}};
  walk(
      ranking, groups, [](std::uint32_t) { return 1.0; },
      [&](const Tally& tally) {
        curve.push_back({tally.rows(), tally.gain()});
      });
  return curve;
}

double qini_coefficient(const Ranking& ranking, std::span<const std::uint8_t> groups) {
  return coefficient(ranking, groups, [](std::uint32_t) { return 1.0; });
}

std::optional<double> auuc(const Ranking& ranking, std::span<const std::uint8_t> groups) {
  double area = 0, x = 0, y = 0;
  walk(
      ranking, groups, [](std::uint32_t) { return 1.0; },
      [&](const Tally& tally) {
        const double treated = tally.treated > 0 ? tally.treated_positive / tally.treated : 0;
        const double control = tally.control > 0 ? tally.control_positive / tally.control : 0;
        const double gain = tally.rows() * (treated - control);
        area += 0.5 * (tally.rows() - x) * (gain + y);
        x = tally.rows();
        y = gain;
      });
  if (y == 0) return std::nullopt;
  return area / (x * std::abs(y));
}

std::array<double, 2> qini_interval(const Ranking& ranking, std::span<const std::uint8_t> groups,
                                    std::uint32_t resamples, std::uint64_t seed,
                                    std::size_t threads) {
  static const auto table = poisson_table();
  std::vector<double> found(resamples);
  parallel_for(threads, resamples, [&](std::size_t resample) {
    std::vector<std::uint32_t> words((groups.size() + 3) / 4);
    trees::fill_random_words(seed, kBootstrapStream + resample, words);
    found[resample] = coefficient(ranking, groups, [&](std::uint32_t row) {
      return static_cast<double>(table[words[row / 4] >> (8 * (row & 3)) & 0xFF]);
    });
  });
  return {quantile_of(found, 0.025), quantile_of(found, 0.975)};
}

}  // namespace clientele::uplift
