#include "models/selection/folds.hpp"

#include <algorithm>
#include <utility>

#include "base/rng.hpp"

namespace clientele::selection {
namespace {

template <typename T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t left = values.size(); left > 1; --left) {
    std::swap(values[left - 1], values[rng.below(left)]);
  }
}

}  // namespace

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
    shuffle(rows, rng);
    for (const std::uint32_t row : rows) {
      fold_of[row] = static_cast<std::uint8_t>(next);
      next = (next + 1) % folds;
    }
  }
  return fold_of;
}

std::vector<std::uint8_t> unit_folds(std::span<const double> labels,
                                     std::span<const std::uint32_t> unit_of, std::uint32_t units,
                                     std::uint32_t folds, std::uint64_t seed) {
  struct Unit {
    std::uint32_t id = 0;
    std::size_t rows = 0;
    std::size_t positives = 0;
  };
  std::vector<Unit> order(units);
  for (std::uint32_t id = 0; id < units; ++id) order[id].id = id;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++order[unit_of[i]].rows;
    order[unit_of[i]].positives += labels[i] > 0.5 ? 1 : 0;
  }
  Rng rng(seed, 13);
  shuffle(order, rng);
  std::stable_sort(order.begin(), order.end(), [](const Unit& a, const Unit& b) {
    return std::pair(a.positives, a.rows) > std::pair(b.positives, b.rows);
  });
  std::vector<Unit> filled(folds);
  std::vector<std::uint8_t> fold_of_unit(units);
  for (const Unit& unit : order) {
    const auto emptiest =
        std::min_element(filled.begin(), filled.end(), [&](const Unit& a, const Unit& b) {
          if (unit.positives == 0) return a.rows < b.rows;
          return std::pair(a.positives, a.rows) < std::pair(b.positives, b.rows);
        });
    emptiest->rows += unit.rows;
    emptiest->positives += unit.positives;
    fold_of_unit[unit.id] = static_cast<std::uint8_t>(emptiest - filled.begin());
  }
  std::vector<std::uint8_t> fold_of(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) fold_of[i] = fold_of_unit[unit_of[i]];
  return fold_of;
}

}  // namespace clientele::selection
