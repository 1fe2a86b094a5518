// Pearson and Spearman correlation.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace clientele::lifetime {

// Pearson's r. nullopt where a column is constant or shorter than 2. Requires: equal lengths.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

// Ranks from 1, ties sharing their average. Complexity: O(n log n).
std::vector<double> average_ranks(std::span<const double> values);

// Pearson's r of the average ranks.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

}  // namespace clientele::lifetime
