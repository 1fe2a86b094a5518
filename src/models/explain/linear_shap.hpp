// Exact SHAP of a linear score with independent features, and sums over encoded columns.
//
// phi_j = w_j (x_j - mean_j); base = intercept + sum w_j mean_j.
// Source: Strumbelj, Kononenko (2014); Lundberg, Lee (2017), corollary 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace clientele::explain {

// `x` and `out` row-major rows x coefficients.size(). Returns the base value. Complexity: O(cells).
double linear_shap(std::span<const double> coefficients, double intercept,
                   std::span<const double> means, std::span<const double> x, std::span<double> out);

// Sums encoded columns (one-hot dummies, missing flags) to their source: `values` row-major rows x
// source_of.size(), `out` row-major rows x sources. Requires: every source_of[j] < sources.
void sum_to_sources(std::span<const double> values, std::span<const std::uint32_t> source_of,
                    std::size_t sources, std::span<double> out);

}  // namespace clientele::explain
