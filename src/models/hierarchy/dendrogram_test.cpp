#include "models/hierarchy/dendrogram.hpp"

#include <gtest/gtest.h>

namespace clientele::hierarchy {
namespace {

const std::vector<LinkageRow> kRows{{0, 1, 1, 2}, {2, 3, 2, 2}, {4, 5, 3, 4}};

Faults faults_of(const std::vector<LinkageRow>& rows, std::size_t leaves) {
  Faults faults;
  check_linkage(rows, leaves, "/z", faults);
  return faults;
}

TEST(Dendrogram, ChecksAGoodTree) {
  Faults faults;
  const auto merges = check_linkage(kRows, 4, "/z", faults);
  ASSERT_TRUE(faults.empty());
  EXPECT_EQ(merges[2].child1, 4u);
  EXPECT_EQ(merges[2].size, 4u);
}

TEST(Dendrogram, NamesTheBadRow) {
  auto rows = kRows;
  rows[1] = {2, 9, 2, 2};
  EXPECT_EQ(faults_of(rows, 4).listed()[0].pointer, "/z/1/1");
  rows = kRows;
  rows[1] = {2, 2, 2, 2};
  EXPECT_EQ(faults_of(rows, 4).listed()[0].code, "reused_child");
  rows = kRows;
  rows[1] = {2, 5, 2, 2};  // its own id
  EXPECT_EQ(faults_of(rows, 4).listed()[0].code, "bad_child");
  rows = kRows;
  rows[0][0] = 0.5;
  EXPECT_EQ(faults_of(rows, 4).listed()[0].pointer, "/z/0/0");
  rows = kRows;
  rows[0][2] = -1;
  EXPECT_EQ(faults_of(rows, 4).listed()[0].pointer, "/z/0/2");
  rows = kRows;
  rows[2][3] = 3;
  EXPECT_EQ(faults_of(rows, 4).listed()[0].pointer, "/z/2/3");
  EXPECT_EQ(faults_of(kRows, 5).listed()[0].code, "wrong_length");
}

TEST(Dendrogram, VisitsDepthFirst) {
  Faults faults;
  const auto order = depth_first(check_linkage(kRows, 4, "/z", faults));
  std::vector<std::uint32_t> nodes, depths;
  for (const Visit& visit : order) {
    nodes.push_back(visit.node);
    depths.push_back(visit.depth);
  }
  EXPECT_EQ(nodes, (std::vector<std::uint32_t>{6, 4, 0, 1, 5, 2, 3}));
  EXPECT_EQ(depths, (std::vector<std::uint32_t>{0, 1, 2, 2, 1, 2, 2}));
}

TEST(Dendrogram, AChainIsAsDeepAsItIsLong) {
  constexpr std::size_t kLeaves = 100'000;
  std::vector<LinkageRow> rows{{0, 1, 1, 2}};
  for (std::size_t i = 1; i + 1 < kLeaves; ++i) {
    rows.push_back({static_cast<double>(i + 1), static_cast<double>(kLeaves + i - 1), 1.0,
                    static_cast<double>(i + 2)});
  }
  Faults faults;
  const auto order = depth_first(check_linkage(rows, kLeaves, "/z", faults));
  ASSERT_TRUE(faults.empty());
  EXPECT_EQ(order.size(), 2 * kLeaves - 1);
  EXPECT_EQ(order.back().depth, kLeaves - 1);
}

}  // namespace
}  // namespace clientele::hierarchy
