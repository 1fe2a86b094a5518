#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace clientele {
namespace {

TEST(Utf8, EveryScalarValueRoundTripsAndSurrogatesDoNot) {
  std::string text;
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    text.clear();
    append_utf8(text, value);
    const auto point = decode_utf8(text, 0);
    if (value >= 0xD800 && value <= 0xDFFF) {
      ASSERT_FALSE(point) << std::hex << static_cast<std::uint32_t>(value);
      continue;
    }
    ASSERT_TRUE(point) << std::hex << static_cast<std::uint32_t>(value);
    ASSERT_EQ(point->value, value);
    ASSERT_EQ(point->length, text.size());
  }
}

TEST(Utf8, RefusesMalformedSequences) {
  for (const std::string_view bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xC3("}) {
    EXPECT_FALSE(decode_utf8(bad, 0)) << testing::PrintToString(std::string(bad));
    EXPECT_EQ(first_invalid_utf8(bad), 0U);
  }
}

TEST(Utf8, FindsTheFirstBadByteAtEveryOffset) {
  for (std::size_t offset = 0; offset < 40; ++offset) {
    std::string text(40, 'x');
    EXPECT_EQ(first_invalid_utf8(text), 40U);
    text[offset] = '\xE9';
    EXPECT_EQ(first_invalid_utf8(text), offset);
  }
  EXPECT_EQ(
      first_invalid_utf8("na\xC3\xAFve caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\x80 plain ascii"),
      33U);
  EXPECT_EQ(first_invalid_utf8(""), 0U);
}

}  // namespace
}  // namespace clientele
