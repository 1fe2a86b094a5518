#include "models/trees/binning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/trees/tables_for_tests.hpp"

namespace clientele::trees {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

BinnedMatrix binned(const std::vector<double>& values, std::uint32_t max_bins = 64) {
  const std::vector<Column> columns{NumericColumn{values}};
  return Binning::fit(columns, {max_bins}, 1).apply(columns, 1);
}

std::vector<int> cells_of(const BinnedMatrix& matrix, std::size_t feature = 0) {
  const auto column = matrix.column(feature);
  return {column.begin(), column.end()};
}

TEST(Binning, FewValuesGetTheirOwnBinsInOrder) {
  EXPECT_EQ(cells_of(binned({5, -1, kNaN, 5, 3.5})), (std::vector<int>{3, 1, 0, 3, 2}));
}

TEST(Binning, InfinitiesAndNeighbouringDoublesStayApart) {
  const double one = 1.0, next = std::nextafter(1.0, 2.0);
  const double most = std::numeric_limits<double>::max();
  EXPECT_EQ(cells_of(binned({next, one, -kInfinity, kInfinity, -most, most})),
            (std::vector<int>{4, 3, 1, 6, 2, 5}));
}

TEST(Binning, ManyValuesShareBinsOfAboutEqualSize) {
  std::vector<double> values(6400);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(i * 2654435761U % 6400);
  }
  const BinnedMatrix matrix = binned(values, 16);
  std::vector<int> counts(matrix.bins(0));
  for (const int cell : cells_of(matrix)) ++counts[cell];
  EXPECT_EQ(matrix.bins(0), 17U);
  EXPECT_EQ(counts[0], 0);
  EXPECT_EQ(*std::min_element(counts.begin() + 1, counts.end()), 400);
  EXPECT_EQ(*std::max_element(counts.begin() + 1, counts.end()), 400);
}

TEST(Binning, ACommonValueStaysAlone) {
  std::vector<double> values(1000, 0.0);
  for (int i = 0; i < 500; ++i) values[i] = i + 1;
  const BinnedMatrix matrix = binned(values, 8);
  const auto cells = cells_of(matrix);
  EXPECT_EQ(std::count(cells.begin(), cells.end(), 1), 500);
  EXPECT_EQ(std::set<int>(cells.begin(), cells.end()).size(), 8U);
}

TEST(Binning, ConstantAndAllMissingColumnsHaveNothingToSplit) {
  EXPECT_EQ(cells_of(binned({7, 7, 7})), (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(cells_of(binned({kNaN, kNaN})), (std::vector<int>{0, 0}));
}

TEST(Binning, LevelsAreBinsAndUnknownCodesAreMissing) {
  const std::vector<std::uint32_t> codes{2, 0, 9, 1};
  const std::vector<Column> columns{CategoricalColumn{codes, 3}};
  const BinnedMatrix matrix = Binning::fit(columns, {}, 1).apply(columns, 1);
  EXPECT_EQ(cells_of(matrix), (std::vector<int>{3, 1, 0, 2}));
  EXPECT_EQ(matrix.category(0, 0), 3U);
  EXPECT_EQ(matrix.category(0, 2), 0U);
}

TEST(Binning, BeyondTheBinsRareLevelsShareOneButKeepTheirCategory) {
  std::vector<std::uint32_t> codes;
  for (std::uint32_t level = 0; level < 10000; ++level) {
    codes.push_back(level);
    if (level % 100 == 0) codes.insert(codes.end(), 3, level);
  }
  const std::vector<Column> columns{CategoricalColumn{codes, 10000}};
  const BinnedMatrix matrix = Binning::fit(columns, {}, 1).apply(columns, 1);
  EXPECT_EQ(matrix.bins(0), 256U);
  EXPECT_EQ(matrix.column(0)[0], 1);                   // level 0 is the first of the frequent ones
  EXPECT_EQ(matrix.column(0)[codes.size() - 1], 255);  // level 9999
  EXPECT_EQ(matrix.category(0, codes.size() - 1), 10000U);
}

TEST(Binning, RowCodesAreColumnCellsPlusOffsets) {
  const Table table = generated_table(200, 1);
  const BinnedMatrix matrix = table.binned();
  for (std::size_t row = 0; row < 200; ++row) {
    for (std::size_t f = 0; f < matrix.features(); ++f) {
      ASSERT_EQ(matrix.row(row)[f], matrix.offset(f) + matrix.column(f)[row]);
    }
  }
}

TEST(Binning, DoesNotDependOnRowOrderOrThreads) {
  const Table table = generated_table(3000, 2);
  Table reversed = table;
  for (auto& column : reversed.numbers) std::reverse(column.begin(), column.end());
  for (auto& column : reversed.codes) std::reverse(column.begin(), column.end());
  const Binning one = Binning::fit(table.columns(), {}, 1);
  EXPECT_EQ(one, Binning::fit(table.columns(), {}, 8));
  EXPECT_EQ(one, Binning::fit(reversed.columns(), {}, 2));
}

TEST(Binning, ManyColumnsGetFewerBinsEach) {
  const std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  const std::vector<Column> columns(kMaxFeatures, NumericColumn{values});
  const BinnedMatrix matrix = Binning::fit(columns, {}, 2).apply(columns, 2);
  EXPECT_LE(matrix.total_bins(), 65535U);
  EXPECT_GE(matrix.bins(0), 3U);
}

}  // namespace
}  // namespace clientele::trees
