// Over customers, with n_i the owners of i, n_ij the owners of both, n_c the buyers of the
// category:
//
//   P(j | i) = (n_ij + 5 q) / (n_i + 5),  q = (n_j / n_c) (1 + cos(i, j)) / 2,
//
// the share of i's owners who have j as well, drawn towards j's share in its category as far as
// their texts are alike (cosine 0 without words): few owners prove little. Of the owned items that
// an offer could replace it takes the one of highest P, then the dearest, so that the price
// difference is not overstated. Degenerate: what nobody owns has P = 0. Pairs that nobody owns
// together are tried in order of n_j while 5 n_j / n_c / (n_i + 5) can reach the minimum.
// Complexity: counting as basket::count_pairs, then O(partners + candidates) an owned item.
#include "models/recommend/upsell.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "models/basket/orders.hpp"

namespace clientele::recommend {
namespace {

constexpr double kPriorOwners = 5;

// One row a customer and category, so that only pairs of one category are counted.
struct CategoryRows {
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> items;
  std::vector<std::uint32_t> buyers;  // by category
};

CategoryRows rows_by_category(const Ownership& owned, std::span<const PricedItem> items,
                              std::uint32_t categories) {
  CategoryRows rows;
  rows.buyers.resize(categories);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted;
  for (std::uint32_t customer = 0; customer < owned.customers(); ++customer) {
    sorted.clear();
    for (const std::uint32_t item : owned.of(customer)) {
      sorted.emplace_back(items[item].category, item);
    }
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      rows.items.push_back(sorted[i].second);
      if (i + 1 < sorted.size() && sorted[i + 1].first == sorted[i].first) continue;
      rows.offsets.push_back(static_cast<std::uint32_t>(rows.items.size()));
      ++rows.buyers[sorted[i].first];
    }
  }
  return rows;
}

}  // namespace

Result<UpsellModel> UpsellModel::fit(const Ownership& owned, std::span<const PricedItem> items,
                                     std::uint32_t categories, const text::TfidfIndex& index,
                                     const UpsellOptions& options) {
  CategoryRows rows = rows_by_category(owned, items, categories);
  const basket::Orders orders{.offsets = rows.offsets,
                              .items = rows.items,
                              .item_count = static_cast<std::uint32_t>(items.size())};
  basket::CountOptions counting;
  counting.threads = options.threads;
  counting.cancellation = options.cancellation;
  auto counts = basket::count_pairs(orders, counting);
  if (!counts) return std::move(counts).error();
  UpsellModel model(std::move(counts).value(), items, index, options);
  model.buyers_ = std::move(rows.buyers);
  model.by_support_.resize(categories);
  for (std::uint32_t rank = 0; rank < model.counts_.kept(); ++rank) {
    const std::uint32_t item = model.counts_.code_of(rank);
    model.by_support_[items[item].category].push_back(item);
  }
  return model;
}

double UpsellModel::probability(std::uint32_t based_on, std::uint32_t item) const {
  const double buyers = buyers_[items_[item].category];
  if (!(buyers > 0)) return 0;
  const double likeness = (1 + dot(index_->row(based_on), index_->row(item))) / 2;
  const double prior = counts_.support(item) / buyers * std::min(likeness, 1.0);
  return (counts_.together(based_on, item) + kPriorOwners * prior) /
         (counts_.support(based_on) + kPriorOwners);
}

bool UpsellModel::is_upsell(std::uint32_t from, std::uint32_t to) const {
  return items_[to].price > items_[from].price &&
         items_[to].price <= options_.max_price_ratio * items_[from].price;
}

// Calls visit(item) for all items that can reach the minimal probability, some of them twice.
template <typename Visit>
void UpsellModel::for_each_candidate(std::uint32_t based_on, Visit&& visit) const {
  const std::uint32_t rank = counts_.rank_of(based_on);
  if (rank == basket::CoOccurrence::kDropped) return;
  counts_.for_each_partner(
      rank, [&](std::uint32_t partner, std::uint32_t) { visit(counts_.code_of(partner)); });
  const std::uint32_t category = items_[based_on].category;
  const double least = options_.min_probability * buyers_[category] *
                       (counts_.support(based_on) + kPriorOwners) / kPriorOwners;
  for (const std::uint32_t item : by_support_[category]) {
    if (counts_.support(item) < least) return;
    visit(item);
  }
}

std::vector<UpsellOffer> UpsellModel::offers(std::span<const std::uint32_t> owned,
                                             std::size_t k) const {
  std::vector<std::uint32_t> sorted(owned.begin(), owned.end());
  std::ranges::sort(sorted);
  std::map<std::uint32_t, UpsellOffer> best;  // by item
  for (const std::uint32_t from : sorted) {
    for_each_candidate(from, [&](std::uint32_t to) {
      if (!is_upsell(from, to) || std::ranges::binary_search(sorted, to)) return;
      const double chance = probability(from, to);
      if (chance < options_.min_probability) return;
      const UpsellOffer offer{to,
                              from,
                              chance,
                              chance * (items_[to].price - items_[from].price),
                              counts_.support(from),
                              counts_.together(from, to)};
      const auto [place, is_new] = best.emplace(to, offer);
      const std::uint32_t other = place->second.based_on;
      if (is_new || other == from) return;
      if (std::pair(chance, items_[from].price) >
          std::pair(place->second.probability, items_[other].price)) {
        place->second = offer;
      }
    });
  }
  std::vector<UpsellOffer> offers;
  for (const auto& [item, offer] : best) offers.push_back(offer);
  std::ranges::stable_sort(offers, std::ranges::greater(), &UpsellOffer::expected_uplift);
  offers.resize(std::min(k, offers.size()));
  return offers;
}

}  // namespace clientele::recommend
