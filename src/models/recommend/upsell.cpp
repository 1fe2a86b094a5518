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
// Complexity: counting as basket::count_pairs, then O(partners + candidates) an item that is owned
// and O(its replacements) an owner.
#include "models/recommend/upsell.hpp"

#include <algorithm>
#include <utility>

#include "models/basket/orders.hpp"

namespace clientele::recommend {
namespace {

constexpr double kPriorOwners = 5;
constexpr std::size_t kMostKeptSteps = std::size_t{4} << 20;

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

double UpsellModel::chance(std::uint32_t based_on, std::uint32_t item, std::uint32_t together,
                           double cosine) const {
  const double share = counts_.support(item) / static_cast<double>(buyers_[items_[item].category]);
  const double prior = share * std::min((1 + cosine) / 2, 1.0);
  return (together + kPriorOwners * prior) / (counts_.support(based_on) + kPriorOwners);
}

double UpsellModel::probability(std::uint32_t based_on, std::uint32_t item) const {
  if (buyers_[items_[item].category] == 0) return 0;
  return chance(based_on, item, counts_.together(based_on, item),
                dot(index_->row(based_on), index_->row(item)));
}

bool UpsellModel::is_upsell(std::uint32_t from, std::uint32_t to) const {
  return items_[to].price > items_[from].price &&
         items_[to].price <= options_.max_price_ratio * items_[from].price;
}

void UpsellModel::steps_from(std::uint32_t based_on, std::vector<Step>& steps) const {
  steps.clear();
  const std::uint32_t rank = counts_.rank_of(based_on);
  if (rank == basket::CoOccurrence::kDropped) return;
  const text::TermVector row = index_->row(based_on);
  const auto try_item = [&](std::uint32_t item, std::uint32_t together) {
    if (chance(based_on, item, together, 1) < options_.min_probability) return;
    const double probability = chance(based_on, item, together, dot(row, index_->row(item)));
    if (probability < options_.min_probability) return;
    steps.push_back({item, together, probability});
  };
  counts_.for_each_partner(rank, [&](std::uint32_t partner, std::uint32_t together) {
    const std::uint32_t item = counts_.code_of(partner);
    if (is_upsell(based_on, item)) try_item(item, together);
  });
  const std::uint32_t category = items_[based_on].category;
  const double least = options_.min_probability * buyers_[category] *
                       (counts_.support(based_on) + kPriorOwners) / kPriorOwners;
  for (const std::uint32_t item : by_support_[category]) {
    if (counts_.support(item) < least) return;
    if (is_upsell(based_on, item) && counts_.together(based_on, item) == 0) try_item(item, 0);
  }
}

UpsellDesk::UpsellDesk(const UpsellModel& model)
    : model_(model), kept_of_(model.items_.size(), kNone), offer_of_(model.items_.size(), kNone) {}

std::span<const UpsellModel::Step> UpsellDesk::steps_from(std::uint32_t item) {
  if (kept_of_[item] != kNone) return kept_[kept_of_[item]];
  model_.steps_from(item, passing_);
  const bool has_more_owners = model_.counts_.support(item) > 1;
  if (!has_more_owners || kept_steps_ + passing_.size() > kMostKeptSteps) return passing_;
  kept_steps_ += passing_.size();
  kept_of_[item] = static_cast<std::uint32_t>(kept_.size());
  return kept_.emplace_back(passing_);
}

std::vector<UpsellOffer> UpsellDesk::offers(std::span<const std::uint32_t> owned, std::size_t k) {
  std::vector<std::uint32_t> sorted(owned.begin(), owned.end());
  std::ranges::sort(sorted);
  const std::span<const PricedItem> items = model_.items_;
  std::vector<UpsellOffer> offers;
  for (const std::uint32_t from : sorted) {
    for (const auto& [to, together, chance] : steps_from(from)) {
      const UpsellOffer offer{to,
                              from,
                              chance,
                              chance * (items[to].price - items[from].price),
                              model_.counts_.support(from),
                              together};
      if (offer_of_[to] == kNone) {
        if (std::ranges::binary_search(sorted, to)) continue;
        offer_of_[to] = static_cast<std::uint32_t>(offers.size());
        offers.push_back(offer);
        continue;
      }
      UpsellOffer& best = offers[offer_of_[to]];
      if (std::pair(chance, items[from].price) >
          std::pair(best.probability, items[best.based_on].price)) {
        best = offer;
      }
    }
  }
  for (const UpsellOffer& offer : offers) offer_of_[offer.item] = kNone;
  const std::size_t count = std::min(k, offers.size());
  std::ranges::partial_sort(offers, offers.begin() + static_cast<std::ptrdiff_t>(count),
                            [](const UpsellOffer& a, const UpsellOffer& b) {
                              return a.expected_uplift != b.expected_uplift
                                         ? a.expected_uplift > b.expected_uplift
                                         : a.item < b.item;
                            });
  offers.resize(count);
  return offers;
}

}  // namespace clientele::recommend
