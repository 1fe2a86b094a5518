#include "models/explain/gauss_points.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace clientele::explain {

std::vector<GaussPoint> gauss_points(std::uint32_t n) {
  std::vector<GaussPoint> points;
  for (std::uint32_t i = 0; i < n; ++i) {
    double x = std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5));
    double slope = 1;
    for (int step = 0; step < 50; ++step) {
      double current = 1, before = 0;  // Legendre polynomials of orders j and j - 1 at x
      for (std::uint32_t j = 1; j <= n; ++j) {
        const double next = ((2.0 * j - 1.0) * x * current - (j - 1.0) * before) / j;
        before = current;
        current = next;
      }
      slope = n * (x * current - before) / (x * x - 1.0);
      const double change = current / slope;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    points.push_back({(1 - x) / 2, 1 / ((1 - x * x) * slope * slope)});
  }
  return points;
}

std::uint32_t points_for(std::uint32_t features) {
  // The path kernel is compiled for these numbers of points.
  constexpr std::array<std::uint32_t, 8> kPointCounts{1, 2, 3, 4, 5, 6, 8, 16};
  for (const std::uint32_t points : kPointCounts) {
    if (2 * points >= features) return points;
  }
  return kPointCounts.back();
}

}  // namespace clientele::explain
