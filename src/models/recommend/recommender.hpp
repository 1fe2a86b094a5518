// Models that rank a catalogue for a taste, behind one face.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "models/factorization/als.hpp"
#include "models/factorization/ease.hpp"
#include "models/recommend/history.hpp"
#include "models/text/tfidf_index.hpp"
#include "numeric/top_k.hpp"
#include "numeric/top_k_dot.hpp"

namespace clientele::recommend {

using factorization::Contribution;

// Which items a list may hold.
struct Selection {
  std::size_t k = 10;
  bool excludes_seen = true;
};

// Immutable; may be asked from several threads. Items and users are codes of the catalogue.
class Recommender {
 public:
  virtual ~Recommender() = default;

  // The items of highest predicted preference among those that the model knows and that are
  // allowed, best first, ties by ascending code. Exact. Fewer than k only where there are fewer.
  virtual std::vector<Scored> top_k(const Taste& taste, const Selection& selection) const = 0;

  // For each of `recommended` how much each liked item of the taste adds to its score; the values
  // sum to the score.
  virtual std::vector<std::vector<Contribution>> explain(
      const Taste& taste, std::span<const Scored> recommended) const = 0;

  // top_k() of many tastes. Memory: O(k) a taste.
  virtual std::vector<std::vector<Scored>> top_k_of_each(std::span<const Taste> tastes,
                                                         const Selection& selection,
                                                         std::size_t threads) const;
};

// Arguments must outlive the recommenders. `allowed`: null for the whole catalogue.

// Scores are predicted preferences (dot) or cosines of the latent vectors.
std::unique_ptr<Recommender> recommend_by_factors(factorization::AlsModel model,
                                                  const ActiveItems& active, Closeness closeness,
                                                  const IdSet* allowed);

// Scores are predicted preferences.
std::unique_ptr<Recommender> recommend_by_weights(factorization::EaseModel model,
                                                  const ActiveItems& active, const IdSet* allowed);

// Scores are the rating-weighted means of an item's TF-IDF cosines to the user's items other than
// itself. Ties: items that the user had less to do with first.
std::unique_ptr<Recommender> recommend_by_content(const text::TfidfIndex& index,
                                                  const IdSet* allowed);

}  // namespace clientele::recommend
