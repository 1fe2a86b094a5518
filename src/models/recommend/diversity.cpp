// Maximal marginal relevance: the next item is the one of largest
//
//   (1 - d) score / best score - d max over the chosen c of likeness(item, c),
//
// ties by the order of the pool. Degenerate: where no score is positive all relevances are 0, and
// the first of the pool begins the list. Source: Carbonell, Goldstein (1998). Complexity: see the
// header; the largest likeness of each item is kept as the list grows.
#include "models/recommend/diversity.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::recommend {
namespace {

// Cosine of two sets given as ascending lists.
double overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    common += a[i] == b[j];
    const bool moves_a = a[i] <= b[j];
    const bool moves_b = b[j] <= a[i];
    i += moves_a;
    j += moves_b;
  }
  return static_cast<double>(common) /
         std::sqrt(static_cast<double>(a.size()) * static_cast<double>(b.size()));
}

}  // namespace

Likeness likeness_of(std::span<const Scored> items, const text::TfidfIndex& index,
                     const ActiveItems& active, const factorization::Interactions& interactions) {
  if (index.vocabulary().size() > 0) {
    std::vector<text::TermVector> rows;
    for (const Scored& item : items) rows.push_back(index.row(item.id));
    return [rows = std::move(rows)](std::size_t i, std::size_t j) { return dot(rows[i], rows[j]); };
  }
  std::vector<std::span<const std::uint32_t>> users;
  for (const Scored& item : items) {
    const std::uint32_t code = active.active_of(item.id);
    users.push_back(code == ActiveItems::kNone ? std::span<const std::uint32_t>{}
                                               : interactions.by_item.columns_of(code));
  }
  return [users = std::move(users)](std::size_t i, std::size_t j) {
    return overlap(users[i], users[j]);
  };
}

std::vector<Scored> diversified(std::span<const Scored> pool, std::size_t k, double diversity,
                                const Likeness& likeness) {
  const double best = pool.empty() ? 0 : std::max(pool.front().score, 0.0);
  std::vector<double> nearest(pool.size(), 0.0);  // to the chosen ones
  std::vector<bool> is_chosen(pool.size(), false);
  std::vector<Scored> chosen;
  while (chosen.size() < std::min(k, pool.size())) {
    std::size_t next = pool.size();
    double largest = 0;
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (is_chosen[i]) continue;
      const double relevance = best > 0 ? std::max(pool[i].score, 0.0) / best : 0;
      const double worth = (1 - diversity) * relevance - diversity * nearest[i];
      if (next != pool.size() && worth <= largest) continue;
      next = i;
      largest = worth;
    }
    is_chosen[next] = true;
    chosen.push_back(pool[next]);
    if (!(diversity > 0)) continue;
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (!is_chosen[i]) nearest[i] = std::max(nearest[i], likeness(i, next));
    }
  }
  return chosen;
}

}  // namespace clientele::recommend
