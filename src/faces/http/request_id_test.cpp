#include "faces/http/request_id.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace clientele::http {
namespace {

TEST(RequestId, accepts_visible_characters_only) {
  EXPECT_TRUE(is_valid_request_id("a"));
  EXPECT_TRUE(is_valid_request_id(std::string(128, '~')));
  EXPECT_FALSE(is_valid_request_id(""));
  EXPECT_FALSE(is_valid_request_id(std::string(129, 'a')));
  EXPECT_FALSE(is_valid_request_id("a b"));
  EXPECT_FALSE(is_valid_request_id("a\n"));
  EXPECT_FALSE(is_valid_request_id("\xC3\xA9"));
}

TEST(RequestId, makes_distinct_version_7_uuids) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = new_request_id();
    EXPECT_TRUE(std::regex_match(id, form)) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

}  // namespace
}  // namespace clientele::http
