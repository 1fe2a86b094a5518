// A treatment with its outcome, by row of a binned matrix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/trees/binning.hpp"

namespace clientele::uplift {

// Group of a row: 2 treatment + outcome.
inline constexpr std::size_t kGroups = 4;

struct Trial {
  const trees::BinnedMatrix* matrix = nullptr;
  std::span<const std::uint8_t> groups;  // by row, below kGroups
  double control_weight = 1;             // what a control row counts beside a treated one

  bool treated(std::size_t row) const { return (groups[row] & 2) != 0; }
  double outcome(std::size_t row) const { return groups[row] & 1; }
};

}  // namespace clientele::uplift
