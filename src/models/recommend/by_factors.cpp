// Users are folded in exactly, item factors searched exactly. One list scans the factors as they
// are; many build the byte index of numeric/top_k_dot.hpp first, which gives the same lists.
#include <cmath>
#include <mutex>
#include <optional>

#include "models/recommend/recommender.hpp"

namespace clientele::recommend {
namespace {

using factorization::AlsModel;
using factorization::FactorMatrix;

RowsView view_of(const FactorMatrix& factors) {
  return {factors.row(0), factors.rows(), factors.dims(), factors.stride()};
}

class ByFactors : public Recommender {
 public:
  ByFactors(AlsModel model, const ActiveItems& active, Closeness closeness, const IdSet* allowed)
      : model_(std::move(model)), active_(active), closeness_(closeness) {
    if (allowed == nullptr) return;
    allowed_.emplace(active.size(), false);
    for (std::uint32_t i = 0; i < active.size(); ++i) {
      if (allowed->has(active.item_of(i))) allowed_->add(i);
    }
  }

  std::vector<Scored> top_k(const Taste& taste, const Selection& selection) const override {
    const auto seen = seen_of(taste, selection);
    return in_catalogue(top_k_of_rows(view_of(model_.items()), user_of(taste), selection.k,
                                      closeness_, filter_of(seen)));
  }

  std::vector<std::vector<Scored>> top_k_of_each(std::span<const Taste> tastes,
                                                 const Selection& selection,
                                                 std::size_t threads) const override {
    std::call_once(index_made_, [&] { index_.emplace(view_of(model_.items()), threads); });
    factorization::SparseRows rows;
    std::vector<std::vector<std::uint32_t>> seen;
    for (const Taste& taste : tastes) {
      const auto liked = active_.liked(taste);
      rows.columns.insert(rows.columns.end(), liked.items.begin(), liked.items.end());
      rows.values.insert(rows.values.end(), liked.preferences.begin(), liked.preferences.end());
      rows.begin.push_back(rows.columns.size());
      seen.push_back(seen_of(taste, selection));
    }
    const auto users = model_.fold_in_each(rows, threads);
    std::vector<RowFilter> filters;
    for (const auto& items : seen) filters.push_back(filter_of(items));
    auto lists = index_->top_k_of_each(view_of(*users), selection.k, closeness_, filters, threads);
    for (auto& list : lists) list = in_catalogue(std::move(list));
    return lists;
  }

  std::vector<std::vector<Contribution>> explain(
      const Taste& taste, std::span<const Scored> recommended) const override {
    const auto liked = active_.liked(taste);
    std::vector<std::uint32_t> targets;
    for (const Scored& item : recommended) targets.push_back(active_.active_of(item.id));
    auto lists = model_.explain(liked.items, liked.preferences, targets);
    const std::vector<float> user = user_of(taste);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      const double divisor = closeness_ == Closeness::dot ? 1 : norms_of(user, targets[t]);
      for (Contribution& part : lists[t]) {
        part.item = active_.item_of(part.item);
        part.value = divisor > 0 ? part.value / divisor : 0;
      }
    }
    return lists;
  }

 private:
  std::vector<float> user_of(const Taste& taste) const {
    const auto liked = active_.liked(taste);
    return model_.fold_in(liked.items, liked.preferences);
  }

  std::vector<std::uint32_t> seen_of(const Taste& taste, const Selection& selection) const {
    std::vector<std::uint32_t> seen;
    if (!selection.excludes_seen) return seen;
    for (const std::uint32_t item : taste.items) {
      if (active_.active_of(item) != ActiveItems::kNone) seen.push_back(active_.active_of(item));
    }
    return seen;
  }

  RowFilter filter_of(std::span<const std::uint32_t> seen) const {
    return {.allowed = allowed_ ? &*allowed_ : nullptr, .excluded = seen};
  }

  std::vector<Scored> in_catalogue(std::vector<Scored> list) const {
    for (Scored& item : list) item.id = active_.item_of(item.id);
    return list;
  }

  double norms_of(std::span<const float> user, std::uint32_t item) const {
    const auto values = model_.items().values_of(item);
    user = user.first(values.size());
    return std::sqrt(factorization::dot(user, user) * factorization::dot(values, values));
  }

  AlsModel model_;
  const ActiveItems& active_;
  Closeness closeness_;
  std::optional<IdSet> allowed_;
  mutable std::once_flag index_made_;
  mutable std::optional<DotIndex> index_;
};

}  // namespace

std::unique_ptr<Recommender> recommend_by_factors(factorization::AlsModel model,
                                                  const ActiveItems& active, Closeness closeness,
                                                  const IdSet* allowed) {
  return std::make_unique<ByFactors>(std::move(model), active, closeness, allowed);
}

}  // namespace clientele::recommend
