#include "faces/cli/csv_body.hpp"

#include <gtest/gtest.h>

#include "catalog/catalog.hpp"
#include "faces/cli/row_filter.hpp"
#include "faces/cli/wrap_text.hpp"

namespace clientele::cli {
namespace {

CsvTable table_of(const std::string& text) {
  auto table = parse_csv(text);
  EXPECT_TRUE(table);
  return std::move(table).value();
}

CsvMapping grouped(const std::string& column) {
  CsvMapping mapping;
  mapping.group_by = column;
  return mapping;
}

CsvMapping into(const std::string& list) {
  CsvMapping mapping;
  mapping.list = list;
  return mapping;
}

const schema::Type& request_of(const char* endpoint) {
  return *catalog::find(endpoint)->endpoint.request;
}

std::string json_of(const char* endpoint, const std::string& csv, const CsvMapping& mapping = {}) {
  const CsvTable table = table_of(csv);
  const auto list = csv_list(request_of(endpoint), table, mapping);
  if (!list) return "error: " + list.error().faults.at(0).code;
  return list->field() + list->json();
}

TEST(CsvBody, ColumnsTakeTheTypesOfTheirFields) {
  EXPECT_EQ(json_of("nps", "customer_id,answer,store\n007,9,S1\n8,,S2\n"),
            R"(data{"customer_id":["007","8"],"answer":[9,null],"store":["S1","S2"]})");
}

TEST(CsvBody, AFieldThatTheRowsLackIsNamedWithItsNeighbour) {
  CsvMapping mapping = grouped("customer_id");
  mapping.columns = {"amuont=value"};
  const CsvTable table = table_of("customer_id,date,value\nA,2025-01-01,1\n");
  const auto list = csv_list(request_of("customer_rfm"), table, mapping);
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.error().faults.at(0).detail,
            "--map amuont=...: the rows have no field 'amuont'. Did you mean 'amount'?");
}

TEST(CsvBody, OnlyJsonNumbersAreWrittenBare) {
  EXPECT_EQ(json_of("nps",
                    "customer_id,answer\na,01.5\nb,1.\nc,.5\nd,inf\ne,0x1\nf,-0.5e3\n"
                    "g,00\nh,1e999\ni,nan\nj,0\n"),
            R"(data{"customer_id":["a","b","c","d","e","f","g","h","i","j"],)"
            R"("answer":["01.5","1.",".5","inf","0x1",-0.5e3,"00","1e999","nan",0]})");
}

TEST(CsvBody, RowsOfOneCustomerBecomeOneItemInOrderOfAppearance) {
  const std::string csv =
      "customer_id,date,amount\nB,2025-01-01,1\nA,2025-01-02,2\nB,2025-01-03,3\n";
  EXPECT_EQ(json_of("customer_rfm", csv, grouped("customer_id")),
            R"(customers[{"customer_id":"B","transactions":)"
            R"({"date":["2025-01-01","2025-01-03"],"amount":[1,3]}},)"
            R"({"customer_id":"A","transactions":{"date":["2025-01-02"],"amount":[2]}}])");
}

TEST(CsvBody, MappedColumnsAndProducts) {
  const std::string csv = "who,date,q,price\nA,2025-01-01,2,1.5\nA,2025-01-02,x,1\n";
  const CsvMapping mapping{
      .list = "", .group_by = "who", .columns = {"amount=q*price"}, .conditions = {}};
  EXPECT_NE(json_of("customer_rfm", csv, mapping).find(R"("amount":[3,"x"])"), std::string::npos);
}

TEST(CsvBody, RefusalsNameWhatIsMissing) {
  const std::string csv = "customer_id,date,amount\nA,2025-01-01,1\n";
  EXPECT_EQ(json_of("customer_rfm", csv), "error: needs_grouping");
  EXPECT_EQ(json_of("customer_rfm", csv, grouped("who")), "error: unknown_column");
  EXPECT_EQ(json_of("customer_rfm", csv, into("orders")), "error: no_list");
  CsvMapping mapping{
      .list = "", .group_by = "customer_id", .columns = {"amount"}, .conditions = {}};
  EXPECT_EQ(json_of("customer_rfm", csv, mapping), "error: bad_mapping");
  mapping.columns = {"amount=cost"};
  EXPECT_EQ(json_of("customer_rfm", csv, mapping), "error: unknown_column");
}

TEST(CsvBody, WhereNoListIsRequiredOneMustBeNamed) {
  const CsvTable table = table_of("product_code,date,sales_quantity\na,2024-01-01,3\n");
  const auto list = csv_list(request_of("forecast_units_asyncio"), table, {});
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().faults.at(0).detail.find("--into"), std::string::npos)
      << list.error().faults.at(0).detail;
  EXPECT_TRUE(csv_list(request_of("forecast_units_asyncio"), table, into("data")));
}

TEST(CsvBody, PlacesLeadBackToLines) {
  const CsvTable table = table_of("customer_id,date,amount\n\nA,d,1\nB,d,2\nA,d,3\n");
  const auto list = csv_list(request_of("customer_rfm"), table, grouped("customer_id"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->place_of("/customers/0/transactions/date/1"), "line 5, field date");
  EXPECT_EQ(list->place_of("/customers/1/customer_id"), "line 4, field customer_id");
  EXPECT_EQ(list->place_of("/customers/2"), "");
  EXPECT_EQ(list->place_of("/bins"), "");
  EXPECT_EQ(list->place_of(""), "");
}

std::vector<std::uint32_t> kept(const std::string& condition) {
  const CsvTable table = table_of("n,s\n-1,a\n5,b\n10,\n,c\nx,a\n");
  const auto rows = filter_rows(table, {condition});
  EXPECT_TRUE(rows) << condition;
  return rows ? *rows : std::vector<std::uint32_t>{};
}

TEST(RowFilter, ComparesNumbersAsNumbersAndTextsAsTexts) {
  using Rows = std::vector<std::uint32_t>;
  EXPECT_EQ(kept("n>0"), (Rows{1, 2}));
  EXPECT_EQ(kept("n >= 5.0"), (Rows{1, 2}));
  EXPECT_EQ(kept("n<=5"), (Rows{0, 1}));
  EXPECT_EQ(kept("n!=5"), (Rows{0, 2, 3, 4}));
  EXPECT_EQ(kept("s=a"), (Rows{0, 4}));
  EXPECT_EQ(kept("s="), (Rows{2}));
  EXPECT_EQ(kept("s>a"), (Rows{1, 3}));
}

TEST(RowFilter, RefusalsNameTheCondition) {
  const CsvTable table = table_of("n\n1\n");
  EXPECT_EQ(filter_rows(table, {"n"}).error().faults.at(0).code, "bad_condition");
  EXPECT_EQ(filter_rows(table, {"m>1"}).error().faults.at(0).code, "unknown_column");
  EXPECT_EQ(filter_rows(table, {""}).error().faults.at(0).code, "bad_condition");
}

TEST(WrapText, BreaksAtBlanksAndKeepsLongWords) {
  EXPECT_EQ(wrapped("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrapped("  --flag   sentence of words", 18, 4), "  --flag\n    sentence of\n    words");
  EXPECT_EQ(wrapped("short\n\nlines\n", 9, 2), "short\n\nlines\n");
  EXPECT_EQ(wrapped("incomprehensibilities", 9, 2), "incomprehensibilities");
}

}  // namespace
}  // namespace clientele::cli
