// Every item is scored by the closed-form weights of the user's items.
#include <algorithm>

#include "models/recommend/recommender.hpp"

namespace clientele::recommend {
namespace {

class ByWeights : public Recommender {
 public:
  ByWeights(factorization::EaseModel model, const ActiveItems& active, const IdSet* allowed)
      : model_(std::move(model)), active_(active), allowed_(allowed) {}

  std::vector<Scored> top_k(const Taste& taste, const Selection& selection) const override {
    std::vector<float> scores(active_.size());
    model_.score(active_.liked(taste).items, scores);
    TopK best(selection.k);
    for (std::uint32_t i = 0; i < scores.size(); ++i) {
      if (scores[i] < best.threshold()) continue;
      const std::uint32_t item = active_.item_of(i);
      if (allowed_ != nullptr && !allowed_->has(item)) continue;
      if (selection.excludes_seen && std::ranges::binary_search(taste.items, item)) continue;
      best.offer(item, scores[i]);
    }
    return std::move(best).take();
  }

  std::vector<std::vector<Contribution>> explain(
      const Taste& taste, std::span<const Scored> recommended) const override {
    const auto liked = active_.liked(taste);
    std::vector<std::vector<Contribution>> lists;
    for (const Scored& item : recommended) {
      lists.push_back(model_.explain(liked.items, active_.active_of(item.id)));
      for (Contribution& part : lists.back()) part.item = active_.item_of(part.item);
    }
    return lists;
  }

 private:
  factorization::EaseModel model_;
  const ActiveItems& active_;
  const IdSet* allowed_;
};

}  // namespace

std::unique_ptr<Recommender> recommend_by_weights(factorization::EaseModel model,
                                                  const ActiveItems& active, const IdSet* allowed) {
  return std::make_unique<ByWeights>(std::move(model), active, allowed);
}

}  // namespace clientele::recommend
