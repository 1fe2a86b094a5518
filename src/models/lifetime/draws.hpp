// Poisson and gamma draws, fast for the many small ones of bootstrap weights and futures.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/rng.hpp"

namespace clientele::lifetime {

// Poisson(mean): exact by inversion up to a mean of 50, above it the rounded normal approximation.
// Requires: mean >= 0 and finite.
inline double draw_poisson(Rng& rng, double mean) {
  if (mean > 50.0) return std::max(0.0, std::round(mean + std::sqrt(mean) * rng.normal()));
  constexpr double kExpMinusOne = 0.36787944117144233;  // bootstrap weights have mean 1
  double term = mean == 1.0 ? kExpMinusOne : std::exp(-mean);
  double left = rng.uniform() - term;
  double drawn = 0;
  while (left >= 0 && drawn < 400.0) {
    drawn += 1.0;
    term *= mean / drawn;
    left -= term;
  }
  return drawn;
}

// gamma(shape) of unit scale. Requires: shape > 0.
// Source: Marsaglia, Tsang (2000), "A simple method for generating gamma variables".
inline double draw_gamma(Rng& rng, double shape) {
  const double boost = shape < 1.0 ? std::pow(1.0 - rng.uniform(), 1.0 / shape) : 1.0;
  const double d = shape - 1.0 / 3.0 + (shape < 1.0 ? 1.0 : 0.0);
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = rng.normal();
    const double root = 1.0 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = 1.0 - rng.uniform();
    const double square = x * x;
    const bool squeezed = u < 1.0 - 0.0331 * square * square;
    if (squeezed || std::log(u) < 0.5 * square + d - d * v + d * std::log(v)) return boost * d * v;
  }
}

}  // namespace clientele::lifetime
