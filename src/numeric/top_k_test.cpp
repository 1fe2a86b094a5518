#include "numeric/top_k.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.hpp"
#include "numeric/top_k_dot.hpp"
#include "numeric/top_k_scan.hpp"

namespace clientele {
namespace {

TEST(TopK, KeepsTheBestInOrderWithTiesById) {
  const std::vector<Scored> offers{{5, 1}, {2, 1}, {9, 7}, {1, 0}, {3, 1}};
  TopK best(offers.size() - 2);
  for (const Scored& offer : offers) best.offer(offer.id, offer.score);
  EXPECT_EQ(best.threshold(), 1);
  const std::vector<Scored> kept = std::move(best).take();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].id, 9U);
  EXPECT_EQ(kept[1].id, 2U);
  EXPECT_EQ(kept[2].id, 3U);
  EXPECT_TRUE(DotIndex({nullptr, 0, 0, 0}).top_k({}, 0, Closeness::dot).empty());
}

TEST(IdSet, CountsAddsAndRemoves) {
  IdSet ids(130, true);
  EXPECT_EQ(ids.count(), 130U);
  ids.remove(64);
  ids.remove(64);
  EXPECT_EQ(ids.count(), 129U);
  EXPECT_FALSE(ids.has(64));
  std::size_t visited = 0;
  ids.for_each([&](std::uint32_t id) {
    ++visited;
    EXPECT_LT(id, 130U);
  });
  EXPECT_EQ(visited, 129U);
  IdSet empty(64, false);
  empty.add(63);
  empty.add(63);
  EXPECT_EQ(empty.count(), 1U);
}

struct Rows {
  std::uint32_t count;
  std::uint32_t dims;
  std::vector<float> values;

  RowsView view() const { return {values.data(), count, dims, dims}; }
};

// Gaussian rows; `decay` > 0 gives norms and dimensions of very different size.
Rows random_rows(std::uint32_t count, std::uint32_t dims, double decay, std::uint64_t seed) {
  Rng rng(seed);
  Rows rows{count, dims, std::vector<float>(std::size_t{count} * dims)};
  for (std::uint32_t r = 0; r < count; ++r) {
    const double norm = std::exp(decay * rng.normal());
    for (std::uint32_t k = 0; k < dims; ++k) {
      rows.values[std::size_t{r} * dims + k] =
          static_cast<float>(norm * rng.normal() / (1 + decay * k));
    }
  }
  return rows;
}

std::vector<Scored> by_definition(const Rows& rows, std::span<const float> query, std::size_t k,
                                  Closeness closeness, const RowFilter& filter) {
  std::vector<Scored> scored;
  for (std::uint32_t r = 0; r < rows.count; ++r) {
    if (filter.allowed != nullptr && !filter.allowed->has(r)) continue;
    if (std::ranges::binary_search(filter.excluded, r)) continue;
    double dot = 0;
    double row_square = 0;
    double query_square = 0;
    for (std::uint32_t d = 0; d < rows.dims; ++d) {
      const double x = rows.values[std::size_t{r} * rows.dims + d];
      dot += x * query[d];
      row_square += x * x;
      query_square += double{query[d]} * query[d];
    }
    const double lengths = std::sqrt(row_square) * std::sqrt(query_square);
    if (closeness == Closeness::cosine) dot = lengths > 0 ? dot / lengths : 0;
    scored.push_back({r, dot});
  }
  std::sort(scored.begin(), scored.end(), is_better);
  if (k < scored.size())
    scored.erase(scored.begin() + static_cast<std::ptrdiff_t>(k), scored.end());
  return scored;
}

void expect_same(const std::vector<Scored>& found, const std::vector<Scored>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i].score, expected[i].score, 1e-6 * (1 + std::abs(expected[i].score))) << i;
    if (found[i].id != expected[i].id) {  // only where double rounding cannot tell them apart
      ASSERT_NEAR(found[i].score, expected[i].score, 1e-12);
    }
  }
}

