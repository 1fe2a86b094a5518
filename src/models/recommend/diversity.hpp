// Lists that do not repeat themselves.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "models/recommend/history.hpp"
#include "models/text/tfidf_index.hpp"
#include "numeric/top_k.hpp"

namespace clientele::recommend {

// How alike the i-th and j-th of some items are, 0 to 1.
using Likeness = std::function<double(std::size_t i, std::size_t j)>;

// The cosine of the items' texts; where the catalogue has no words, the cosine of who liked them.
// Arguments must outlive the result.
Likeness likeness_of(std::span<const Scored> items, const text::TfidfIndex& index,
                     const ActiveItems& active, const factorization::Interactions& interactions);

// k items of `pool` (best first) by maximal marginal relevance, in the order of choice. diversity 0
// gives the first k. Requires: 0 <= diversity <= 1. Complexity: O(k pool) likenesses.
std::vector<Scored> diversified(std::span<const Scored> pool, std::size_t k, double diversity,
                                const Likeness& likeness);

}  // namespace clientele::recommend
