// EASE: minimise |X - X B|^2 + ridge |B|^2 with a zero diagonal, X = 1 where a user had the item.
//
//   P = (X'X + ridge I)^-1,  B_ij = -P_ij / P_jj for i != j,  score(u, j) = sum over i of u B_ij.
//
// Degenerate: an item without users has B = 0 in its row and column; an empty history scores 0.
// Source: Steck (2019), "Embarrassingly shallow autoencoders for sparse data". Complexity: sum of
// squared history lengths + items^3.
#include "models/factorization/ease.hpp"

#include <algorithm>

#include "base/parallel.hpp"

namespace clientele::factorization {

SquareMatrix common_users(const Interactions& interactions, std::size_t threads) {
  SquareMatrix counts(interactions.items());
  const std::size_t chunks = (interactions.items() + 63) / 64;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(interactions.items(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      float* row = counts.row(i);
      const auto item = static_cast<std::uint32_t>(i);
      for (const std::uint32_t user : interactions.by_item.columns_of(item)) {
        const auto others = interactions.by_user.columns_of(user);
        for (auto at = std::ranges::lower_bound(others, item); at != others.end(); ++at) {
          row[*at] += 1;
        }
      }
    }
  });
  return counts;
}

Result<EaseModel> train_ease(const Interactions& interactions, const EaseOptions& options) {
  SquareMatrix gram = common_users(interactions, options.threads);
  for (std::size_t i = 0; i < gram.n; ++i) gram.row(i)[i] += static_cast<float>(options.ridge);
  auto inverse = inverse_of_spd(std::move(gram), options.threads, options.cancellation);
  if (!inverse) return std::move(inverse).error();
  return EaseModel(std::move(inverse).value());
}

void EaseModel::score(std::span<const std::uint32_t> items, std::span<float> out) const {
  std::ranges::fill(out, 0.0F);
  for (const std::uint32_t item : items) {
    const float* row = inverse_.row(item);
    for (std::size_t j = 0; j < out.size(); ++j) out[j] -= row[j];
  }
  for (std::size_t j = 0; j < out.size(); ++j) out[j] /= inverse_.row(j)[j];
  for (const std::uint32_t item : items) out[item] += 1;  // its own term is not part of B
}

std::vector<Contribution> EaseModel::explain(std::span<const std::uint32_t> items,
                                             std::uint32_t item) const {
  std::vector<Contribution> contributions;
  for (const std::uint32_t other : items) contributions.push_back({other, weight(other, item)});
  return contributions;
}

}  // namespace clientele::factorization