TEST(DotIndex, EqualsBruteForce) {
  for (const std::uint32_t dims : {1U, 3U, 50U, 64U, 130U}) {
    for (const double decay : {0.0, 0.7}) {
      Rows rows = random_rows(1'501, dims, decay, dims);
      std::fill_n(rows.values.begin() + 7 * dims, dims, 0.0F);                 // a zero row
      std::copy_n(rows.values.begin(), dims, rows.values.begin() + 9 * dims);  // a tie
      const DotIndex index(rows.view(), 2);
      const Rows queries = random_rows(3, dims, decay, 99);
      for (std::uint32_t q = 0; q < 3; ++q) {
        const std::span query(queries.view().row(q), dims);
        for (const Closeness closeness : {Closeness::dot, Closeness::cosine}) {
          for (const std::size_t k : {1U, 20U, 1'600U}) {
            expect_same(index.top_k(query, k, closeness),
                        by_definition(rows, query, k, closeness, {}));
          }
        }
      }
    }
  }
}

TEST(DotIndex, FiltersNeverShortenTheList) {
  const Rows rows = random_rows(4'000, 16, 0.3, 1);
  const DotIndex index(rows.view());
  const std::span query(rows.view().row(17), 16);
  std::vector<std::uint32_t> excluded;
  for (const Scored& best : index.top_k(query, 30, Closeness::dot)) excluded.push_back(best.id);
  std::sort(excluded.begin(), excluded.end());
  for (const std::uint32_t every : {2U, 50U}) {  // half, and few enough for a scan by id
    IdSet allowed(4'000, false);
    for (std::uint32_t id = 0; id < 4'000; id += every) allowed.add(id);
    const RowFilter filter{&allowed, excluded};
    const auto found = index.top_k(query, 25, Closeness::dot, filter);
    EXPECT_EQ(found.size(), 25U);
    expect_same(found, by_definition(rows, query, 25, Closeness::dot, filter));
  }
  IdSet two(4'000, false);
  two.add(3);
  two.add(5);
  EXPECT_EQ(index.top_k(query, 25, Closeness::cosine, {&two, {}}).size(), 2U);
}

TEST(DotIndex, ZeroQueryAndNoRows) {
  const Rows rows = random_rows(100, 8, 0, 2);
  const std::vector<float> zero(8);
  const auto found = DotIndex(rows.view()).top_k(zero, 3, Closeness::cosine);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2].id, 2U);
  EXPECT_EQ(found[2].score, 0);
  EXPECT_TRUE(DotIndex({nullptr, 0, 8, 8}).top_k(zero, 3, Closeness::dot).empty());
}

TEST(DotIndex, BatchesEqualSingleQueriesOnAnyNumberOfThreads) {
  const Rows rows = random_rows(20'000, 20, 0.4, 3);
  const DotIndex index(rows.view());
  const Rows queries = random_rows(70, 20, 0.4, 4);
  const std::vector<std::uint32_t> excluded{1, 5, 19'999};
  std::vector<RowFilter> filters(70);
  filters[3].excluded = excluded;
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const auto all = index.top_k_of_each(queries.view(), 10, Closeness::dot, filters, threads);
    ASSERT_EQ(all.size(), 70U);
    for (std::uint32_t q = 0; q < 70; ++q) {
      const auto single = index.top_k({queries.view().row(q), 20}, 10, Closeness::dot, filters[q]);
      for (std::size_t i = 0; i < 10; ++i) {
        ASSERT_EQ(all[q][i].id, single[i].id);
        ASSERT_EQ(all[q][i].score, single[i].score);
      }
    }
  }
}

// The bound must hold for every row: with the k-th best as threshold nothing better may be cut.
TEST(ScanBlocks, BoundsAreNotBelowTheExactScores) {
  const Rows rows = random_rows(1'600, 50, 0, 5);
  const DotIndex index(rows.view());
  const Rows queries = random_rows(40, 50, 0, 6);
  for (std::uint32_t q = 0; q < 40; ++q) {
    const std::span query(queries.view().row(q), 50);
    expect_same(index.top_k(query, 1, Closeness::dot),
                by_definition(rows, query, 1, Closeness::dot, {}));
  }
}

}  // namespace
}  // namespace clientele
