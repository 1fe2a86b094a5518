// Exact agglomerative clustering by Ward's criterion, in linear memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

// One merge. Clusters 0 .. n-1 are the leaves; merge i creates cluster n + i.
struct Merge {
  std::uint32_t first;  // first < second
  std::uint32_t second;
  double height;       // >= the heights of both parts
  std::uint32_t size;  // leaves below
};

// A binary tree over n leaves in SciPy's convention: n - 1 merges by ascending height, a part
// always before the whole.
struct Linkage {
  std::size_t leaves = 0;
  std::vector<Merge> merges;
};

// The Ward tree of the cohort's rows (leaf = row). Equal rows merge first, at height 0.
// Heights are scipy.cluster.hierarchy.linkage(rows, "ward")[:, 2].
// `cancelled` is polled from several threads; once it is true, the tree comes soon and without
// merges. Deterministic: the heights and the partition of every cut depend neither on `threads` nor
// on the order of the rows, ties included. Requires: <= 2^31 rows. Complexity: O(n d) memory; time
// in practice O(n log n) for few dimensions, at worst O(n^2 d).
Linkage ward_linkage(
    const Cohort& cohort, std::size_t threads = 1,
    const std::function<bool()>& cancelled = [] { return false; });

// Clusters of the leaves after undoing the last k - 1 merges: exactly k, numbered by first leaf.
// Requires: 1 <= k <= leaves. Complexity: O(n).
Labels cut(const Linkage& linkage, std::size_t k);

// The same for several k in one walk over the tree, in the order of `ks`.
std::vector<Labels> cuts(const Linkage& linkage, std::span<const std::size_t> ks);

}  // namespace clientele::cluster
