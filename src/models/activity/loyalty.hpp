// A weighted loyalty index.
//   scaled(x) = (x - min) / (max - min), reversed: (max - x) / (max - min); 1 for a constant column
//   score     = sum_f weight_f scaled_f / sum_f weight_f, from 0 to 1
// Complexity: O(n features).
#pragma once

#include <span>
#include <vector>

namespace clientele::activity {

struct WeightedFeature {
  std::span<const double> values;  // one a customer, finite
  double weight = 0;               // >= 0
  bool is_reversed = false;        // small values are good
};

// Scores of `customers` customers. Requires: the weights sum to more than 0.
std::vector<double> loyalty_scores(std::span<const WeightedFeature> features,
                                   std::size_t customers);

}  // namespace clientele::activity
