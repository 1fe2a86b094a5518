#include "schema/write.hpp"

#include <gtest/gtest.h>

namespace clientele::schema {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EveryByteIsWrittenAlikeWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const std::string alone = as_json(text), inner = alone.substr(1, alone.size() - 2);
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string left(before, 'a'), right(19 - before, ' ');
      EXPECT_EQ(as_json(left + text + right), "\"" + left + inner + right + "\"") << byte;
    }
  }
}

TEST(JsonString, EscapesAndReplacesWhatIsNoUtf8) {
  EXPECT_EQ(as_json("a\"b\\c\n\t\r\x01"), "\"a\\\"b\\\\c\\n\\t\\r\\u0001\"");
  EXPECT_EQ(as_json("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\xB7"),
            "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\xB7\"");
  EXPECT_EQ(as_json("x\xC3 \xED\xA0\x80"),
            "\"x\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(as_json(""), "\"\"");
}

}  // namespace
}  // namespace clientele::schema
