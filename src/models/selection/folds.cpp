#include "models/selection/folds.hpp"

#include <utility>

#include "base/rng.hpp"

namespace clientele::selection {

std::vector<std::uint8_t> stratified_folds(std::span<const double> labels, std::uint32_t folds,
                                           std::uint64_t seed) {
  std::vector<std::uint8_t> fold_of(labels.size());
  std::uint32_t next = 0;
  for (const bool positive : {true, false}) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < labels.size(); ++i) {
      if ((labels[i] > 0.5) == positive) rows.push_back(i);
    }
    Rng rng(seed, positive ? 11 : 12);
    for (std::size_t left = rows.size(); left > 1; --left) {
      std::swap(rows[left - 1], rows[rng.below(left)]);
    }
    for (const std::uint32_t row : rows) {
      fold_of[row] = static_cast<std::uint8_t>(next);
      next = (next + 1) % folds;
    }
  }
  return fold_of;
}

}  // namespace clientele::selection
