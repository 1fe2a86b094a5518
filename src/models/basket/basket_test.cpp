#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/rng.hpp"
#include "models/basket/affinity_matrix.hpp"

namespace clientele::basket {
namespace {

struct Basket {
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> items;
  std::uint32_t item_count = 0;

  explicit Basket(const std::vector<std::vector<std::uint32_t>>& orders) {
    for (const auto& order : orders) add(order);
  }
  void add(const std::vector<std::uint32_t>& order) {
    items.insert(items.end(), order.begin(), order.end());
    offsets.push_back(static_cast<std::uint32_t>(items.size()));
    for (const auto item : order) item_count = std::max(item_count, item + 1);
  }
  Orders view() const { return {.offsets = offsets, .items = items, .item_count = item_count}; }
};

Basket random_orders(std::size_t orders, std::uint32_t items, std::uint64_t mean_size,
                     std::uint64_t seed) {
  Rng rng(seed);
  Basket basket({});
  for (std::size_t o = 0; o < orders; ++o) {
    std::vector<std::uint32_t> order(rng.below(2 * mean_size + 1));
    for (auto& item : order) {
      item = static_cast<std::uint32_t>(rng.uniform() * rng.uniform() * items);
    }
    basket.add(order);
  }
  basket.item_count = items;
  return basket;
}

using PairMap = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>;

PairMap pairs_by_definition(const Orders& orders) {
  PairMap pairs;
  for (std::uint32_t o = 0; o < orders.size(); ++o) {
    const std::set<std::uint32_t> distinct(orders.items.begin() + orders.offsets[o],
                                           orders.items.begin() + orders.offsets[o + 1]);
    for (const auto a : distinct) {
      for (const auto b : distinct) ++pairs[{a, b}];
    }
  }
  return pairs;
}

void expect_counts(const CoOccurrence& counts, const PairMap& expected, std::uint32_t codes) {
  for (std::uint32_t a = 0; a < codes; ++a) {
    for (std::uint32_t b = 0; b < codes; ++b) {
      const auto found = expected.find({a, b});
      ASSERT_EQ(counts.together(a, b), found == expected.end() ? 0 : found->second)
          << a << ' ' << b;
    }
  }
}

std::vector<double> row_of(const AffinityMatrix& matrix, std::size_t i) {
  std::vector<double> row(matrix.size());
  matrix.fill_row(i, row);
  return row;
}

// The two documented examples of cross_sell_matrix.
TEST(AffinityMatrix, ItemExample) {
  const Basket basket({{0, 1}, {0, 2, 3}, {1, 3}});
  const auto counts = count_pairs(basket.view());
  ASSERT_TRUE(counts.ok());
  const AffinityMatrix matrix(*counts, {});
  EXPECT_EQ(row_of(matrix, 0), (std::vector{1.0, 0.5, 0.5, 0.5}));
  EXPECT_EQ(row_of(matrix, 1), (std::vector{0.5, 1.0, 0.0, 0.5}));
  EXPECT_EQ(row_of(matrix, 2), (std::vector{1.0, 0.0, 1.0, 1.0}));
  EXPECT_EQ(row_of(matrix, 3), (std::vector{0.5, 0.5, 0.5, 1.0}));
}

TEST(AffinityMatrix, CategoryExample) {
  // Items A1 B9 D7 E2; groups Accessories, Shoes, Wearables.
  const Basket basket({{0, 1}, {0, 2, 3}, {2}, {0, 3}, {1, 3}, {0, 1, 2}, {3, 2}});
  const std::vector<std::uint32_t> group_of{1, 1, 0, 2};
  Orders orders = basket.view();
  orders.group_of = group_of;
  orders.group_count = 3;
  const auto counts = count_pairs(orders);
  const AffinityMatrix matrix(*counts, {});
  EXPECT_EQ(row_of(matrix, 0), (std::vector{1.0, 0.5, 0.5}));
  EXPECT_EQ(row_of(matrix, 1), (std::vector{0.4, 1.0, 0.6}));
  EXPECT_EQ(row_of(matrix, 2), (std::vector{0.5, 0.75, 1.0}));
}

TEST(CoOccurrence, EqualsTheDefinitionInBothForms) {
  for (const std::uint64_t mean_size : {2, 40}) {  // sparse rows, then a dense matrix
    const Basket basket = random_orders(400, 90, mean_size, mean_size);
    const auto counts = count_pairs(basket.view(), {.threads = 2});
    expect_counts(*counts, pairs_by_definition(basket.view()), 90);
  }
}

TEST(CoOccurrence, RanksByDescendingSupportThenCode) {
  const Basket basket({{0, 2}, {1, 2}, {3}, {2, 3}});
  const auto counts = count_pairs(basket.view());
  std::vector<std::uint32_t> codes;
  for (std::uint32_t rank = 0; rank < counts->kept(); ++rank)
    codes.push_back(counts->code_of(rank));
  EXPECT_EQ(codes, (std::vector<std::uint32_t>{2, 3, 0, 1}));
}

TEST(CoOccurrence, MinSupportDropsItemsButNotOrders) {
  const Basket basket({{0, 1, 2}, {0, 1}, {1}, {2, 3}});
  const auto counts = count_pairs(basket.view(), {.min_support = 2});
  EXPECT_EQ(counts->kept(), 3U);
  EXPECT_EQ(counts->orders(), 4U);
  EXPECT_EQ(counts->support(3), 1U);
  EXPECT_EQ(counts->rank_of(3), CoOccurrence::kDropped);
  EXPECT_EQ(counts->together(2, 3), 0U);
  EXPECT_EQ(counts->together(0, 1), 2U);
}

TEST(CoOccurrence, EmptyOrdersAndNoOrders) {
  const Basket empty({{}, {}});
  const auto counts = count_pairs(empty.view());
  EXPECT_EQ(counts->orders(), 2U);
  EXPECT_EQ(counts->kept(), 0U);
  EXPECT_EQ(counts->pairs(), 0U);
  EXPECT_EQ(count_pairs(Orders{})->orders(), 0U);
}

TEST(CoOccurrence, OneOrderOfTwoThousandLines) {
  std::vector<std::uint32_t> all(2'000);
  std::iota(all.begin(), all.end(), 0U);
  all.insert(all.end(), all.begin(), all.end());
  const Basket basket({all, {0, 1'999}});
  const auto counts = count_pairs(basket.view());
  EXPECT_EQ(counts->pairs(), 1'999'000U);
  EXPECT_EQ(counts->together(0, 1'999), 2U);
  EXPECT_EQ(counts->together(5, 700), 1U);
}

TEST(CoOccurrence, TooManyPairsIsAnErrorWithARemedy) {
  const Basket basket = random_orders(100, 80, 10, 3);
  const auto counts = count_pairs(basket.view(), {.max_pairs = 50});
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().kind, ErrorKind::too_large);
  EXPECT_NE(counts.error().detail.find("min_support"), std::string::npos);
}

TEST(CoOccurrence, StopsWhenCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  const Basket basket = random_orders(100, 80, 10, 3);
  const auto counts = count_pairs(basket.view(), {.cancellation = &cancellation});
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().kind, ErrorKind::deadline_exceeded);
}

TEST(CoOccurrence, ThreadsAndOrderOfOrdersChangeNothing) {
  const Basket basket = random_orders(30'000, 3'000, 4, 11);
  Basket reversed({});
  for (std::size_t o = basket.offsets.size() - 1; o-- > 0;) {
    std::vector<std::uint32_t> order(basket.items.begin() + basket.offsets[o],
                                     basket.items.begin() + basket.offsets[o + 1]);
    std::reverse(order.begin(), order.end());
    reversed.add(order);
  }
  reversed.item_count = basket.item_count;
  const auto expected = count_pairs(basket.view());
  const AffinityMatrix matrix(*expected, {.measure = Measure::lift});
  std::vector<AffinityMatrix::Cell> row;
  std::vector<AffinityMatrix::Cell> other;
  for (const auto& [orders, threads] : {std::pair{&basket, 2}, {&basket, 8}, {&reversed, 2}}) {
    const auto counts = count_pairs(orders->view(), {.threads = static_cast<std::size_t>(threads)});
    ASSERT_EQ(counts->pairs(), expected->pairs());
    const AffinityMatrix same(*counts, {.measure = Measure::lift});
    for (std::size_t i = 0; i < matrix.size(); ++i) {
      matrix.sparse_row(i, 0, row);
      same.sparse_row(i, 0, other);
      ASSERT_TRUE(
          std::equal(row.begin(), row.end(), other.begin(), other.end(),
                     [](auto& a, auto& b) { return a.column == b.column && a.value == b.value; }));
    }
  }
}

TEST(CoOccurrence, MergedPartsEqualTheWhole) {
  const Basket first = random_orders(200, 60, 3, 1);
  const Basket second = random_orders(300, 60, 3, 2);
  Basket both = first;
  for (std::size_t o = 0; o + 1 < second.offsets.size(); ++o) {
    both.add(
        {second.items.begin() + second.offsets[o], second.items.begin() + second.offsets[o + 1]});
  }
  const auto sum = merge(*count_pairs(first.view()), *count_pairs(second.view()), 1'000'000);
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(sum->orders(), 500U);
  expect_counts(*sum, pairs_by_definition(both.view()), 60);
  EXPECT_FALSE(merge(*count_pairs(first.view()), *count_pairs(second.view()), 10).ok());
}

TEST(Measures, DiagonalsFollowTheFormulas) {
  const PairTable diagonal{5, 5, 5, 20};
  EXPECT_EQ(value_of(Measure::support, diagonal), 0.25);
  EXPECT_EQ(value_of(Measure::confidence, diagonal), 1);
  EXPECT_EQ(value_of(Measure::lift, diagonal), 4);
  EXPECT_EQ(value_of(Measure::jaccard, diagonal), 1);
}

// Dunning's ratio of one table, from SciPy: chi2_contingency([[10, 20], [5, 65]], correction=False,
// lambda_="log-likelihood").
TEST(Measures, LogLikelihoodEqualsScipy) {
  EXPECT_NEAR(value_of(Measure::log_likelihood, {10, 30, 15, 100}), 10.326357787372961, 1e-12);
  EXPECT_LT(value_of(Measure::log_likelihood, {1, 30, 30, 100}), 0);
  EXPECT_EQ(value_of(Measure::log_likelihood, {100, 100, 100, 100}), 0);
}

TEST(Measures, LargeCountsDoNotOverflow) {
  const std::uint64_t n = 4'000'000'000;
  EXPECT_EQ(value_of(Measure::lift, {n / 2, n / 2, n, n}), 1);
  EXPECT_NEAR(value_of(Measure::log_likelihood, {n / 4, n / 2, n / 2, n}), 0, 1e-3);
}

TEST(AffinityMatrix, SymmetricIsTheMeanOfBothDirections) {
  const Basket basket({{0, 1}, {0}, {0}, {1}});
  const auto counts = count_pairs(basket.view());
  const AffinityMatrix matrix(*counts, {.is_symmetric = true});
  EXPECT_EQ(row_of(matrix, 0)[1], (1.0 / 3 + 1.0 / 2) / 2);
  EXPECT_EQ(row_of(matrix, 0)[1], row_of(matrix, 1)[0]);
  EXPECT_EQ(row_of(matrix, 0)[0], 1);
}

TEST(AffinityMatrix, SparseRowsAreTheDenseOnesInTheCallersOrder) {
  const Basket basket = random_orders(300, 50, 3, 5);
  const auto counts = count_pairs(basket.view());
  std::vector<std::uint32_t> order;
  for (std::uint32_t code = 50; code-- > 0;) {
    if (counts->support(code) > 0 && code % 3 != 0) order.push_back(code);
  }
  const AffinityMatrix matrix(*counts,
                              {.measure = Measure::jaccard, .min_together = 2, .order = order});
  ASSERT_EQ(matrix.size(), order.size());
  std::vector<AffinityMatrix::Cell> cells;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    std::vector<double> dense = row_of(matrix, i);
    EXPECT_EQ(dense[i], 1);
    matrix.sparse_row(i, 0.05, cells);
    std::vector<double> sparse(matrix.size());
    for (const auto& cell : cells) sparse[cell.column] = cell.value;
    for (std::size_t j = 0; j < matrix.size(); ++j) {
      const double together = counts->together(order[i], order[j]);
      const double either = counts->support(order[i]) + counts->support(order[j]) - together;
      if (i == j) continue;
      EXPECT_EQ(dense[j], together >= 2 ? together / either : 0);
      EXPECT_EQ(sparse[j], dense[j] >= 0.05 ? dense[j] : 0);
    }
  }
}

TEST(AffinityMatrix, TopPairsAreTheSortedCells) {
  const Basket basket = random_orders(500, 40, 3, 9);
  const auto counts = count_pairs(basket.view());
  for (const bool is_symmetric : {false, true}) {
    const AffinityMatrix matrix(*counts, {.is_symmetric = is_symmetric});
    std::vector<std::tuple<double, std::int64_t, std::uint32_t, std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < matrix.size(); ++i) {
      const auto row = row_of(matrix, i);
      for (std::uint32_t j = 0; j < matrix.size(); ++j) {
        if (i == j || row[j] == 0 || (is_symmetric && j < i)) continue;
        const std::int64_t together = counts->together(matrix.code_of(i), matrix.code_of(j));
        expected.emplace_back(-row[j], -together, i, j);
      }
    }
    std::sort(expected.begin(), expected.end());
    const auto top = matrix.top_pairs(25);
    ASSERT_EQ(top.size(), 25U);
    for (std::size_t k = 0; k < top.size(); ++k) {
      EXPECT_EQ(
          std::tuple(-top[k].value, -std::int64_t{top[k].together}, top[k].row, top[k].column),
          expected[k]);
    }
  }
  EXPECT_TRUE(AffinityMatrix(*counts, {}).top_pairs(0).empty());
}

}  // namespace
}  // namespace clientele::basket
