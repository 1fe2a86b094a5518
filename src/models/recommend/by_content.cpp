// Content scores: with w the ratings and r the unit rows of a user's items, W = sum w,
//
//   score(i) = sum over j != i of w_j r_i.r_j / sum over j != i of w_j.
//
// For unseen items that is the dot product with the weighted mean row, searched in the inverted
// index; a seen item's own term is taken off again: (W m.r_i - w_i r_i.r_i) / (W - w_i).
// Degenerate: a user with one item scores that item itself 0; texts without words score 0.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/recommend/recommender.hpp"

namespace clientele::recommend {
namespace {

constexpr double kGrid = 1e12;  // differences below are rounding

class ByContent : public Recommender {
 public:
  ByContent(const text::TfidfIndex& index, const IdSet* allowed)
      : index_(index), allowed_(allowed != nullptr ? *allowed : IdSet(index.documents(), true)) {}

  std::vector<Scored> top_k(const Taste& taste, const Selection& selection) const override {
    const Liked liked = liked_of(taste);
    const text::TermVector mean = index_.mean_of(liked.items, liked.ratings);
    IdSet unseen = allowed_;
    for (const std::uint32_t item : taste.items) unseen.remove(item);
    std::vector<Scored> best = index_.top_k(mean, selection.k, &unseen);
    if (selection.excludes_seen) return best;
    add_seen(taste, liked, mean, best);
    if (best.size() > selection.k) best.resize(selection.k);
    return best;
  }

  std::vector<std::vector<Contribution>> explain(
      const Taste& taste, std::span<const Scored> recommended) const override {
    const Liked liked = liked_of(taste);
    std::vector<text::TermVector> rows;
    for (const std::uint32_t item : liked.items) rows.push_back(index_.row(item));
    std::vector<std::vector<Contribution>> lists;
    for (const Scored& target : recommended) {
      const text::TermVector row = index_.row(target.id);
      double others = 0;
      for (std::size_t j = 0; j < rows.size(); ++j) {
        if (liked.items[j] != target.id) others += liked.ratings[j];
      }
      std::vector<Contribution>& parts = lists.emplace_back();
      for (std::size_t j = 0; j < rows.size(); ++j) {
        if (liked.items[j] == target.id) continue;
        parts.push_back({liked.items[j], liked.ratings[j] * dot(row, rows[j]) / others});
      }
    }
    return lists;
  }

 private:
  struct Liked {
    std::vector<std::uint32_t> items;
    std::vector<double> ratings;
  };

  static Liked liked_of(const Taste& taste) {
    Liked liked;
    for (std::size_t i = 0; i < taste.items.size(); ++i) {
      if (!(taste.ratings[i] > 0)) continue;
      liked.items.push_back(taste.items[i]);
      liked.ratings.push_back(taste.ratings[i]);
    }
    return liked;
  }

  // Merges the user's own items into the list.
  void add_seen(const Taste& taste, const Liked& liked, const text::TermVector& mean,
                std::vector<Scored>& best) const {
    const double all = std::accumulate(liked.ratings.begin(), liked.ratings.end(), 0.0);
    for (std::size_t i = 0; i < taste.items.size(); ++i) {
      if (!allowed_.has(taste.items[i])) continue;
      const text::TermVector row = index_.row(taste.items[i]);
      const double own = taste.ratings[i];
      const double others = all - own;
      const double sum = all * dot(mean, row) - (row.empty() ? 0 : own);
      best.push_back({taste.items[i], others > 0 ? std::max(0.0, sum / others) : 0});
    }
    const auto own_rating = [&taste](std::uint32_t item) {
      const auto found = std::ranges::lower_bound(taste.items, item);
      return found != taste.items.end() && *found == item
                 ? taste.ratings[static_cast<std::size_t>(found - taste.items.begin())]
                 : 0.0F;
    };
    for (Scored& item : best) item.score = std::nearbyint(item.score * kGrid) / kGrid;
    std::ranges::sort(best, [&](const Scored& a, const Scored& b) {
      if (a.score != b.score) return a.score > b.score;
      const float own_a = own_rating(a.id);
      const float own_b = own_rating(b.id);
      return own_a != own_b ? own_a < own_b : a.id < b.id;
    });
  }

  const text::TfidfIndex& index_;
  IdSet allowed_;
};

}  // namespace

std::unique_ptr<Recommender> recommend_by_content(const text::TfidfIndex& index,
                                                  const IdSet* allowed) {
  return std::make_unique<ByContent>(index, allowed);
}

}  // namespace clientele::recommend
