#include "schema/read.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "schema/describe.hpp"
#include "schema/shapes_for_tests.hpp"

namespace clientele::schema {
namespace {

// A value together with what it points into.
template <typename T>
struct Outcome {
  explicit Outcome(std::string_view text) : body(text) {
    input.body = body.view();
    result = read(type_of<T>(), &value, input, texts);
  }
  Outcome(std::string_view text, ReadInput with) : body(text), input(std::move(with)) {
    input.body = body.view();
    result = read(type_of<T>(), &value, input, texts);
  }
  const Fault& only_fault() {
    EXPECT_FALSE(result.ok());
    if (result.ok()) return none;
    EXPECT_EQ(result.error().faults.size(), 1u) << faults_text();
    return result.error().faults.front();
  }
  std::string faults_text() {
    std::string text;
    if (!result.ok()) {
      for (const Fault& f : result.error().faults) {
        text += f.pointer + " " + f.code + " " + f.detail + "\n";
      }
    }
    return text;
  }

  PaddedString body;
  ReadInput input;
  TextStore texts;
  T value;
  Fault none;
  Result<ReadNotes> result = Error{};
};

TEST(ReadScalars, ReadsEveryKind) {
  Outcome<Scalars> read(
      R"({"name":"x","bins":7.0,"rate":0.25,"flag":true,"mode":"exact",
          "today":"2025-04-24T10:00:00Z","horizons":[6,12]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  EXPECT_EQ(read.value.bins, 7);
  EXPECT_EQ(read.value.rate, 0.25);
  EXPECT_TRUE(read.value.flag);
  EXPECT_EQ(read.value.mode, Mode::exact);
  EXPECT_EQ(to_string(*read.value.today), "2025-04-24");
  EXPECT_EQ(read.value.horizons.values, (std::vector<std::int32_t>{6, 12}));
}

TEST(ReadScalars, KeepsDefaultsForAbsentAndNull) {
  Outcome<Scalars> read(R"({"name":"x","bins":null,"today":null,"horizons":3})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  EXPECT_EQ(read.value.bins, 5);
  EXPECT_FALSE(read.value.today.has_value());
  EXPECT_FALSE(read.value.horizons.is_list);
}

struct BadScalar {
  std::string_view text;
  std::string_view pointer;
  std::string_view code;
};
class ReadBadScalars : public testing::TestWithParam<BadScalar> {};
TEST_P(ReadBadScalars, NamesThePlace) {
  Outcome<Scalars> read(GetParam().text);
  const Fault& fault = read.only_fault();
  EXPECT_EQ(fault.pointer, GetParam().pointer) << fault.detail;
  EXPECT_EQ(fault.code, GetParam().code) << fault.detail;
}
INSTANTIATE_TEST_SUITE_P(
    All, ReadBadScalars,
    testing::Values(BadScalar{R"({"name":"x","bins":11})", "/bins", "out_of_range"},
                    BadScalar{R"({"name":"x","bins":1})", "/bins", "out_of_range"},
                    BadScalar{R"({"name":"x","bins":2.5})", "/bins", "wrong_type"},
                    BadScalar{R"({"name":"x","bins":3000000000})", "/bins", "out_of_range"},
                    BadScalar{R"({"name":"x","bins":99999999999999999999999})", "/bins",
                              "out_of_range"},
                    BadScalar{R"({"name":"x","bins":"5"})", "/bins", "wrong_type"},
                    BadScalar{R"({"name":"x","bins":[5]})", "/bins", "wrong_type"},
                    BadScalar{R"({"name":"x","rate":0})", "/rate", "out_of_range"},
                    BadScalar{R"({"name":"x","rate":1})", "/rate", "out_of_range"},
                    BadScalar{R"({"name":"x","rate":1e400})", "/rate", "out_of_range"},
                    BadScalar{R"({"name":"x","rate":NaN})", "/rate", "malformed_json"},
                    BadScalar{R"({"name":"x","rate":01})", "/rate", "malformed_json"},
                    BadScalar{R"({"name":"x","flag":"true"})", "/flag", "wrong_type"},
                    BadScalar{R"({"name":"x","mode":"slow"})", "/mode", "not_allowed"},
                    BadScalar{R"({"name":"x","today":"2025-02-30"})", "/today", "bad_date"},
                    BadScalar{R"({"name":"x","today":20250230})", "/today", "wrong_type"},
                    BadScalar{R"({"name":""})", "/name", "too_short"},
                    BadScalar{R"({"name":"123456789"})", "/name", "too_long"},
                    BadScalar{R"({"name":null})", "/name", "wrong_type"},
                    BadScalar{R"({"bins":3})", "/name", "required"},
                    BadScalar{R"({"name":"x","horizons":[6,61]})", "/horizons/1", "out_of_range"},
                    BadScalar{R"({"name":"x","name":"y"})", "/name", "duplicate_key"},
                    BadScalar{R"({"name":"x","z":1,"z":2})", "/z", "duplicate_key"},
                    BadScalar{R"([1])", "", "wrong_type"}, BadScalar{R"(3)", "", "wrong_type"},
                    BadScalar{R"("text")", "", "wrong_type"},
                    BadScalar{R"(null)", "", "wrong_type"}, BadScalar{"", "", "malformed_json"},
                    BadScalar{"   ", "", "malformed_json"},
                    BadScalar{R"({"name":"x")", "", "malformed_json"},
                    BadScalar{R"({"name":"x"} {})", "", "malformed_json"},
                    BadScalar{R"({"name":"x"}})", "", "malformed_json"},
                    BadScalar{R"({"name":"x",})", "", "malformed_json"},
                    BadScalar{R"({"name" "x"})", "", "malformed_json"},
                    BadScalar{"{\"name\":\"\xff\"}", "", "malformed_json"},
                    BadScalar{R"({"name":"\ud800"})", "/name", "malformed_json"},
                    BadScalar{R"({"name":"x","other":tru})", "/other", "malformed_json"},
                    BadScalar{R"({"name":"x","other":[1,2})", "/other", "malformed_json"}));

TEST(ReadScalars, CollectsAllFaults) {
  Outcome<Scalars> read(R"({"bins":1,"rate":2,"mode":"?","today":"x","flag":0})");
  ASSERT_FALSE(read.result.ok());
  EXPECT_EQ(read.result.error().fault_total, 6u) << read.faults_text();
}

TEST(ReadScalars, ListsFiftyAndCountsTheRest) {
  std::string text = R"({"name":"x","horizons":[)";
  for (int i = 0; i < 200; ++i) text += i == 0 ? "0" : ",0";
  Outcome<Scalars> read(text + "]}");
  ASSERT_FALSE(read.result.ok());
  EXPECT_EQ(read.result.error().faults.size(), kMaxListedFaults);
  EXPECT_EQ(read.result.error().fault_total, 200u);
  EXPECT_EQ(read.result.error().faults[49].pointer, "/horizons/49");
}

TEST(ReadScalars, WarnsOnNearMissOnly) {
  Outcome<Scalars> read(R"({"name":"x","bnis":3,"comment":{"free":[1,"a",null,true]}})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  ASSERT_EQ(read.result->warnings.size(), 1u);
  EXPECT_EQ(read.result->warnings[0].pointer, "/bnis");
  EXPECT_NE(read.result->warnings[0].detail.find("'bins'"), std::string::npos);
}

TEST(ReadScalars, StrictRefusesUnknownFields) {
  Outcome<Scalars> read(R"({"name":"x","comment":1,"strict":true})");
  EXPECT_EQ(read.only_fault().pointer, "/comment");
  Outcome<Scalars> relaxed(R"({"name":"x","comment":1,"strict":false})");
  EXPECT_TRUE(relaxed.result.ok());
}

TEST(ReadScalars, TakesQueryParametersAndHeaders) {
  ReadInput with;
  with.query = {{"bins", "4"}, {"mode", "exact"}, {"name", "q"}};
  Outcome<Scalars> read("{}", with);
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  EXPECT_EQ(read.value.bins, 4);
  EXPECT_EQ(read.value.mode, Mode::exact);
  EXPECT_EQ(read.value.name, "q");
  with.query = {{"bins", "eleven"}};
  EXPECT_EQ(Outcome<Scalars>(R"({"name":"x"})", with).only_fault().pointer, "/bins");
}

TEST(ReadScalars, TakesListsFromTheQuery) {
  const auto with = [](const char* text) {
    ReadInput input;
    input.query["prices"] = text;
    return input;
  };
  Outcome<Nested> read(R"({"customers":[],"prices":[9]})", with("1.5,2"));
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  EXPECT_EQ(read.value.prices, (std::vector<double>{1.5, 2}));
  EXPECT_EQ(Outcome<Nested>(R"({"customers":[]})", with("1,0")).only_fault().pointer, "/prices/1");
  EXPECT_EQ(Outcome<Nested>(R"({"customers":[]})", with("1,,2")).only_fault().code, "wrong_type");
  EXPECT_EQ(Outcome<Nested>(R"({"customers":[]})", with("1,2,3,4")).only_fault().code,
            "too_many_items");
}

TEST(ReadTable, KeepsOwnColumnsWithMissingValues) {
  Outcome<Flat> read(R"({"data":[
      {"customer_id":"a","visits":3,"plan":"pro","active":true},
      {"customer_id":"b","plan":"free","churned":true,"mixed":1},
      {"customer_id":"c","visits":null,"active":false,"mixed":"x"}]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  const FeatureTable& table = read.value.data.features;
  ASSERT_EQ(table.columns.size(), 4u);
  const FeatureColumn* visits = table.find("visits");
  ASSERT_NE(visits, nullptr);
  EXPECT_EQ(visits->numbers[0], 3);
  EXPECT_TRUE(std::isnan(visits->numbers[1]) && std::isnan(visits->numbers[2]));
  const FeatureColumn* plan = table.find("plan");
  EXPECT_EQ(plan->kind, ColumnKind::text);
  EXPECT_EQ(plan->levels, (std::vector<std::string>{"pro", "free"}));
  EXPECT_EQ(plan->codes[2], FeatureColumn::kMissingCode);
  EXPECT_EQ(table.find("active")->kind, ColumnKind::boolean);
  const FeatureColumn* mixed = table.find("mixed");
  EXPECT_EQ(mixed->kind, ColumnKind::text);
  EXPECT_EQ(mixed->levels, (std::vector<std::string>{"1", "x"}));
  EXPECT_TRUE(*read.value.data.rows[1].churned);
}

TEST(ReadTable, SameFromRowsAndColumns) {
  Outcome<Flat> rows(R"({"data":[{"customer_id":"a","x":1},{"customer_id":"b","x":null}]})");
  Outcome<Flat> columns(R"({"data":{"customer_id":["a","b"],"x":[1,null]}})");
  ASSERT_TRUE(rows.result.ok() && columns.result.ok()) << columns.faults_text();
  EXPECT_EQ(columns.value.data.rows[1].customer_id, "b");
  EXPECT_EQ(columns.value.data.features.columns[0].numbers[0], 1);
  EXPECT_TRUE(std::isnan(columns.value.data.features.columns[0].numbers[1]));
}

TEST(ReadTable, OwnColumnsMayBeAnObject) {
  Outcome<Deep> rows(R"({"data":[{"customer_id":"a","features":{"x":1,"y":"u"}},
                                 {"customer_id":"b","features":{"y":"v"}}]})");
  ASSERT_TRUE(rows.result.ok()) << rows.faults_text();
  EXPECT_EQ(rows.value.data.features.find("y")->codes[1], 1u);
  Outcome<Deep> columns(
      R"({"data":{"customer_id":["a","b"],"features":{"x":[1,null],"y":["u","v"]}}})");
  ASSERT_TRUE(columns.result.ok()) << columns.faults_text();
  EXPECT_EQ(columns.value.data.features.find("y")->codes[1], 1u);
}

TEST(ReadTable, RepeatedIdsAreListedBesideOtherFaults) {
  Outcome<Deep> read(
      R"({"data":[{"customer_id":"a","features":{"x":1}},{"customer_id":7,"features":{}},
                  {"customer_id":8,"features":{}},{"customer_id":"a","features":{"x":2}}]})");
  EXPECT_EQ(read.result.error().faults.size(), 3u) << read.faults_text();
  EXPECT_NE(read.faults_text().find("/data/3/customer_id duplicate_id"), std::string::npos)
      << read.faults_text();
}

TEST(ReadTable, RefusesNestedOwnValuesAndRepeats) {
  Outcome<Flat> nested(R"({"data":[{"customer_id":"a","x":{"y":1}}]})");
  EXPECT_EQ(nested.only_fault().pointer, "/data/0/x");
  Outcome<Flat> repeated(R"({"data":[{"customer_id":"a","x":1,"x":2}]})");
  EXPECT_EQ(repeated.only_fault().code, "duplicate_key");
}

TEST(ReadTable, EachTableOfAListHasItsOwnColumns) {
  Outcome<Shops> read(R"({"shops":[
      {"name":"A","data":[{"customer_id":"a","x":1,"y":2},{"customer_id":"b","x":3,"y":4}]},
      {"name":"B","data":[{"customer_id":"c","x":5,"y":6}]},
      {"name":"C","data":{"customer_id":["d"],"z":[7]}},
      {"name":"D","data":[{"customer_id":"e","y":8,"x":9}]},
      {"name":"E","data":[{"customer_id":"f"}]}]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  const auto column = [&](std::size_t shop, std::string_view name) {
    const FeatureColumn* found = read.value.shops[shop].data.features.find(name);
    return found == nullptr ? std::vector<double>{} : found->numbers;
  };
  EXPECT_EQ(column(0, "y"), (std::vector<double>{2, 4}));
  EXPECT_EQ(column(1, "x"), (std::vector<double>{5}));
  EXPECT_EQ(column(1, "y"), (std::vector<double>{6}));
  EXPECT_EQ(column(2, "z"), (std::vector<double>{7}));
  EXPECT_EQ(column(3, "x"), (std::vector<double>{9}));
  EXPECT_EQ(read.value.shops[2].data.features.columns.size(), 1u);
  EXPECT_TRUE(read.value.shops[4].data.features.columns.empty());
}

TEST(ReadTable, ManyColumnListsOfOnePatternAreNotedOnce) {
  Outcome<Shops> read(R"({"shops":[{"name":"A","data":{"customer_id":["a"]}},
                                   {"name":"B","data":{"customer_id":["b"]}}]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  EXPECT_EQ(read.result->column_lists, (std::vector<std::string>{"/shops/*/data"}));
}

TEST(ReadTable, SentTwiceIsRefused) {
  Outcome<Flat> repeated(R"({"data":[{"customer_id":"a","x":1}],
                            "data":[{"customer_id":"b","x":2},{"customer_id":"c","x":3}]})");
  EXPECT_EQ(repeated.only_fault().code, "duplicate_key");
  EXPECT_EQ(repeated.only_fault().pointer, "/data");
}

