// One tree, prepared for exact SHAP: its edges in depth-first order with all numbers that do not
// depend on the explained row. tree_shap.hpp holds the mathematics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"

namespace clientele::explain {

inline constexpr std::uint32_t kMaxTreeDepth = 32;

// A node as SHAP sees it: which cell decides, and which feature (group) the decision counts for.
struct PathNode {
  std::uint32_t first_child = 0;  // 0 = leaf; the right child is next to it, both after the parent
  std::uint32_t column = 0;       // of the cells given to the kernel
  std::uint32_t group = 0;        // of the values it fills
  std::uint8_t low = 0;           // left: bin in [low, low + width], or in `set`
  std::uint8_t width = 0;
  const trees::BinSet* set = nullptr;
  double cover = 0;
  double value = 0;
};

// An edge into a child. `previous`: depth of the edge above it with the same group, 0 = none.
// Coefficients at point t with weight w, z and z' = cover fractions of the group's edges down to
// this and to the previous one (z' = 1 without), f(o, z) = t o + (1 - t) z, c(o, z) = (o - z) /
// f(o, z):
//   f(1,z)/f(1,z'), f(0,z)/f(1,z'), z/z', w (c(1,z) - c(1,z')), w (c(0,z) - c(1,z'))
struct PathEdge {
  std::uint32_t column;
  std::uint32_t group;
  std::uint8_t low;
  std::uint8_t width;
  bool left;
  bool leaf;
  std::uint8_t depth;  // 1 = child of the root
  std::uint8_t previous;
  std::uint8_t closes;  // edges whose subtree ends with this leaf, itself included
  const trees::BinSet* set;
  double value;
  std::uint32_t coefficients;  // of the first point, in PathProgram::coefficients
};

struct PathProgram {
  std::uint32_t points = 1;  // Gauss points, see points_for()
  double mean = 0;           // cover-weighted leaf value
  std::vector<PathEdge> edges;
  std::vector<double> coefficients;  // by edge, point
};

inline constexpr std::size_t kPathCoefficients = 5;

// Requires: children after parents, depth <= kMaxTreeDepth. Complexity: O(nodes depth).
PathProgram path_program(std::span<const PathNode> nodes);

}  // namespace clientele::explain
