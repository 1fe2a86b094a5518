// Rows of an association matrix in the caller's order of items, computed from counts when asked
// for.
//
// M[i][j] = measure(n11, n1x, nx1, n); M[i][i] by the same formula with n11 = n1x = nx1 (see
// measures.hpp); 0 where i and j share no order. Complexity: a row is O(size + partners).
#include "models/basket/affinity_matrix.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <type_traits>

namespace clientele::basket {
namespace {

bool is_stronger(const AffinityMatrix::Pair& a, const AffinityMatrix::Pair& b) {
  if (a.value != b.value) return a.value > b.value;
  if (a.together != b.together) return a.together > b.together;
  if (a.row != b.row) return a.row < b.row;
  return a.column < b.column;
}

// Calls `with` with the measure as a constant, so that a loop over a row holds no choice.
template <typename With>
void with_measure(Measure measure, With&& with) {
  switch (measure) {
    case Measure::support:
      return with(std::integral_constant<Measure, Measure::support>{});
    case Measure::confidence:
      return with(std::integral_constant<Measure, Measure::confidence>{});
    case Measure::lift:
      return with(std::integral_constant<Measure, Measure::lift>{});
    case Measure::jaccard:
      return with(std::integral_constant<Measure, Measure::jaccard>{});
    case Measure::log_likelihood:
      return with(std::integral_constant<Measure, Measure::log_likelihood>{});
  }
}

}  // namespace

AffinityMatrix::AffinityMatrix(const CoOccurrence& counts, const AffinityOptions& options)
    : counts_(&counts),
      measure_(options.measure),
      is_symmetric_(options.is_symmetric && is_directed(options.measure)),
      min_together_(options.min_together),
      codes_(options.order.begin(), options.order.end()),
      position_of_rank_(counts.kept(), CoOccurrence::kDropped) {
  support_of_rank_.reserve(counts.kept());
  for (std::uint32_t rank = 0; rank < counts.kept(); ++rank) {
    support_of_rank_.push_back(counts.support(counts.code_of(rank)));
    if (options.order.empty()) codes_.push_back(counts.code_of(rank));
  }
  if (options.order.empty()) std::sort(codes_.begin(), codes_.end());
  for (std::uint32_t i = 0; i < codes_.size(); ++i) {
    position_of_rank_[counts.rank_of(codes_[i])] = i;
  }
}

template <typename Visit>
void AffinityMatrix::visit_row(std::size_t i, std::uint32_t first, Visit&& visit) const {
  const std::uint32_t rank = counts_->rank_of(codes_[i]);
  const std::uint32_t support = support_of_rank_[rank];
  counts_->for_each_partner(rank, [&](std::uint32_t partner, std::uint32_t together) {
    const std::uint32_t column = position_of_rank_[partner];
    if (column == CoOccurrence::kDropped || column < first || together < min_together_) return;
    visit(column, PairTable{together, support, support_of_rank_[partner], counts_->orders()});
  });
}

template <typename Visit>
void AffinityMatrix::visit_values(std::size_t i, std::uint32_t first, Visit&& visit) const {
  with_measure(measure_, [&](auto measure) {
    if (is_symmetric_) {
      visit_row(i, first, [&](std::uint32_t column, const PairTable& pair) {
        visit(column, pair, symmetric_value_of(measure, pair));
      });
    } else {
      visit_row(i, first, [&](std::uint32_t column, const PairTable& pair) {
        visit(column, pair, value_of(measure, pair));
      });
    }
  });
}

void AffinityMatrix::fill_row(std::size_t i, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  const std::uint32_t support = counts_->support(codes_[i]);
  out[i] = value_of(measure_, {support, support, support, counts_->orders()});
  visit_values(i, 0,
               [&](std::uint32_t column, const PairTable&, double value) { out[column] = value; });
}

void AffinityMatrix::sparse_row(std::size_t i, double min_value, std::vector<Cell>& out) const {
  out.clear();
  std::vector<std::uint64_t> is_present(size() / 64 + 1);
  const auto values = std::make_unique_for_overwrite<double[]>(size());
  visit_values(i, 0, [&](std::uint32_t column, const PairTable&, double value) {
    values[column] = value;
    is_present[column / 64] |= std::uint64_t{value >= min_value} << (column % 64);
  });
  std::size_t found = 0;
  for (const std::uint64_t word : is_present)
    found += static_cast<std::size_t>(std::popcount(word));
  out.reserve(found);
  for (std::uint32_t word = 0; word < is_present.size(); ++word) {
    for (std::uint64_t bits = is_present[word]; bits != 0; bits &= bits - 1) {
      const std::uint32_t column = 64 * word + static_cast<std::uint32_t>(std::countr_zero(bits));
      out.push_back({column, values[column]});
    }
  }
}

std::vector<AffinityMatrix::Pair> AffinityMatrix::top_pairs(std::size_t n) const {
  std::vector<Pair> heap;
  if (n == 0) return heap;
  const bool both_directions = is_directed(measure_) && !is_symmetric_;
  for (std::uint32_t row = 0; row < size(); ++row) {
    const std::uint32_t first = both_directions ? 0 : row;
    visit_values(row, first, [&](std::uint32_t column, const PairTable& pair, double value) {
      const Pair candidate{row, column, static_cast<std::uint32_t>(pair.together), value};
      if (heap.size() == n) {
        if (!is_stronger(candidate, heap.front())) return;
        std::pop_heap(heap.begin(), heap.end(), is_stronger);
        heap.back() = candidate;
      } else {
        heap.push_back(candidate);
      }
      std::push_heap(heap.begin(), heap.end(), is_stronger);
    });
  }
  std::sort_heap(heap.begin(), heap.end(), is_stronger);
  return heap;
}

}  // namespace clientele::basket