TEST(ReadTable, EnforcesRowLimitFromConfiguration) {
  const std::string row = R"({"customer_id":"a"})";
  const std::string five =
      R"({"data":[)" + row + "," + row + "," + row + "," + row + "," + row + "]}";
  Outcome<Flat> read(five);
  EXPECT_EQ(read.only_fault().code, "too_many_items");
  Limits limits;
  limits.set("flat_rows", 5);
  ReadInput with;
  with.limits = &limits;
  EXPECT_TRUE(Outcome<Flat>(five, with).result.ok());
}

TEST(ReadTable, RefusesTooManyOwnColumnsInEveryForm) {
  Limits limits;
  limits.set("feature_columns", 2);
  const auto expect_refusal = [&]<typename T>(T, std::string_view text, std::string_view pointer) {
    ReadInput input;
    input.limits = &limits;
    Outcome<T> read(text, std::move(input));
    const Fault& fault = read.only_fault();
    EXPECT_EQ(fault.code, "too_many_columns") << text;
    EXPECT_EQ(fault.pointer, pointer);
  };
  expect_refusal(Flat{}, R"({"data":[{"customer_id":"a","x":1,"y":1,"z":1}]})", "/data/0/z");
  expect_refusal(Flat{}, R"({"data":{"customer_id":["a"],"x":[1],"y":[1],"z":[1]}})", "/data/z");
  expect_refusal(Deep{}, R"({"data":[{"customer_id":"a","features":{"x":1,"y":1,"z":1}}]})",
                 "/data/0/features/z");
  expect_refusal(Deep{}, R"({"data":{"customer_id":["a"],"features":{"x":[1],"y":[1],"z":[1]}}})",
                 "/data/features/z");
}

