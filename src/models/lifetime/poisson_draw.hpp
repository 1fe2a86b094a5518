// Random Poisson counts, fast for the small means of bootstrap weights and purchases.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/rng.hpp"

namespace clientele::lifetime {

// Poisson(mean): exact by inversion up to a mean of 50, above it the rounded normal approximation.
// Requires: mean >= 0 and finite.
inline double draw_poisson(Rng& rng, double mean) {
  if (mean > 50.0) return std::max(0.0, std::round(mean + std::sqrt(mean) * rng.normal()));
  double term = mean == 1.0 ? 0.36787944117144233 : std::exp(-mean);
  double left = rng.uniform() - term;
  double drawn = 0;
  while (left >= 0 && drawn < 400.0) {
    drawn += 1.0;
    term *= mean / drawn;
    left -= term;
  }
  return drawn;
}

}  // namespace clientele::lifetime
