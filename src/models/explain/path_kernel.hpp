// Runs path programs over blocks of eight rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/explain/path_program.hpp"

namespace clientele::explain {

inline constexpr std::size_t kRowLanes = 8;

// Adds one tree's SHAP values of eight rows: `cells` = columns x kRowLanes bins, `values` = groups
// x kRowLanes sums. Complexity: O(edges points).
void add_path_values(const PathProgram& program, const std::uint8_t* cells, double* values);

}  // namespace clientele::explain
