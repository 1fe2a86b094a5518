// cf(i, j) = max(0, cos(y_i, y_j)) n / (n + 5), n the smaller number of users of both: few users
// give short, noisy factors whose cosines are extreme. Degenerate: items without users have cf 0,
// texts without words content 0. Source: shrinkage after Bell, Koren (2007). Complexity: see the
// header.
#include "models/recommend/similar_items.hpp"

#include <algorithm>
#include <cmath>

#include "models/recommend/diversity.hpp"

namespace clientele::recommend {
namespace {

constexpr double kShrinkage = 5;
constexpr std::size_t kPool = 300;

}  // namespace

double shrunk_cosine(const Behaviour& behaviour, std::uint32_t a, std::uint32_t b) {
  const std::uint32_t x = behaviour.active.active_of(a);
  const std::uint32_t y = behaviour.active.active_of(b);
  if (x == ActiveItems::kNone || y == ActiveItems::kNone) return 0;
  const auto u = behaviour.model.items().values_of(x);
  const auto v = behaviour.model.items().values_of(y);
  double uv = 0;
  double uu = 0;
  double vv = 0;
  for (std::size_t k = 0; k < u.size(); ++k) {
    uv += double{u[k]} * double{v[k]};
    uu += double{u[k]} * double{u[k]};
    vv += double{v[k]} * double{v[k]};
  }
  if (!(uu > 0 && vv > 0 && uv > 0)) return 0;
  const auto& by_item = behaviour.interactions.by_item;
  const auto users =
      static_cast<double>(std::min(by_item.columns_of(x).size(), by_item.columns_of(y).size()));
  return std::min(1.0, uv / std::sqrt(uu * vv)) * users / (users + kShrinkage);
}

std::vector<Similar> similar_items(const text::TfidfIndex& index, const Behaviour* behaviour,
                                   std::uint32_t item, const SimilarOptions& options) {
  const bool has_cf =
      behaviour != nullptr && behaviour->active.active_of(item) != ActiveItems::kNone;
  const double blend = has_cf ? options.blend_cf : 0;
  std::vector<double> content(index.documents());
  if (blend < 1) index.score_all(index.row(item), content);
  const auto similar = [&](std::uint32_t other) {
    Similar result{other, 0, 0, std::clamp(content[other], 0.0, 1.0)};
    if (blend > 0) result.cf = shrunk_cosine(*behaviour, item, other);
    result.score = blend * result.cf + (1 - blend) * result.content;
    return result;
  };
  TopK best(options.diversity > 0 ? std::max(kPool, options.k) : options.k);
  for (std::uint32_t other = 0; other < index.documents(); ++other) {
    if (other == item) continue;
    if (options.allowed != nullptr && !options.allowed->has(other)) continue;
    best.offer(other, similar(other).score);
  }
  std::vector<Scored> ranked = std::move(best).take();
  if (options.diversity > 0) {
    ranked = diversified(ranked, options.k, options.diversity, [&](std::size_t i, std::size_t j) {
      return index.vocabulary().size() > 0 || behaviour == nullptr
                 ? dot(index.row(ranked[i].id), index.row(ranked[j].id))
                 : shrunk_cosine(*behaviour, ranked[i].id, ranked[j].id);
    });
  }
  std::vector<Similar> result;
  for (const Scored& other : ranked) result.push_back(similar(other.id));
  return result;
}

}  // namespace clientele::recommend
