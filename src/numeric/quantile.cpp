#include "numeric/quantile.hpp"

#include <algorithm>
#include <cmath>

namespace clientele {

double quantile(std::span<const double> sorted, double probability) {
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  const double step = sorted[above] - sorted[below];
  // From the nearer end, as NumPy does: keeps the result monotone in `probability`.
  return share < 0.5 ? sorted[below] + step * share : sorted[above] - step * (1 - share);
}

double quantile_of(std::vector<double> values, double probability) {
  const double position = probability * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(std::floor(position));
  std::nth_element(values.begin(), below, values.end());
  if (below + 1 != values.end())
    std::iter_swap(below + 1, std::min_element(below + 1, values.end()));
  return quantile(values, probability);
}

}  // namespace clientele