TEST(ReadNested, ReadsRowsOfRows) {
  Outcome<Nested> read(R"({"weights":{"a":1,"b":0.5},"rows":[[1,2,3,4]],"customers":[
      {"customer_id":"A","transactions":[{"date":"2025-01-01","amount":1.5},
                                          {"amount":2,"date":"2025-01-02"}]},
      {"transactions":[{"date":"2025-01-03","amount":0}],"customer_id":"B"}]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  ASSERT_EQ(read.value.customers.size(), 2u);
  EXPECT_EQ(read.value.customers[0].transactions[1].amount, 2);
  EXPECT_EQ(read.value.customers[1].customer_id, "B");
  EXPECT_EQ(read.value.weights.entries[1].first, "b");
  EXPECT_EQ(read.value.rows[0][3], 4);
}

TEST(ReadNested, LongInnerListsTakeNoMoreThanTheyHold) {
  std::string rows, dates, amounts;
  for (int i = 0; i < 33; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    rows += comma + R"({"date":"2025-01-01","amount":1})";
    dates += comma + R"("2025-01-01")";
    amounts += comma + "1";
  }
  const std::string columns = R"({"date":[)" + dates + R"(],"amount":[)" + amounts + "]}";
  for (const std::string& transactions : {"[" + rows + "]", columns}) {
    Outcome<Nested> read(R"({"customers":[{"customer_id":"A","transactions":)" + transactions +
                         "}]}");
    ASSERT_TRUE(read.result.ok()) << read.faults_text();
    EXPECT_EQ(read.value.customers[0].transactions.size(), 33u);
    EXPECT_EQ(read.value.customers[0].transactions.capacity(), 33u);
  }
}

