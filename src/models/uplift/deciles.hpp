// Scores in ten buckets of about equal size, 1 (lowest) to 10.
//
// Rows of equal score stay together, in the bucket where the first of them falls. A bucket under 15
// rows joins its smaller neighbour; a joined bucket keeps the number of its outer end. Fewer than
// ten buckets may remain. Complexity: O(n log n).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/uplift/qini.hpp"

namespace clientele::uplift {

struct Decile {
  std::int32_t number = 1;
  double mean_uplift = 0;
  double treated = 0, treated_positive = 0;
  double control = 0, control_positive = 0;

  double rows() const { return treated + control; }
};

struct Deciles {
  std::vector<Decile> buckets;          // ascending
  std::vector<std::int32_t> number_of;  // by row
};

// Ranked by `ranked_by`; `scores` are what a bucket's mean is of.
Deciles deciles_of(std::span<const double> ranked_by, std::span<const double> scores,
                   std::span<const std::uint8_t> groups);

}  // namespace clientele::uplift
