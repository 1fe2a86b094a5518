#include "models/recommend/lists.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "models/recommend/diversity.hpp"

namespace clientele::recommend {
namespace {

constexpr std::size_t kPool = 300;  // items that a diverse list is chosen from

Selection selection_of(const ListOptions& options) {
  return {.k = options.diversity > 0 ? std::max(kPool, options.k) : options.k,
          .excludes_seen = options.excludes_seen};
}

// Fills the ranked list up with items that the model does not know.
void fill_up(const Fit& fit, const Taste& taste, const ListOptions& options,
             std::vector<Listed>& listed) {
  if (listed.size() >= options.k) return;
  const std::size_t missing = options.k - listed.size();
  // The model knows the active items and has listed all of them that it may.
  std::vector<std::uint32_t> known;
  for (const Listed& item : listed) known.push_back(item.item);
  std::ranges::sort(known);
  for (const Scored& item : fit.content().top_k(
           taste, {.k = options.k + known.size(), .excludes_seen = options.excludes_seen})) {
    if (listed.size() - known.size() == missing) return;
    if (std::ranges::binary_search(known, item.id)) continue;
    listed.push_back({item.id, item.score, true, {}});
  }
}

void explain(const Fit& fit, const Taste& taste, std::vector<Listed>& listed) {
  for (const bool by_content : {false, true}) {
    std::vector<Scored> items;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (listed[i].is_by_content != by_content) continue;
      items.push_back({listed[i].item, listed[i].score});
      places.push_back(i);
    }
    if (items.empty()) continue;
    const Recommender& model = by_content ? fit.content() : fit.recommender();
    auto reasons = model.explain(taste, items);
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::ranges::sort(reasons[i], [](const Contribution& a, const Contribution& b) {
        return a.value != b.value ? a.value > b.value : a.item < b.item;
      });
      listed[places[i]].reasons = std::move(reasons[i]);
    }
  }
}

std::vector<Listed> finished(const Fit& fit, const text::TfidfIndex& index, const Taste& taste,
                             const ListOptions& options, std::vector<Scored> ranked) {
  if (options.diversity > 0) {
    const Likeness likeness = likeness_of(ranked, index, fit.active(), fit.interactions());
    ranked = diversified(ranked, options.k, options.diversity, likeness);
  }
  const bool is_content = fit.algorithm() == Algorithm::content;
  std::vector<Listed> listed;
  for (const Scored& item : ranked) listed.push_back({item.id, item.score, is_content, {}});
  if (!is_content) fill_up(fit, taste, options, listed);
  if (options.explains) explain(fit, taste, listed);
  return listed;
}

}  // namespace

bool has_likes(const Taste& taste) {
  return std::ranges::any_of(taste.preferences, [](float value) { return value > 0; });
}

std::vector<Listed> list_for(const Fit& fit, const text::TfidfIndex& index, const Taste& taste,
                             const ListOptions& options) {
  if (!has_likes(taste)) return {};
  return finished(fit, index, taste, options,
                  fit.recommender().top_k(taste, selection_of(options)));
}

std::vector<std::vector<Listed>> lists_for(const Fit& fit, const text::TfidfIndex& index,
                                           std::span<const Taste> tastes,
                                           const ListOptions& options, std::size_t threads) {
  auto ranked = fit.recommender().top_k_of_each(tastes, selection_of(options), threads);
  std::vector<std::vector<Listed>> lists(tastes.size());
  const std::size_t chunks = (tastes.size() + 15) / 16;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(tastes.size(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (!has_likes(tastes[i])) continue;
      lists[i] = finished(fit, index, tastes[i], options, std::move(ranked[i]));
    }
  });
  return lists;
}

}  // namespace clientele::recommend
