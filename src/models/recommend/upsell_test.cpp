#include "models/recommend/upsell.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.hpp"

namespace clientele::recommend {
namespace {

Ownership ownership(const std::vector<std::vector<std::uint32_t>>& rows) {
  Ownership owned;
  for (const auto& row : rows) {
    owned.items.insert(owned.items.end(), row.begin(), row.end());
    owned.begin.push_back(owned.items.size());
  }
  return owned;
}

text::TfidfIndex without_texts(std::size_t items) {
  return text::TfidfIndex::build(std::vector<std::string_view>(items));
}

// Two categories: 0-2 and 3-4.
const std::vector<PricedItem> kItems{{0, 10}, {0, 15}, {0, 30}, {1, 5}, {1, 8}};

TEST(Upsell, ProbabilityIsTheFormulaByHand) {
  const Ownership owned = ownership({{0}, {0, 1}, {0, 1, 3}, {2, 3}, {3, 4}});
  const auto index = without_texts(5);
  const auto model = UpsellModel::fit(owned, kItems, 2, index, {});
  ASSERT_TRUE(model.ok());
  // 3 own item 0, 2 of them item 1; 2 of the 4 buyers of the category own item 1.
  EXPECT_NEAR(model->probability(0, 1), (2 + 5 * (2.0 / 4) / 2) / (3 + 5), 1e-12);
  EXPECT_NEAR(model->probability(0, 2), (0 + 5 * (1.0 / 4) / 2) / (3 + 5), 1e-12);
  const auto offers = UpsellDesk(*model).offers(owned.of(0), 5);
  ASSERT_EQ(offers.size(), 1U);  // item 2 is three times as dear
  EXPECT_EQ(offers[0].item, 1U);
  EXPECT_EQ(offers[0].based_on, 0U);
  EXPECT_EQ(offers[0].owners, 3U);
  EXPECT_EQ(offers[0].owners_too, 2U);
  EXPECT_NEAR(offers[0].expected_uplift, 5 * offers[0].probability, 1e-12);
}

TEST(Upsell, LikerTextsRaiseTheProbability) {
  const Ownership owned = ownership({{0}, {1}, {2}});
  const std::vector<PricedItem> items{{0, 10}, {0, 15}, {0, 15}};
  const auto index = text::TfidfIndex::build(
      std::vector<std::string_view>{"steel kettle", "steel kettle large", "glass carafe"});
  const auto model = UpsellModel::fit(owned, items, 1, index, {});
  EXPECT_GT(model->probability(0, 1), model->probability(0, 2));
  EXPECT_EQ(UpsellDesk(*model).offers(owned.of(0), 5)[0].item, 1U);
}

TEST(Upsell, OffersObeyEveryRuleAndMissNone) {
  Rng rng(5);
  constexpr std::uint32_t kCount = 60;
  std::vector<PricedItem> items;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    items.push_back({i % 4, 5 + static_cast<double>(rng.below(40))});
  }
  std::vector<std::vector<std::uint32_t>> rows(150);
  for (auto& row : rows) {
    for (std::uint64_t n = rng.below(9); n > 0; --n) {
      row.push_back(static_cast<std::uint32_t>(rng.below(kCount)));
    }
    std::ranges::sort(row);
    row.erase(std::unique(row.begin(), row.end()), row.end());
  }
  const Ownership owned = ownership(rows);
  const auto index = without_texts(kCount);
  const UpsellOptions options{.max_price_ratio = 1.7, .min_probability = 0.03};
  const auto model = UpsellModel::fit(owned, items, 4, index, options);
  UpsellDesk desk(*model);
  for (std::uint32_t customer = 0; customer < owned.customers(); ++customer) {
    const auto offers = desk.offers(owned.of(customer), kCount);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t to = 0; to < kCount; ++to) {
      if (std::ranges::binary_search(owned.of(customer), to)) continue;
      const bool is_offer = std::ranges::any_of(owned.of(customer), [&](std::uint32_t from) {
        return items[from].category == items[to].category && items[to].price > items[from].price &&
               items[to].price <= 1.7 * items[from].price && model->probability(from, to) >= 0.03;
      });
      if (is_offer) expected.push_back(to);
    }
    std::vector<std::uint32_t> actual;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      actual.push_back(offers[i].item);
      EXPECT_LE(offers[i].expected_uplift, offers[i == 0 ? 0 : i - 1].expected_uplift);
      EXPECT_EQ(offers[i].probability, model->probability(offers[i].based_on, offers[i].item));
    }
    std::ranges::sort(actual);
    ASSERT_EQ(actual, expected) << customer;
    EXPECT_LE(desk.offers(owned.of(customer), 2).size(), 2U);
  }
}

TEST(Upsell, NothingOwnedGivesNothing) {
  const auto index = without_texts(5);
  const auto model = UpsellModel::fit(ownership({{}, {4}}), kItems, 2, index, {});
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(UpsellDesk(*model).offers({}, 5).empty());
  EXPECT_TRUE(UpsellDesk(*model).offers(std::vector<std::uint32_t>{4}, 5).empty());
}

}  // namespace
}  // namespace clientele::recommend
