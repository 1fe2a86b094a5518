#include "models/text/affinity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

namespace clientele::text {
namespace {

using Customers = std::vector<std::vector<std::string>>;

std::vector<std::string> joined_top(const Customers& customers,
                                    const std::vector<std::int32_t>& groups,
                                    std::size_t group_count, std::size_t top_n) {
  std::map<std::string, std::uint32_t> code_of;
  std::vector<std::string> names;
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> terms;
  for (const auto& types : customers) {
    for (const auto& type : types) {
      const auto [at, is_new] = code_of.try_emplace(type, static_cast<std::uint32_t>(names.size()));
      if (is_new) names.push_back(type);
      terms.push_back(at->second);
    }
    offsets.push_back(static_cast<std::uint32_t>(terms.size()));
  }
  const TermLists lists{offsets, terms, static_cast<std::uint32_t>(names.size())};
  std::vector<std::string> result;
  for (const auto& group : top_terms(lists, groups, group_count, top_n)) {
    std::string text;
    for (const GroupTerm& entry : group) text += (text.empty() ? "" : ", ") + names[entry.term];
    result.push_back(text);
  }
  return result;
}

// The customers of the reference's example of segment_cluster_profiles that decide its texts.
TEST(TopTerms, ReferenceClusters) {
  const Customers customers{
      {"laptop", "mouse", "keyboard", "monitor"},             // C001
      {"tea", "coffee"},                                      // C002
      {"smart-tv", "soundbar", "hdmi-cable"},                 // C007
      {"yogurt", "milk", "cheese"},                           // C008
      {"beer", "wine", "snacks"},                             // C010
      {"tablet", "stylus", "cover"},                          // C012
      {"fitness-watch"},                                      // C014
      {"gaming-pc", "rgb-mouse", "gaming-chair", "headset"},  // C018
      {"fridge", "water-filter"},                             // C026
      {"wine", "cheese"},                                     // C028
      {"washing-machine", "detergent"},                       // C030
      {"console", "controller", "games"},                     // C033
      {"air-fryer", "cookbook"},                              // C038
  };
  const std::vector<std::int32_t> groups{2, 0, 1, 0, 0, 1, 1, 2, 1, 0, 1, 1, 1};
  const auto top = joined_top(customers, groups, 3, 5);
  EXPECT_EQ(top[1], "smart-tv, soundbar, hdmi-cable, tablet, stylus");
  EXPECT_EQ(top[2], "laptop, mouse, keyboard, monitor, gaming-pc");
  EXPECT_EQ(top[0].substr(0, 13), "wine, cheese,");

  // Its sub-segments: cluster 1 split in four and three customers.
  const std::vector<std::int32_t> nested{-1, -1, 1, -1, -1, 1, 0, -1, 0, -1, 0, 1, 0};
  EXPECT_EQ(joined_top(customers, nested, 2, 3),
            (std::vector<std::string>{"fitness-watch, fridge, water-filter",
                                      "smart-tv, soundbar, hdmi-cable"}));
}

TEST(TopTerms, ScoresAreTfTimesSmoothIdf) {
  const std::vector<std::uint32_t> offsets{0, 3, 5, 6};
  const std::vector<std::uint32_t> terms{0, 0, 1, 0, 1, 1};
  const auto top = top_terms({offsets, terms, 2}, std::vector<std::int32_t>{0, 0, 1}, 2, 5);
  ASSERT_EQ(top[0].size(), 2U);
  EXPECT_EQ(top[0][0].term, 0U);
  EXPECT_EQ(top[0][0].members, 2U);
  EXPECT_DOUBLE_EQ(top[0][0].score, 2 * (std::log(3.0 / 2.0) + 1));
  EXPECT_DOUBLE_EQ(top[0][1].score, 2.0);
  ASSERT_EQ(top[1].size(), 1U);
  EXPECT_DOUBLE_EQ(top[1][0].score, 1.0);
}

TEST(TopTerms, NoiseAndEmptyGroups) {
  const auto top = joined_top({{"a"}, {"b"}, {}}, {-1, 1, 1}, 3, 2);
  EXPECT_EQ(top, (std::vector<std::string>{"", "b", ""}));
  EXPECT_TRUE(joined_top({}, {}, 0, 2).empty());
}

}  // namespace
}  // namespace clientele::text
