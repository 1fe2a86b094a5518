#include "faces/cli/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.hpp"

namespace clientele::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// The table as rows, the header first.
Rows rows_of(const CsvTable& table) {
  Rows rows{table.names()};
  for (std::size_t r = 0; r < table.rows(); ++r) {
    std::vector<std::string> row;
    for (std::size_t c = 0; c < table.names().size(); ++c) row.emplace_back(table.column(c)[r]);
    rows.push_back(row);
  }
  return rows;
}

Rows read(std::string text, const CsvOptions& options = {}) {
  const auto table = parse_csv(std::move(text), options);
  EXPECT_TRUE(table) << (table ? "" : table.error().faults.at(0).detail);
  return table ? rows_of(*table) : Rows{};
}

Fault fault(std::string text, const CsvOptions& options = {}) {
  const auto table = parse_csv(std::move(text), options);
  EXPECT_FALSE(table);
  return table || table.error().faults.empty() ? Fault{} : table.error().faults[0];
}

TEST(Csv, ReadsFieldsQuotesAndLineEnds) {
  EXPECT_EQ(read("a,b\n1,2\n3,\n"), (Rows{{"a", "b"}, {"1", "2"}, {"3", ""}}));
  EXPECT_EQ(read("a,b\r\n1,2\r\n\r\n3,4"), (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\r1,2\r3,4\r"), (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("\xEF\xBB\xBF\"a\",b \n\"x,\ny\",\"say \"\"hi\"\"\"\r\n\"\",\"\"\"\"\n"),
            (Rows{{"a", "b"}, {"x,\ny", "say \"hi\""}, {"", "\""}}));
  EXPECT_EQ(read("a,b\n5\" pipe,it's\n"), (Rows{{"a", "b"}, {"5\" pipe", "it's"}}));
  EXPECT_EQ(read("a\n\"\"\n\nx\n"), (Rows{{"a"}, {""}, {"x"}}));
  EXPECT_EQ(read("only,header"), (Rows{{"only", "header"}}));
}

TEST(Csv, FindsTheDelimiter) {
  EXPECT_EQ(read("a;b\n1,5;2,5\n"), (Rows{{"a", "b"}, {"1,5", "2,5"}}));
  EXPECT_EQ(read("a\tb\n1, x\t2\n"), (Rows{{"a", "b"}, {"1, x", "2"}}));
  EXPECT_EQ(read("a|b|c\n1|2|3\n"), (Rows{{"a", "b", "c"}, {"1", "2", "3"}}));
  EXPECT_EQ(read("\"a;b;c\",d\n1,2\n"), (Rows{{"a;b;c", "d"}, {"1", "2"}}));
  EXPECT_EQ(read("name\nx y\n"), (Rows{{"name"}, {"x y"}}));
  EXPECT_EQ(read("a:b\n1:2\n", {.delimiter = ':'}), (Rows{{"a", "b"}, {"1", "2"}}));
  const auto table = parse_csv("a;b\n1;2\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->delimiter(), ';');
}

TEST(Csv, KeepsTheLineOfEveryRow) {
  const auto table = parse_csv("a,b\n1,\"x\ny\nz\"\n\n2,3\r\n4,5");
  ASSERT_TRUE(table);
  ASSERT_EQ(table->rows(), 3U);
  EXPECT_EQ(table->line(0), 2U);
  EXPECT_EQ(table->line(1), 6U);
  EXPECT_EQ(table->line(2), 7U);
  EXPECT_EQ(table->find("b"), 1U);
  EXPECT_FALSE(table->find("B"));
}

TEST(Csv, ViewsSurviveAMove) {
  auto table = parse_csv("a\nx\n");
  ASSERT_TRUE(table);
  const CsvTable moved = std::move(table).value();
  EXPECT_EQ(moved.column(0)[0], "x");
}

TEST(Csv, EveryFaultNamesItsLine) {
  const auto is = [](const Fault& found, std::string_view code, std::string_view text) {
    EXPECT_EQ(found.code, code);
    EXPECT_NE(found.detail.find(text), std::string::npos) << found.detail;
  };
  is(fault(""), "no_header", "empty");
  is(fault("\n\r\n"), "no_header", "empty");
  is(fault("a,,b\n"), "unnamed_column", "column 2");
  is(fault("a,b, a\n"), "duplicate_column", "\"a\"");
  is(fault("a,b\n1,2\n1\n"), "ragged_row", "Line 3: 1 fields, the header has 2");
  is(fault("a,b\n\"x\n\",2\n1,2,3\n"), "ragged_row", "Line 4: 3 fields");
  is(fault("a,b\n1,2\n3,\"x\n4,5\n"), "open_quote", "Line 3");
  is(fault("a,b\n1,\"x\"y\n"), "text_after_quote", "Line 2");
  is(fault("a,b\n1,\"x\" \n"), "text_after_quote", "Line 2");
  is(fault("\"a\n"), "open_quote", "Line 1");
  is(fault(std::string("a,b\n1,\0\n", 8)), "nul_byte", "Line 2");
  is(fault("a,b\n1,2\ncaf\xE9,1\n"), "not_utf8", "Line 3: byte 0xE9");
  is(fault("a,b\n1,2\ncaf\xE9,1\n"), "not_utf8", "latin1");
  is(fault("\xFF\xFE"
           "a,b\n"),
     "not_utf8", "UTF-16");
  is(fault("a,b,c\n", {.max_columns = 2}), "too_many_columns", "3 columns, at most 2");
  is(fault("a\n", {.delimiter = '"'}), "bad_delimiter", "Quotes");
}

TEST(Csv, ListsFiftyRaggedRowsAndCountsAll) {
  std::string text = "a,b\n";
  for (int i = 0; i < 70; ++i) text += "1\n";
  const auto table = parse_csv(text);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().faults.size(), kMaxListedFaults);
  EXPECT_EQ(table.error().fault_total, 70U);
}

