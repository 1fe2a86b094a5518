// Ward linkage of a handful of points, for a dendrogram to show.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace clientele::shop {

// SciPy's convention: leaves are 0..n-1, the k-th merge makes cluster n + k.
struct Merge {
  std::size_t child1 = 0;  // < child2
  std::size_t child2 = 0;
  double distance = 0;
  std::size_t leaves = 0;
};

// The n - 1 merges by ascending distance. Formula: Lance-Williams update of squared Euclidean
// distances, d(ij,k) = ((n_i + n_k) d_ik + (n_j + n_k) d_jk - n_k d_ij) / (n_i + n_j + n_k); among
// equal distances the lowest ids merge first. Source: Ward (1963), Lance and Williams (1967).
// Complexity: O(n^3) time, O(n^2) memory: made for n up to a few hundred.
std::vector<Merge> ward_linkage(std::span<const std::array<double, 3>> points);

}  // namespace clientele::shop
