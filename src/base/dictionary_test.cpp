#include "base/dictionary.hpp"

#include <gtest/gtest.h>

#include <string>

namespace clientele {
namespace {

TEST(Dictionary, NumbersTextsInOrderOfAppearance) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.code("b"), 0u);
  EXPECT_EQ(dictionary.code("a"), 1u);
  EXPECT_EQ(dictionary.code(""), 2u);
  EXPECT_EQ(dictionary.code("b"), 0u);
  EXPECT_EQ(dictionary.text(1), "a");
  EXPECT_EQ(dictionary.find("c"), std::nullopt);
  EXPECT_EQ(dictionary.find("a"), 1u);
}

TEST(Dictionary, KeepsCodesWhileItGrows) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20000; ++i) texts.push_back("item-" + std::to_string(i * 7919 % 20011));
  Dictionary dictionary;
  for (std::uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(dictionary.code(texts[i]), i);
  for (std::uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(dictionary.find(texts[i]), i);
}

}  // namespace
}  // namespace clientele
