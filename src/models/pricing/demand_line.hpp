// Log-log demand with a prior on the price elasticity, as a full posterior.
//
//   log units = level + elasticity (log price - reference) + controls, noise of deviation sigma
//
// elasticity ~ N(mean, sd^2), controls ~ N(0, (tau sd(y))^2): an elastic net with the quadratic
// penalty alone, whose strength is not chosen but averaged. sigma and tau are integrated over a
// grid by their evidence, given which everything is normal in closed form. With any zero among
// the units the logarithm is undefined, and the line is fitted to counts instead (log link,
// variance phi x mean; Laplace approximation). Degenerate: a price that never moved returns the
// prior. Sources: Bishop (2006), "Pattern recognition and machine learning", 3.5; Santos Silva,
// Tenreyro (2006), "The log of gravity"; for the prior Bijmolt, van Heerde, Pieters (2005), 1 851
// elasticities with median -2.22. Complexity: O(n p^2 + grid p^3).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/pricing/demand_columns.hpp"

namespace clientele::pricing {

struct ElasticityPrior {
  double mean = -2.2;
  double deviation = 0.8;
};

// One point of the grid: (level, elasticity) are jointly normal.
struct LinePart {
  double weight = 1;
  double level = 0;  // log units now, at the reference price
  double elasticity = 0;
  double level_variance = 0;
  double elasticity_variance = 0;
  double covariance = 0;
  double noise = 0;  // deviation of log units; for counts the variance over the mean
};

struct DemandLine {
  bool counts = false;
  double reference = 0;         // log price
  std::vector<LinePart> parts;  // weights sum to 1
  std::vector<double> coefficients;
  double intercept = 0;  // coefficients apply to columns as they are

  double mean_elasticity() const;
  double elasticity_variance() const;
  // P(elasticity <= value).
  double elasticity_cdf(double value) const;
  // Inverse of the cdf. Requires: 0 < probability < 1.
  double elasticity_quantile(double probability) const;
  // Posterior mean of log units in a row of the columns.
  double log_units(const DemandColumns& columns, std::size_t row) const;
  // The same now, at another log price.
  double log_units_now(double log_price) const;
};

// Fits to the first `rows` rows. Requires: rows >= 2; units >= 0, not all zero.
DemandLine fit_demand_line(const DemandColumns& columns, std::span<const double> units,
                           std::size_t rows, const ElasticityPrior& prior);

}  // namespace clientele::pricing
