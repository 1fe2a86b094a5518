#include "app/shop/planted.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::shop {

double logistic(double intercept, std::span<const Coefficient> coefficients,
                std::span<const double> features) {
  double log_odds = intercept;
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    log_odds += coefficients[i].value * features[i];
  }
  return 1.0 / (1.0 + std::exp(-log_odds));
}

double bayes_auc(std::vector<double> probability) {
  std::sort(probability.begin(), probability.end());
  double below = 0;  // expected negatives among the smaller probabilities
  double ordered = 0;
  double positives = 0;
  double same = 0;  // a row is no pair with itself
  for (const double p : probability) {
    ordered += p * below;
    below += 1.0 - p;
    positives += p;
    same += p * (1.0 - p);
  }
  const double pairs = positives * below - same;
  return pairs > 0 ? ordered / pairs : 0.5;
}

}  // namespace clientele::shop
