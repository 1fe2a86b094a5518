// Stratified folds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clientele::selection {

// The fold of every row: rows of a class in a random order, dealt out one after another, the second
// class where the first one ended, so that folds differ by at most one row a class and one in all.
// Requires: folds >= 1. Deterministic in (labels, folds, seed). Complexity: O(n).
std::vector<std::uint8_t> stratified_folds(std::span<const double> labels, std::uint32_t folds,
                                           std::uint64_t seed);

}  // namespace clientele::selection