TEST(Csv, ReadsWindowsText) {
  EXPECT_EQ(read("a,b\ncaf\xE9,\xA3 \x80\n", {.encoding = TextEncoding::latin1}),
            (Rows{{"a", "b"}, {"caf\xC3\xA9", "\xC2\xA3 \xE2\x82\xAC"}}));
  // A byte order mark says UTF-8, whatever was asked.
  EXPECT_EQ(read("\xEF\xBB\xBFn\n\xC3\xA9\n", {.encoding = TextEncoding::latin1}),
            (Rows{{"n"}, {"\xC3\xA9"}}));
}

TEST(Csv, RefusesMoreThanItsLimits) {
  const auto table = parse_csv("a,b\n1,2\n", {.max_bytes = 7});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().kind, ErrorKind::too_large);
  const auto grown = parse_csv("a\n\xE9\n", {.encoding = TextEncoding::latin1, .max_bytes = 4});
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().kind, ErrorKind::too_large);
}

// Fields quoted at random, in a random dialect: what was written is what is read.
TEST(Csv, ReadsBackWhatAWriterWrote) {
  constexpr std::string_view kAlphabet = "ab,;\t|\"\n\r \xC3\xA9";
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Rng rng(seed);
    const std::size_t columns = 1 + rng.below(5);
    const std::size_t count = rng.below(12);
    const char delimiter = ",;\t|"[rng.below(4)];
    const std::string end = rng.below(2) == 0 ? "\n" : "\r\n";
    Rows rows{{}};
    for (std::size_t c = 0; c < columns; ++c) rows[0].push_back("column" + std::to_string(c));
    std::string text;
    const auto write = [&](const std::vector<std::string>& row) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (c > 0) text += delimiter;
        const bool needs = row[c].empty() || row[c].find_first_of("\"\n\r,;\t|") < row[c].size();
        if (!needs && rng.below(2) == 0) {
          text += row[c];
          continue;
        }
        text += '"';
        for (const char byte : row[c]) text += byte == '"' ? "\"\"" : std::string(1, byte);
        text += '"';
      }
      text += end;
    };
    write(rows[0]);
    for (std::size_t r = 0; r < count; ++r) {
      std::vector<std::string> row(columns);
      for (auto& field : row) {
        const std::size_t length = rng.below(rng.below(8) == 0 ? 150 : 9);
        while (field.size() < length) {
          const std::size_t at = rng.below(kAlphabet.size() - 1);
          field += at == kAlphabet.size() - 2 ? "\xC3\xA9" : std::string(1, kAlphabet[at]);
        }
      }
      rows.push_back(row);
      write(row);
    }
    ASSERT_EQ(read(text, {.delimiter = delimiter}), rows) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace clientele::cli
