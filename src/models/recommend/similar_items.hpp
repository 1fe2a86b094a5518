// Items like an item, by who chose them and by their texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/factorization/als.hpp"
#include "models/recommend/history.hpp"
#include "models/text/tfidf_index.hpp"
#include "numeric/top_k.hpp"

namespace clientele::recommend {

// The behaviour side: item factors and how many users each item has.
struct Behaviour {
  const factorization::AlsModel& model;
  const ActiveItems& active;
  const factorization::Interactions& interactions;
};

struct Similar {
  std::uint32_t item;
  double score;    // blend_cf x cf + (1 - blend_cf) x content
  double cf;       // 0-1
  double content;  // 0-1
};

struct SimilarOptions {
  std::size_t k = 10;
  double blend_cf = 0.5;           // 0-1; counts as 0 where the item itself has no behaviour
  const IdSet* allowed = nullptr;  // null: the whole catalogue
  double diversity = 0;            // 0-1
};

// The latent cosine of two items, at least 0, shrunk by the smaller of their numbers of users.
double shrunk_cosine(const Behaviour& behaviour, std::uint32_t a, std::uint32_t b);

// The k items of highest score, without the item itself; ties by ascending code; fewer only where
// fewer are allowed. `behaviour` may be null. Exact. Complexity: O(items dims).
std::vector<Similar> similar_items(const text::TfidfIndex& index, const Behaviour* behaviour,
                                   std::uint32_t item, const SimilarOptions& options);

}  // namespace clientele::recommend
