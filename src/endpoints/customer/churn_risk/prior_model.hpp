// The fixed model that scores rows when no row is labelled.
//
// Log odds of churn = intercept + sum of weight x (clamped value - neutral value); a missing value
// counts as the neutral one. The weights are judgement, not estimates: they order customers, and
// their probabilities are only as good as the assumption of about one churner in five.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/feature_table.hpp"
#include "models/tabular/drivers.hpp"

namespace clientele::endpoints::churn_risk {

struct PriorTerm {
  std::string_view feature;
  double neutral;  // the value that neither raises nor lowers
  double low;      // values are clamped to [low, high]
  double high;
  double weight;  // log odds a unit
};

inline constexpr double kPriorIntercept = -1.4;
inline constexpr std::array<PriorTerm, 5> kPriorTerms{
    PriorTerm{"tenure", 365, 0, 1825, -0.0008}, PriorTerm{"usage_frequency", 3, 0, 10, -0.30},
    PriorTerm{"service_tickets", 1, 0, 8, 0.30}, PriorTerm{"nps", 20, -100, 100, -0.015},
    PriorTerm{"payment_events", 0, 0, 6, 0.40}};

struct PriorScores {
  std::vector<double> probability;  // one a row
  tabular::Explanation explanation;
};

PriorScores score_by_prior(const FeatureTable& table);

}  // namespace clientele::endpoints::churn_risk
