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

// The same with all rows of a unit (a customer seen more than once) in one fold: units with a row
// of the second class go, in a random order, largest first, where that class has the fewest rows,
// then the others where there are the fewest rows. Units are 0 ... units - 1. Requires: folds >= 1;
// one unit a label. Deterministic. Complexity: O(n + units (log units + folds)).
std::vector<std::uint8_t> unit_folds(std::span<const double> labels,
                                     std::span<const std::uint32_t> unit_of, std::uint32_t units,
                                     std::uint32_t folds, std::uint64_t seed);

}  // namespace clientele::selection
