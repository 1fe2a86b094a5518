// Gauss-Legendre quadrature on [0, 1].
#pragma once

#include <cstdint>
#include <vector>

namespace clientele::explain {

struct GaussPoint {
  double at;      // in (0, 1)
  double weight;  // all weights sum to 1
};

// n points, exact for polynomials of degree 2 n - 1. Requires: 1 <= n <= 64.
// Source: Newton's method on the Legendre recurrence (Press et al. 2007, section 4.6).
std::vector<GaussPoint> gauss_points(std::uint32_t n);

// The smallest available number of points that is exact for paths of `features` distinct features.
std::uint32_t points_for(std::uint32_t features);

}  // namespace clientele::explain
