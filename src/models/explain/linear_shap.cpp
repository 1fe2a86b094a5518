#include "models/explain/linear_shap.hpp"

#include <algorithm>

namespace clientele::explain {

double linear_shap(std::span<const double> coefficients, double intercept,
                   std::span<const double> means, std::span<const double> x,
                   std::span<double> out) {
  const std::size_t columns = coefficients.size();
  for (std::size_t begin = 0; begin < x.size(); begin += columns) {
    for (std::size_t j = 0; j < columns; ++j) {
      out[begin + j] = coefficients[j] * (x[begin + j] - means[j]);
    }
  }
  double base = intercept;
  for (std::size_t j = 0; j < columns; ++j) base += coefficients[j] * means[j];
  return base;
}

void sum_to_sources(std::span<const double> values, std::span<const std::uint32_t> source_of,
                    std::size_t sources, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  const std::size_t columns = source_of.size();
  for (std::size_t row = 0; row * columns < values.size(); ++row) {
    for (std::size_t j = 0; j < columns; ++j) {
      out[row * sources + source_of[j]] += values[row * columns + j];
    }
  }
}

}  // namespace clientele::explain
