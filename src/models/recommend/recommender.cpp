#include "models/recommend/recommender.hpp"

#include "base/parallel.hpp"

namespace clientele::recommend {

std::vector<std::vector<Scored>> Recommender::top_k_of_each(std::span<const Taste> tastes,
                                                            const Selection& selection,
                                                            std::size_t threads) const {
  std::vector<std::vector<Scored>> lists(tastes.size());
  const std::size_t chunks = (tastes.size() + 15) / 16;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(tastes.size(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) lists[i] = top_k(tastes[i], selection);
  });
  return lists;
}

}  // namespace clientele::recommend
