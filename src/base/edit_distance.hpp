// Nearest-name suggestions for mistyped words.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace clientele {

// Damerau-Levenshtein distance (optimal string alignment: insert, delete, replace, swap
// neighbours), or `limit + 1` when it is larger. Complexity: O(|a| |b|); words over 64 bytes count
// as far apart.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The candidate at distance 1 or 2 from `word`, nearest first, then in the given order; nullopt
// when none is that near or the word is so short that any would be (distance must be < half its
// length).
std::optional<std::string_view> nearest_name(std::string_view word,
                                             std::span<const std::string_view> candidates);

}  // namespace clientele