TEST(ReadLenientDates, NeverFaultATextButAnotherType) {
  Outcome<Diary> read(R"({"days":[{"date":"2025-04-24T10:00:00Z"},{"date":"soon"},{"date":null},{},
                                  {"date":""},{"date":"0001-01-01"}]})");
  ASSERT_TRUE(read.result.ok()) << read.faults_text();
  const auto& days = read.value.days;
  ASSERT_EQ(days.size(), 6u);
  EXPECT_EQ(days[0].date.value(), date_from({2025, 4, 24}));
  EXPECT_EQ(days[1].date.value(), std::nullopt);
  EXPECT_FALSE(days[1].date.is_absent());
  for (const std::size_t i : {2, 3, 4}) {
    EXPECT_TRUE(days[i].date.is_absent());
    EXPECT_EQ(days[i].date.value(), std::nullopt);
  }
  EXPECT_EQ(days[5].date.value(), date_from({1, 1, 1}));
  Outcome<Diary> number(R"({"days":[{"date":20250424}]})");
  EXPECT_EQ(number.only_fault().pointer, "/days/0/date");
  EXPECT_EQ(number.only_fault().code, "wrong_type");
}

TEST(ReadNested, NamesThePlaceInRowsAndColumns) {
  Outcome<Nested> rows(R"({"customers":[{"customer_id":"A","transactions":[
      {"date":"2025-01-01","amount":-1},{"date":"2025-13-01","amount":1},{"amount":1}]}]})");
  ASSERT_FALSE(rows.result.ok());
  ASSERT_EQ(rows.result.error().faults.size(), 3u) << rows.faults_text();
  EXPECT_EQ(rows.result.error().faults[0].pointer, "/customers/0/transactions/0/amount");
  EXPECT_EQ(rows.result.error().faults[1].pointer, "/customers/0/transactions/1/date");
  EXPECT_EQ(rows.result.error().faults[2].pointer, "/customers/0/transactions/2/date");
  Outcome<Nested> columns(R"({"customers":{"customer_id":["A","B"],"transactions":[
      {"date":["2025-01-01"],"amount":[-1]},{"date":["2025-01-01"],"amount":[1,2]}]}})");
  ASSERT_FALSE(columns.result.ok());
  ASSERT_EQ(columns.result.error().faults.size(), 2u) << columns.faults_text();
  EXPECT_EQ(columns.result.error().faults[0].pointer, "/customers/transactions/0/amount/0");
  EXPECT_EQ(columns.result.error().faults[1].pointer, "/customers/transactions/1/amount");
}

