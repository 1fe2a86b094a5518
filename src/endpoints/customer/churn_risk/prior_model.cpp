#include "endpoints/customer/churn_risk/prior_model.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::endpoints::churn_risk {

PriorScores score_by_prior(const FeatureTable& table) {
  PriorScores scores;
  scores.explanation.factors.resize(table.rows);
  std::vector<double> log_odds(table.rows, kPriorIntercept);
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const FeatureColumn& column = table.columns[c];
    const auto* const term =
        std::find_if(kPriorTerms.begin(), kPriorTerms.end(),
                     [&](const PriorTerm& each) { return each.feature == column.name; });
    if (term == kPriorTerms.end()) continue;
    tabular::ColumnEffect effect{.column = c, .importance = 0, .rises = term->weight > 0};
    for (std::size_t row = 0; row < table.rows; ++row) {
      const double value = column.numbers[row];
      if (std::isnan(value)) continue;
      tabular::Factor factor{
          c, term->weight * (std::clamp(value, term->low, term->high) - term->neutral)};
      log_odds[row] += factor.contribution;
      effect.importance += std::abs(factor.contribution) / static_cast<double>(table.rows);
      if (factor.contribution == 0) continue;
      for (tabular::Factor& place : scores.explanation.factors[row]) {
        if (std::abs(factor.contribution) > std::abs(place.contribution)) std::swap(place, factor);
      }
    }
    if (effect.importance > 0) scores.explanation.effects.push_back(effect);
  }
  std::stable_sort(scores.explanation.effects.begin(), scores.explanation.effects.end(),
                   [](const auto& a, const auto& b) { return a.importance > b.importance; });
  for (const double x : log_odds) scores.probability.push_back(1 / (1 + std::exp(-x)));
  return scores;
}

}  // namespace clientele::endpoints::churn_risk
