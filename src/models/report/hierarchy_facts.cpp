// Leaves are laid out in depth-first order, so that every node is a range of places. Between two
// neighbouring places lies exactly one merge, their lowest common ancestor, and the smallest branch
// around a range of places is the latest of the merges inside it.
//
// Steps are sought between at most 15 groups, and no more than half the leaves: below, every pair
// of like customers would be one.
//
// Degenerate: one leaf has no merges; merges that all lie at distance 0 show no step; the step from
// 0 to the first distance above is infinite.
#include "models/report/hierarchy_facts.hpp"

#include <algorithm>
#include <limits>

namespace clientele::report {
namespace {

using hierarchy::Merge;

constexpr std::uint32_t kNone = 0xFFFFFFFF;

// Places of the leaves and the range of every node.
struct Layout {
  std::vector<std::uint32_t> begin, end;   // by node
  std::vector<std::uint32_t> merge_after;  // row of the merge between place p and p + 1
  std::vector<std::uint32_t> parent;       // row of the merge above a node, or kNone
  std::vector<std::uint32_t> leaf_at;      // by place
};

Layout lay_out(std::span<const Merge> merges) {
  const std::size_t leaves = merges.size() + 1;
  Layout layout;
  layout.begin.resize(leaves + merges.size());
  layout.end.resize(leaves + merges.size());
  layout.parent.assign(leaves + merges.size(), kNone);
  layout.merge_after.resize(merges.size());
  layout.leaf_at.resize(leaves);
  layout.end.back() = static_cast<std::uint32_t>(leaves);
  for (std::size_t row = merges.size(); row-- > 0;) {
    const Merge& merge = merges[row];
    const std::size_t node = leaves + row;
    const std::uint32_t size1 = merge.child1 < leaves ? 1 : merges[merge.child1 - leaves].size;
    const std::uint32_t middle = layout.begin[node] + size1;
    layout.begin[merge.child1] = layout.begin[node];
    layout.end[merge.child1] = layout.begin[merge.child2] = middle;
    layout.end[merge.child2] = layout.end[node];
    layout.parent[merge.child1] = layout.parent[merge.child2] = static_cast<std::uint32_t>(row);
    layout.merge_after[middle - 1] = static_cast<std::uint32_t>(row);
  }
  for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) layout.leaf_at[layout.begin[leaf]] = leaf;
  return layout;
}

// The segment other than `own` with the most leaves in [begin, end); the lowest index on ties.
std::size_t most_frequent(const Layout& layout, std::span<const std::int32_t> segment_of_leaf,
                          std::uint32_t begin, std::uint32_t end, std::size_t own,
                          std::vector<std::uint32_t>& counts) {
  std::fill(counts.begin(), counts.end(), 0);
  for (std::uint32_t place = begin; place < end; ++place) {
    ++counts[static_cast<std::size_t>(segment_of_leaf[layout.leaf_at[place]])];
  }
  counts[own] = 0;
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

Branch branch_of(std::size_t segment, std::span<const Merge> merges, const Layout& layout,
                 std::span<const std::int32_t> segment_of_leaf,
                 std::vector<std::uint32_t>& counts) {
  const std::size_t leaves = merges.size() + 1;
  std::uint32_t first = kNone, last = 0, size = 0;
  for (std::uint32_t place = 0; place < leaves; ++place) {
    const auto owner = static_cast<std::size_t>(segment_of_leaf[layout.leaf_at[place]]);
    if (owner != segment) continue;
    first = std::min(first, place);
    last = place;
    ++size;
  }
  const auto inside =
      std::max_element(layout.merge_after.begin() + first, layout.merge_after.begin() + last);
  const std::size_t node = first == last ? layout.leaf_at[first] : leaves + *inside;
  Branch branch{.segment = segment};
  const std::uint32_t held = layout.end[node] - layout.begin[node];
  branch.whole_tree = held == leaves;
  branch.pure = held == size;
  branch.purity_pct = 100.0 * size / held;
  branch.formed_at = node < leaves ? 0 : merges[node - leaves].distance;
  if (branch.whole_tree) return branch;
  const std::size_t above = leaves + layout.parent[node];
  branch.joined_at = merges[layout.parent[node]].distance;
  const bool left = layout.begin[node] == layout.begin[above];
  branch.nearest =
      most_frequent(layout, segment_of_leaf, left ? layout.end[node] : layout.begin[above],
                    left ? layout.end[above] : layout.begin[node], segment, counts);
  return branch;
}

// Infinite only from 0 on.
double ratio_of(double above, double below) {
  using Limits = std::numeric_limits<double>;
  if (above == 0) return 1;
  return below == 0 ? Limits::infinity() : std::min(above / below, Limits::max());
}

void find_steps(std::span<const Merge> merges, HierarchyFacts& facts) {
  std::vector<double> distances;
  for (const Merge& merge : merges) distances.push_back(merge.distance);
  std::sort(distances.begin(), distances.end());
  if (distances.empty()) return;
  facts.last_distance = distances.back();
  if (distances.size() < 2) return;
  facts.previous_distance = distances[distances.size() - 2];
  const std::size_t most = std::clamp<std::size_t>(facts.leaves / 2, 2, kMostGroups);
  for (std::size_t groups = 2; groups <= std::min(most, distances.size()); ++groups) {
    const std::size_t i = distances.size() - groups + 1;
    const double step = ratio_of(distances[i], distances[i - 1]);
    if (step <= facts.jump) continue;
    facts.jump = step;
    facts.groups = groups;
    facts.distance_below = distances[i - 1];
    facts.distance_above = distances[i];
  }
}

}  // namespace

HierarchyFacts hierarchy_facts(std::span<const Merge> merges,
                               std::span<const std::int32_t> segment_of_leaf,
                               std::span<const std::size_t> wanted, std::size_t segments) {
  HierarchyFacts facts;
  facts.leaves = merges.size() + 1;
  find_steps(merges, facts);
  if (merges.empty()) return facts;
  const Layout layout = lay_out(merges);
  std::vector<std::uint32_t> counts(segments);
  for (const std::size_t segment : wanted) {
    facts.branches.push_back(branch_of(segment, merges, layout, segment_of_leaf, counts));
  }
  return facts;
}

}  // namespace clientele::report
