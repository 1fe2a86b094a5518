#include "faces/cli/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Table, AlignsTextLeftAndNumbersRight) {
  const TextTable table{{"customer", "spend", "tier"},
                        {{"C-1", "1,204.5", "Gold"}, {"C-22", "-3", ""}, {"C-333", "null"}}};
  EXPECT_EQ(render_table(table),
            "customer    spend  tier\n"
            "───────────────────────\n"
            "C-1       1,204.5  Gold\n"
            "C-22           -3\n"
            "C-333        null\n");
}

TEST(Table, CountsTheColumnsOfWideAndCombiningCharacters) {
  EXPECT_EQ(display_width("caf\xC3\xA9"), 4U);
  EXPECT_EQ(display_width("cafe\xCC\x81"), 4U);
  EXPECT_EQ(display_width("\xE6\x9D\xB1\xE4\xBA\xAC"), 4U);
  EXPECT_EQ(display_width("\xF0\x9F\x8E\x81"), 2U);
  const TextTable table{{"n", "x"}, {{"東京", "a"}, {"cafe\xCC\x81", "b"}, {"Łódź", "c"}}};
  EXPECT_EQ(render_table(table), "n     x\n───────\n東京  a\ncafe\xCC\x81  b\nŁódź  c\n");
}

TEST(Table, NoControlReachesTheTerminal) {
  EXPECT_EQ(printable("a\x1B[31mb\nc\td\x7F"), "a\\x1B[31mb\\nc\\td\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J \xE2\x80\xAE"
                      "evil"),
            "\\x9B2J \\u202Eevil");
  EXPECT_EQ(printable("bad \xFF\xC3"), "bad \xEF\xBF\xBD\xEF\xBF\xBD");
  const TextTable table{{"a\x1B]0;title\x07"}, {{"\x1B[2J\r\n"}}};
  for (const char c : render_table(table)) EXPECT_TRUE(c == '\n' || (c & 0xE0) != 0 || c < 0);
}

TEST(Table, CutsTheWidestColumnsFirst) {
  const TextTable table{{"id", "text", "n"}, {{"C-1", std::string(90, 'x'), "12"}}};
  const auto lines = lines_of(render_table(table, {.width = 30}));
  EXPECT_EQ(lines[2], "C-1  " + std::string(20, 'x') + "…  12");
  for (const auto& line : lines) EXPECT_LE(display_width(line), 30U);
}

TEST(Table, ACutKeepsCharactersWhole) {
  EXPECT_EQ(fitted("東京都庁", 5), "東京…");
  EXPECT_EQ(fitted("東京都庁", 4), "東…");
  EXPECT_EQ(fitted("cafe\xCC\x81s and", 5), "cafe\xCC\x81…");
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 1), "…");
}

TEST(Table, LeavesOutColumnsAndRowsThatDoNotFit) {
  TextTable table;
  for (int c = 0; c < 12; ++c) table.header.push_back("column" + std::to_string(c));
  for (int r = 0; r < 9; ++r) table.rows.emplace_back(12, "value");
  const auto lines = lines_of(render_table(table, {.width = 40, .max_rows = 4}));
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[6], "… and 5 more rows");
  EXPECT_EQ(lines[7], "… and 5 more columns");
  EXPECT_EQ(lines_of(render_table({{"a"}, {{"1"}, {"2"}}}, {.max_rows = 1}))[3],
            "… and 1 more row");
}

TEST(Table, ColourOnlyWhenAsked) {
  const TextTable table{{"a"}, {{"1"}}};
  EXPECT_EQ(render_table(table).find('\x1B'), std::string::npos);
  EXPECT_EQ(render_table(table, {.colour = true}), "\x1B[1ma\x1B[0m\n\x1B[2m─\x1B[0m\n1\n");
  EXPECT_EQ(render_table({}), "");
}

TEST(Table, EveryLineFitsWhateverTheCells) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Rng rng(seed);
    TextTable table;
    const auto cell = [&] {
      std::string bytes;
      for (std::size_t n = rng.below(30); n > 0; --n) {
        if (rng.below(3) == 0) {
          append_utf8(bytes, static_cast<char32_t>(0x3040 + rng.below(0x400)));
        } else {
          bytes += static_cast<char>(rng.below(256));
        }
      }
      return bytes;
    };
    for (std::size_t c = 1 + rng.below(10); c > 0; --c) table.header.push_back(cell());
    for (std::size_t r = rng.below(6); r > 0; --r) {
      table.rows.emplace_back();
      for (std::size_t c = rng.below(table.header.size() + 1); c > 0; --c) {
        table.rows.back().push_back(cell());
      }
    }
    const std::size_t width = 1 + rng.below(100);
    const std::string text = render_table(table, {.width = width});
    ASSERT_EQ(first_invalid_utf8(text), text.size());
    for (const auto& line : lines_of(text)) ASSERT_LE(display_width(line), width) << seed;
  }
}

}  // namespace
}  // namespace clientele::cli