TEST(ReadNested, FindsDuplicateIdsAndKeys) {
  Outcome<Nested> read(R"({"customers":[
      {"customer_id":"A","transactions":[{"date":"2025-01-01","amount":1}]},
      {"customer_id":"A","transactions":[{"date":"2025-01-01","amount":1}]}]})");
  EXPECT_EQ(read.only_fault().pointer, "/customers/1/customer_id");
  Outcome<Nested> keys(R"({"weights":{"a":1,"a":2},"customers":[]})");
  EXPECT_EQ(keys.only_fault().pointer, "/weights/a");
  // The second row's keys match those of the first one place late.
  Outcome<Nested> late(R"({"customers":[
      {"x":1,"customer_id":"A","transactions":[{"date":"2025-01-01","amount":1}]},
      {"customer_id":"B","customer_id":"C","transactions":[{"date":"2025-01-01","amount":1}]}]})");
  EXPECT_EQ(late.only_fault().pointer, "/customers/1/customer_id");
}

TEST(ReadNested, RefusesWrongShapes) {
  EXPECT_EQ(Outcome<Nested>(R"({"customers":[],"rows":[[1,2,3]]})").only_fault().code,
            "wrong_length");
  EXPECT_EQ(Outcome<Nested>(R"({"customers":[3]})").only_fault().pointer, "/customers/0");
  EXPECT_EQ(Outcome<Nested>(R"({"customers":"no"})").only_fault().code, "wrong_type");
  EXPECT_EQ(
      Outcome<Nested>(R"({"customers":[{"customer_id":"A","transactions":[]}]})").only_fault().code,
      "too_few_items");
  std::string deep = R"({"customers":[],"x":)";
  for (int i = 0; i < 40; ++i) deep += '[';
  for (int i = 0; i < 40; ++i) deep += ']';
  EXPECT_EQ(Outcome<Nested>(deep + "}").only_fault().code, "too_deep");
}

