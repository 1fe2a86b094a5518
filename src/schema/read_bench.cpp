// Reading 250 000 rows of JSON into typed rows, beside rapidjson.
#include <benchmark/benchmark.h>
#include <rapidjson/document.h>

#include <string>

#include "schema/describe.hpp"
#include "schema/read.hpp"

namespace clientele::schema {
namespace {

constexpr std::size_t kRows = 250'000;

struct Sale {
  std::string_view customer_id;
  Date date;
  double amount = 0;
  std::int32_t quantity = 0;
};
struct Body {
  std::vector<Sale> data;
};

Object describe(For<Sale>) {
  return object<Sale>("A sale.", field<&Sale::customer_id>("Customer.").not_empty(),
                      field<&Sale::date>("Day."), field<&Sale::amount>("Value.").at_least(0),
                      field<&Sale::quantity>("Pieces.").at_least(0));
}
Object describe(For<Body>) { return object<Body>("Sales.", field<&Body::data>("Sales.")); }

std::string rows_body() {
  std::string text = R"({"data": [)";
  for (std::size_t i = 0; i < kRows; ++i) {
    if (i > 0) text += ',';
    text += R"({"customer_id":"C-)" + std::to_string(100000 + i % 40000) + R"(","date":")" +
            to_string(Date{18000 + static_cast<std::int32_t>(i % 700)}) + R"(","amount":)" +
            std::to_string(i % 997) + "." + std::to_string(10 + i % 90) + R"(,"quantity":)" +
            std::to_string(1 + i % 9) + "}";
  }
  return text + "]}";
}

std::string columns_body() {
  std::string ids, dates, amounts, quantities;
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::string comma = i > 0 ? "," : "";
    ids += comma + "\"C-" + std::to_string(100000 + i % 40000) + '"';
    dates += comma + '"' + to_string(Date{18000 + static_cast<std::int32_t>(i % 700)}) + '"';
    amounts += comma + std::to_string(i % 997) + "." + std::to_string(10 + i % 90);
    quantities += comma + std::to_string(1 + i % 9);
  }
  return R"({"data":{"customer_id":[)" + ids + R"(],"date":[)" + dates + R"(],"amount":[)" +
         amounts + R"(],"quantity":[)" + quantities + "]}}";
}

void read_body(benchmark::State& state, const std::string& text) {
  const PaddedString body(text);
  for (auto _ : state) {
    TextStore texts;
    Body out;
    const auto notes = read(type_of<Body>(), &out, {.body = body.view()}, texts);
    if (!notes || out.data.size() != kRows) state.SkipWithError("not read");
    benchmark::DoNotOptimize(out.data.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void BM_Rows(benchmark::State& state) { read_body(state, rows_body()); }
void BM_Columns(benchmark::State& state) { read_body(state, columns_body()); }

// `kFlags` 0 is rapidjson's default, which neither checks UTF-8 nor reads numbers to the last bit.
template <unsigned kFlags>
void BM_RapidjsonDom(benchmark::State& state) {
  const std::string text = rows_body();
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse<kFlags>(text.data(), text.size());
    std::vector<Sale> out;
    for (const auto& row : document["data"].GetArray()) {
      out.push_back({row["customer_id"].GetString(), *parse_date(row["date"].GetString()),
                     row["amount"].GetDouble(), row["quantity"].GetInt()});
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK(BM_Rows)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Columns)->Unit(benchmark::kMillisecond);
constexpr unsigned kSameWork =
    rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag;
BENCHMARK(BM_RapidjsonDom<kSameWork>)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RapidjsonDom<0>)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::schema
