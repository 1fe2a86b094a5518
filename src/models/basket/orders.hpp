// Orders as the basket models read them.
#pragma once

#include <cstdint>
#include <span>

namespace clientele::basket {

// Compressed rows: order o holds items[offsets[o]] .. items[offsets[o + 1] - 1]. Repeats of an item
// inside an order count once. An order without items counts as an order.
struct Orders {
  std::span<const std::uint32_t> offsets;  // orders + 1 values, ascending from 0 to items.size()
  std::span<const std::uint32_t> items;    // codes < item_count
  std::uint32_t item_count = 0;

  // Category level: empty, or one group code < group_count for every item code. An order then holds
  // the distinct groups of its items, and every code in a result is a group code.
  std::span<const std::uint32_t> group_of{};
  std::uint32_t group_count = 0;

  std::uint32_t size() const {
    return offsets.empty() ? 0 : static_cast<std::uint32_t>(offsets.size() - 1);
  }
  std::uint32_t code_count() const { return group_of.empty() ? item_count : group_count; }
};

}  // namespace clientele::basket