TEST(ReadFaults, NameTheSecondOfTwoEqualIdsAsSent) {
  Outcome<Nested> columns(
      R"({"customers":{"customer_id":["a","b","a"],
          "transactions":[[{"date":"2025-01-01","amount":1}],[{"date":"2025-01-01","amount":1}],
                          [{"date":"2025-01-01","amount":1}]]}})");
  EXPECT_EQ(columns.only_fault().pointer, "/customers/customer_id/2");
}

TEST(ReadFaults, DoNotRoundIntegersIntoTheirRange) {
  Outcome<Scalars> read(R"({"name":"x","bins":9007199254740993})");
  EXPECT_EQ(read.only_fault().code, "out_of_range");
}

TEST(ReadTables, HaveNoOwnColumnsBesideTheObjectThatHoldsThem) {
  Outcome<Deep> read(R"({"strict":true,"data":[{"customer_id":"a","features":{},"other":1}]})");
  EXPECT_EQ(read.only_fault().pointer, "/data/0/other");
  Outcome<Deep> columns(
      R"({"strict":true,"data":{"customer_id":["a"],"features":{"x":[1]},"other":[1]}})");
  EXPECT_EQ(columns.only_fault().pointer, "/data/other");
}

struct Labelled {
  std::vector<double> unused;
  std::optional<bool> label;
};
Object describe(For<Labelled>) {
  return object<Labelled>("A label.", field<&Labelled::unused>("Nothing.").or_default(),
                          field<&Labelled::label>("The label.").as_label());
}

TEST(ReadLabels, TakeEveryUsualSpelling) {
  for (const char* yes : {"1", "1.0", "true", "\"yes\"", "\"1\"", "\"True\""}) {
    Outcome<Labelled> read(std::string(R"({"label":)") + yes + "}");
    EXPECT_EQ(read.value.label, true) << yes;
  }
  for (const char* no : {"0", "false", "\"NO\"", "\"0\""}) {
    Outcome<Labelled> read(std::string(R"({"label":)") + no + "}");
    EXPECT_EQ(read.value.label, false) << no;
  }
  EXPECT_EQ(Outcome<Labelled>(R"({"label":null})").value.label, std::nullopt);
  for (const char* bad : {"2", "-1", "0.5", "\"maybe\"", "[1]", "{}", "\"\""}) {
    const Fault fault = Outcome<Labelled>(std::string(R"({"label":)") + bad + "}").only_fault();
    EXPECT_EQ(fault.code, "wrong_type") << bad;
    EXPECT_EQ(fault.pointer, "/label") << bad;
  }
}

TEST(PointerAsSent, TurnsRowsIntoColumns) {
  EXPECT_EQ(pointer_as_sent("/customers/3/amount", {}), "/customers/3/amount");
  EXPECT_EQ(pointer_as_sent("/customers/3/amount", {"/customers"}), "/customers/amount/3");
  EXPECT_EQ(pointer_as_sent("/customers/3/transactions/7/date", {"/customers/*/transactions"}),
            "/customers/3/transactions/date/7");
  EXPECT_EQ(pointer_as_sent("/customers/3", {"/customers"}), "/customers/3");
  EXPECT_EQ(pointer_as_sent("/customers/3/transactions/7/date",
                            {"/customers", "/customers/transactions/*"}),
            "/customers/transactions/3/date/7");
}

}  // namespace
}  // namespace clientele::schema
