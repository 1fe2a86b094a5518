// Products: ten categories with three price tiers of four products each, and the extras.
#include <array>
#include <cmath>

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"

namespace clientele::shop {
namespace {

struct CategoryPlan {
  std::string_view slug;
  std::string_view word;
  std::array<std::string_view, kProductsPerTier> nouns;
};

constexpr std::array<CategoryPlan, kCategories> kCategoryPlans{{
    {"kitchen", "kitchen", {"mixing bowl", "coffee press", "bread knife", "stock pot"}},
    {"garden", "garden", {"planter box", "watering can", "pruning saw", "fire bowl"}},
    {"bedroom", "bedroom", {"duvet cover", "pillow", "throw blanket", "bed frame"}},
    {"lighting", "lighting", {"table lamp", "pendant light", "candle holder", "floor lamp"}},
    {"office", "office", {"desk organiser", "notebook set", "monitor stand", "desk chair"}},
    {"sports", "sports", {"yoga mat", "kettlebell", "water bottle", "rowing trainer"}},
    {"travel", "travel", {"packing cubes", "day pack", "neck cushion", "cabin trunk"}},
    {"toys", "toys", {"building blocks", "puzzle", "balance bike", "play kitchen"}},
    {"crafts", "crafts", {"watercolour set", "yarn bundle", "clay kit", "sewing machine"}},
    {"pets", "pets", {"dog bed", "cat tree", "feeding bowl", "carrier"}},
}};

struct TierPlan {
  std::string_view adjective;
  double cheapest;  // currency units
  double dearest;
};
constexpr std::array<TierPlan, kTiers> kTierPlans{{
    {"everyday", 6, 12},
    {"classic", 24, 46},
    {"signature", 320, 440},
}};

constexpr std::array<std::string_view, 6> kMaterials{"linen",  "oak",   "steel",
                                                     "cotton", "glass", "café brown"};
constexpr std::array<std::string_view, kExtras> kExtraTitles{
    "gift box small",   "satin ribbon",     "greeting card", "matching envelope",
    "tea light refill", "long matches",     "battery pack",  "battery case",
    "polishing cloth",  "furniture polish", "tote bag",      "key ring"};

Product priced(std::size_t number, std::string title, std::string_view category, double price,
               Rng& rng) {
  Product product;
  product.id = numbered("P", number, 3);
  product.title = std::move(title);
  product.category = category;
  product.price = std::llround(price) * 100 - 1;  // 24.99
  const double share = 0.45 + 0.15 * rng.uniform();
  product.cost = std::llround(static_cast<double>(product.price) * share);
  return product;
}

}  // namespace

void make_products(Shop& shop, std::uint64_t seed) {
  Rng rng = stream_of(seed, Stream::products);
  const auto next = [&shop] { return shop.products.size() + 1; };
  for (const CategoryPlan& category : kCategoryPlans) {
    for (const TierPlan& tier : kTierPlans) {
      for (const std::string_view noun : category.nouns) {
        const std::string_view material = kMaterials[rng.below(kMaterials.size())];
        const double price = tier.cheapest + rng.uniform() * (tier.dearest - tier.cheapest);
        std::string title = std::string(tier.adjective) + " " + std::string(category.word) + " " +
                            std::string(noun) + ", " + std::string(material);
        shop.products.push_back(priced(next(), std::move(title), category.slug, price, rng));
      }
    }
  }
  for (const std::string_view title : kExtraTitles) {
    const double price = 3 + rng.uniform() * 4;
    shop.products.push_back(priced(next(), std::string(title), "extras", price, rng));
  }
  for (const PairPlan& pair : kPairs) {
    const double both = pair.lift * pair.p_a * pair.p_b;
    shop.truth.pairs.push_back({shop.products[kFirstExtra + pair.a].id,
                                shop.products[kFirstExtra + pair.b].id, pair.p_a, pair.p_b, both,
                                pair.lift});
  }
}

}  // namespace clientele::shop
