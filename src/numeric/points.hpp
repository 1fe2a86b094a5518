// Views of points in d-dimensional space.
#pragma once

#include <cstddef>
#include <span>

namespace clientele::numeric {

// n points of d coordinates, row-major: point i is values[i * d, (i + 1) * d). A view.
struct Points {
  const double* values = nullptr;
  std::size_t n = 0;
  std::size_t d = 0;

  const double* row(std::size_t i) const { return values + i * d; }
};

// Points that stand for several equal ones each. Empty weights mean one each.
// Requires: weights are whole numbers >= 1.
struct WeightedPoints {
  Points points;
  std::span<const double> weights;

  double weight(std::size_t i) const { return weights.empty() ? 1.0 : weights[i]; }
  double total() const {
    if (weights.empty()) return static_cast<double>(points.n);
    double sum = 0;
    for (const double weight : weights) sum += weight;
    return sum;
  }
};

// Sum of squared differences over the coordinates, in order of the coordinates.
inline double squared_distance(const double* a, const double* b, std::size_t d) {
  double sum = 0;
  for (std::size_t j = 0; j < d; ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

}  // namespace clientele::numeric
