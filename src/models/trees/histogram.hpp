// Sums of gradient pairs by bin: integers, so that order and partition of the rows do not matter.
#pragma once

#include <cstdint>
#include <span>

#include "models/trees/binning.hpp"
#include "models/trees/logistic.hpp"

namespace clientele::trees {

// A histogram has matrix.total_bins() cells; feature f owns [offset(f), offset(f) + bins(f)).
// All three functions touch the cells of `features` only.

// Cells = sums over `rows` of pairs[row].
void build_histogram(const BinnedMatrix& matrix, std::span<const std::uint16_t> features,
                     std::span<const std::uint32_t> rows, const GradientPair* pairs,
                     GradientPair* cells);

// cells -= other.
void subtract_histogram(const BinnedMatrix& matrix, std::span<const std::uint16_t> features,
                        const GradientPair* other, GradientPair* cells);

GradientPair sum_pairs(std::span<const std::uint32_t> rows, const GradientPair* pairs);

}  // namespace clientele::trees
