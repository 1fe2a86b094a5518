#include "models/hierarchy/dendrogram.hpp"

#include <cmath>
#include <string>

#include "base/pointer.hpp"

namespace clientele::hierarchy {
namespace {

// The id of a child of row `row`, or nothing when it is none that exists by then and is free.
template <typename Place>
bool take_child(double id, std::size_t leaves, std::size_t row, std::vector<bool>& taken,
                const Place& place, Faults& faults) {
  const auto known = static_cast<double>(leaves + row);
  if (!(id >= 0 && id < known) || id != std::floor(id)) {
    faults.add(place(), "bad_child",
               "A child must be the id of a leaf or of an earlier row: a whole number from 0 to " +
                   std::to_string(leaves + row - 1) + ".");
    return false;
  }
  const auto index = static_cast<std::size_t>(id);
  if (taken[index]) {
    faults.add(place(), "reused_child",
               "Node " + std::to_string(index) + " was merged before; a node has one parent.");
    return false;
  }
  taken[index] = true;
  return true;
}

}  // namespace

std::vector<Merge> check_linkage(std::span<const LinkageRow> rows, std::size_t leaves,
                                 const std::string& pointer, Faults& faults) {
  if (rows.size() + 1 != leaves) {
    faults.add(pointer, "wrong_length",
               std::to_string(leaves) + " leaves need " + std::to_string(leaves - 1) +
                   " rows; got " + std::to_string(rows.size()) + ".");
    return {};
  }
  std::vector<bool> taken(leaves + rows.size(), false);
  std::vector<Merge> merges(rows.size());
  const auto size_of = [&](std::uint32_t node) {
    return node < leaves ? 1u : merges[node - leaves].size;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [child1, child2, distance, count] = rows[i];
    if (faults.full()) return {};
    const auto place = [&](int column) { return pointer + pointer_to(i, column); };
    const bool first = take_child(
        child1, leaves, i, taken, [&] { return place(0); }, faults);
    const bool second = take_child(
        child2, leaves, i, taken, [&] { return place(1); }, faults);
    if (distance < 0) faults.add(place(2), "out_of_range", "A distance must not be negative.");
    if (!first || !second) continue;
    merges[i] = {static_cast<std::uint32_t>(child1), static_cast<std::uint32_t>(child2), distance,
                 0};
    merges[i].size = size_of(merges[i].child1) + size_of(merges[i].child2);
    if (faults.empty() && count != merges[i].size) {
      faults.add(place(3), "wrong_count",
                 "The children hold " + std::to_string(merges[i].size) + " leaves.");
    }
  }
  return merges;
}

std::vector<Visit> depth_first(std::span<const Merge> merges) {
  const std::size_t leaves = merges.size() + 1;
  std::vector<Visit> order;
  order.reserve(leaves + merges.size());
  std::vector<Visit> open{{static_cast<std::uint32_t>(leaves + merges.size() - 1), 0}};
  while (!open.empty()) {
    const Visit visit = open.back();
    open.pop_back();
    order.push_back(visit);
    if (visit.node < leaves) continue;
    const Merge& merge = merges[visit.node - leaves];
    open.push_back({merge.child2, visit.depth + 1});
    open.push_back({merge.child1, visit.depth + 1});
  }
  return order;
}

}  // namespace clientele::hierarchy
