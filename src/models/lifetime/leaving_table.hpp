// Leaving integrals of many customers with the same repeats at once: from tables over the distinct
// moments of last purchases and ends of observation instead of an integral a customer.
#pragma once

#include <cstdint>
#include <vector>

#include "models/lifetime/leaving_integral.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

// What the tables need to know of the customers, whatever the parameters.
struct LeavingGrid {
  std::vector<std::vector<double>> times;  // per group: distinct recencies and ages, ascending
  std::vector<std::uint32_t> recency_at;   // per row: its place in the times of its group
  std::vector<std::uint32_t> age_at;
};
LeavingGrid leaving_grid(const SummaryTable& table);

// Moments from each of `times` to the last of them, relative to that start (0 for the last). The
// moments of [t, T] are those from t less the shifted ones from T: s times a mass from t is at most
// 1, so that the rounding of the difference stays below that of 1 + e^eta (pareto_dropout.hpp).
// Complexity: a panel or a few for each distinct time.
std::vector<LeavingMoments> leaving_table(const ParetoParameters& at, double power,
                                          const std::vector<double>& times);

}  // namespace clientele::lifetime
