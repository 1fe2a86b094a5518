// How well scores rank customers by their uplift.
//
// Qini curve: rows by descending score, rows of equal score together;
// q(k) = treated conversions - control conversions x treated / control among the first k.
// `qini`: area over the straight line, as a share of that of the perfect ranking (treated
// converters first, control converters last), the definition of scikit-uplift's qini_auc_score:
// 1 perfect, 0 random, negative worse. `auuc`: area under the cumulative gain
// k (rate treated - rate control), x and y as shares of their end, as causalml: 1/2 is random.
// Degenerate: a prefix without control rows has q = treated conversions. Sources: Radcliffe
// (2007); scikit-uplift metrics; causalml get_cumgain. Complexity: O(n log n).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clientele::uplift {

struct QiniPoint {
  double targeted = 0;  // rows
  double gain = 0;      // conversions beyond those without treatment, among treated
};

// Rows in descending order of score and where each run of equal scores ends.
struct Ranking {
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> ends;
};
Ranking ranking_of(std::span<const double> scores);

// Starts at (0, 0).
std::vector<QiniPoint> qini_curve(const Ranking& ranking, std::span<const std::uint8_t> groups);

double qini_coefficient(const Ranking& ranking, std::span<const std::uint8_t> groups);
// Empty where the total gain is 0.
std::optional<double> auuc(const Ranking& ranking, std::span<const std::uint8_t> groups);

// 95 % interval of the coefficient from resampled rows (Poisson bootstrap), the ranking given.
std::array<double, 2> qini_interval(const Ranking& ranking, std::span<const std::uint8_t> groups,
                                    std::uint32_t resamples, std::uint64_t seed,
                                    std::size_t threads);

}  // namespace clientele::uplift
