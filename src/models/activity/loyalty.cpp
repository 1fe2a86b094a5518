#include "models/activity/loyalty.hpp"

#include <algorithm>

namespace clientele::activity {

std::vector<double> loyalty_scores(std::span<const WeightedFeature> features,
                                   std::size_t customers) {
  double weight_sum = 0;
  for (const WeightedFeature& feature : features) weight_sum += feature.weight;
  std::vector<double> scores(customers, 0.0);
  for (const WeightedFeature& feature : features) {
    const auto [low, high] = std::minmax_element(feature.values.begin(), feature.values.end());
    const double share = feature.weight / weight_sum;
    const double range = *high / 2 - *low / 2;  // halved: cannot overflow
    for (std::size_t i = 0; i < customers; ++i) {
      const double distance = feature.is_reversed ? *high / 2 - feature.values[i] / 2
                                                  : feature.values[i] / 2 - *low / 2;
      scores[i] += share * (range > 0 ? distance / range : 1.0);
    }
  }
  return scores;
}

}  // namespace clientele::activity
