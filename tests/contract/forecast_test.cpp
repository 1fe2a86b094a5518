// What the forecasting endpoints make of bad and odd histories.
#include <algorithm>
#include <array>

#include "exchange.hpp"

namespace clientele::contract {
namespace {

Json history(std::size_t days, double value = 100, const char* name = "revenue") {
  Json rows = Json::array();
  const Date first = *parse_date("2024-01-01");
  for (std::size_t t = 0; t < days; ++t) {
    rows.push_back({{"date", to_string(first + static_cast<std::int32_t>(t))}, {name, value}});
  }
  return rows;
}

Reply forecast(const Json& request, const char* endpoint = "forecast_revenue") {
  return call(*catalog::find(endpoint), text_of(request));
}

Json result_of(const Json& request) {
  const Reply reply = forecast(request);
  EXPECT_FALSE(reply.error) << words_of(reply.error.value_or(Error{}));
  return reply.error ? Json() : reply.json.at("forecast_result");
}

std::string pointer_of(const Reply& reply) {
  return reply.error && !reply.error->faults.empty() ? reply.error->faults[0].pointer : "none";
}

TEST(Forecasts, OfAllZerosAreZeros) {
  const Json result = result_of({{"forecast_period", 2}, {"data", history(90, 0)}});
  EXPECT_EQ(result.at("forecast").at("calendar")[0].at("value"), 0);
  EXPECT_EQ(result.at("forecast").at("calendar")[1].at("upper_95"), 0);
  EXPECT_TRUE(result.at("evaluation_metrics").at("R2").is_null());
}

TEST(Forecasts, OfAConstantAreTheConstant) {
  const Json result = result_of({{"forecast_period", 1}, {"data", history(91, 50)}});
  EXPECT_NEAR(result.at("forecast").at("calendar")[0].at("value").get<double>(), 50 * 30, 1e-6);
}

TEST(Forecasts, OfTwoDaysAreAnAggregationWithANote) {
  const Json result = result_of({{"forecast_period", 1}, {"data", history(2)}});
  EXPECT_EQ(result.at("best_algorithm"), "Aggregation");
  EXPECT_TRUE(result.at("evaluation_metrics").contains("note"));
  EXPECT_EQ(pointer_of(forecast({{"forecast_period", 1}, {"data", history(1)}})), "/data");
}

TEST(Forecasts, DoNotDependOnTheOrderOfRowsAndAddRepeatedDays) {
  Json request{{"forecast_period", 1}, {"data", history(70)}};
  for (std::size_t t = 0; t < 70; ++t) request["data"][t]["revenue"] = 100 + (t * 37) % 23;
  const Json sorted = result_of(request);
  Json turned = request;
  std::reverse(turned["data"].begin(), turned["data"].end());
  EXPECT_EQ(sorted.at("forecast"), result_of(turned).at("forecast"));
  Json split = request;
  split["data"][3]["revenue"] = 60;
  split["data"].push_back({{"date", "2024-01-04"}, {"revenue", 100 + (3 * 37) % 23 - 60}});
  EXPECT_EQ(sorted.at("forecast"), result_of(split).at("forecast"));
}

TEST(Forecasts, TellOfAGapOfAYear) {
  Json request{{"forecast_period", 1}, {"data", history(70)}};
  request["data"].push_back({{"date", "2025-03-31"}, {"revenue", 100}});
  const Json diagnostics = result_of(request).at("diagnostics");
  EXPECT_EQ(diagnostics.at("gaps").size(), 1u);
  EXPECT_GT(diagnostics.at("missing_days").get<int>(), 365);
}

TEST(Forecasts, RefuseWhatCannotBe) {
  Json request{{"forecast_period", 1}, {"data", history(70)}};
  Json negative = request;
  negative["data"][5]["revenue"] = -1;
  EXPECT_EQ(pointer_of(forecast(negative)), "/data/5/revenue");
  Json far = request;
  far["forecast_period"] = 10'000;
  EXPECT_EQ(pointer_of(forecast(far)), "/forecast_period");
  Json unknown = request;
  unknown["future"] = {{{"date", "2024-04-01"}, {"promotion", true}}};
  EXPECT_EQ(pointer_of(forecast(unknown)), "/future/0/promotion");
  Json ancient = request;
  ancient["data"][7]["date"] = "1023-01-01";
  EXPECT_EQ(pointer_of(forecast(ancient)), "/data/7/date");
  Json wide = request;
  wide["data"][69]["date"] = "2190-01-01";
  EXPECT_EQ(pointer_of(forecast(wide)), "/data/69/date");
  const Reply nan = call(*catalog::find("forecast_revenue"),
                         R"({"forecast_period": 1, "data": [{"date": "2024-01-01", "revenue": NaN},
                             {"date": "2024-01-02", "revenue": 1}]})");
  ASSERT_TRUE(nan.error);
  EXPECT_EQ(nan.error->faults[0].code, "malformed_json");
}

TEST(Forecasts, OfOneBadProductSpoilNoOther) {
  Json request{{"forecast_period", 1}, {"items", Json::array()}};
  request["items"].push_back({{"product_code", "a"}, {"data", history(70, 4, "sales_quantity")}});
  request["items"].push_back({{"product_code", "b"}, {"data", history(70, -4, "sales_quantity")}});
  request["items"].push_back({{"product_code", "c"}, {"data", Json::array()}});
  request["items"].push_back({{"product_code", "d"}, {"data", history(1, 4, "sales_quantity")}});
  const Reply reply = forecast(request, "forecast_units_asyncio");
  ASSERT_FALSE(reply.error) << words_of(*reply.error);
  const Json& forecasts = reply.json.at("forecasts");
  ASSERT_EQ(forecasts.size(), 4u);
  EXPECT_FALSE(forecasts[0].contains("error"));
  EXPECT_EQ(forecasts[1].at("product_code"), "b");
  EXPECT_NE(forecasts[1].at("error").get<std::string>().find("data/0/sales_quantity"),
            std::string::npos);
  EXPECT_TRUE(forecasts[2].contains("error"));
  EXPECT_EQ(forecasts[3].at("evaluation_metrics").at("note"), "cold-start");
}

TEST(Forecasts, OfABadProductSayWhereInTheRequestItIs) {
  const Json good{{"date", "2024-01-01"}, {"sales_quantity", 4}};
  const auto with = [&](std::string_view field, Json value) {
    Json row = good;
    row[field] = std::move(value);
    return row;
  };
  const std::vector<std::pair<Json, std::string>> bad{
      {with("date", nullptr), "date: missing"},
      {with("date", "soon"), "date: no day of the calendar"},
      {with("date", "2025-02-30"), "date: no day of the calendar"},
      {with("date", "1200-01-01"), "date: 1200-01-01 is not between"},
      {with("sales_quantity", nullptr), "sales_quantity: missing"},
      {with("sales_quantity", -1), "sales_quantity: must lie"}};
  for (const auto& [row, what] : bad) {
    Json items{{"forecast_period", 1}, {"items", Json::array()}};
    Json rows{{"forecast_period", 1}, {"data", Json::array()}};
    for (const char* code : {"a", "b"}) {
      const Json data{good, code[0] == 'b' ? row : good};
      items["items"].push_back({{"product_code", code}, {"data", data}});
      for (Json day : data) {
        day["product_code"] = code;
        rows["data"].push_back(day);
      }
    }
    const std::pair<Json, std::string> sent[]{{items, "/items/1/data/1/"}, {rows, "/data/3/"}};
    for (const auto& [request, place] : sent) {
      const Reply reply = forecast(request, "forecast_units_asyncio");
      ASSERT_FALSE(reply.error) << what << words_of(*reply.error);
      const Json& forecasts = reply.json.at("forecasts");
      EXPECT_FALSE(forecasts[0].contains("error"));
      EXPECT_EQ(forecasts[1].at("error").get<std::string>().find(place + what), 0u)
          << forecasts[1].at("error");
    }
  }
}

// 120 days to the 29th of April; every tenth is a day of promotion that sells half as much again.
Json promoted_product(const char* code) {
  Json days = history(120, 0, "sales_quantity");
  for (std::size_t t = 0; t < days.size(); ++t) {
    const bool promotion = t % 10 == 3;
    days[t]["sales_quantity"] = (100 + static_cast<double>(t * 37 % 11)) * (promotion ? 1.5 : 1.0);
    days[t]["promotion"] = promotion;
  }
  return {{"product_code", code}, {"data", days}};
}

TEST(Forecasts, OfManyProductsKnowTheDaysAhead) {
  Json promoted = promoted_product("promoted");
  for (int day = 1; day <= 31; ++day) {
    promoted["future"].push_back(
        {{"date", to_string(date_from({2024, 5, day}))}, {"promotion", true}});
  }
  const Json request{{"forecast_period", 1}, {"items", {promoted_product("plain"), promoted}}};
  const Reply reply = forecast(request, "forecast_units_asyncio");
  ASSERT_FALSE(reply.error) << words_of(*reply.error);
  const auto may = [&](std::size_t product) {
    return reply.json.at("forecasts")[product]["forecast"]["calendar"][0]["value"].get<double>();
  };
  EXPECT_NEAR(may(1) / may(0), 1.5, 0.05);
}

TEST(Forecasts, OfABadProductSentAsColumnsNameTheColumnFirst) {
  const Json days{{"date", {"2024-01-01", "soon"}}, {"sales_quantity", {1, 2}}};
  const Json request{
      {"forecast_period", 1},
      {"items",
       {{{"product_code", "a"}, {"data", days}}, {{"product_code", "b"}, {"data", days}}}}};
  const Reply reply = forecast(request, "forecast_units_asyncio");
  ASSERT_FALSE(reply.error) << words_of(*reply.error);
  const auto error = reply.json.at("forecasts")[1].value("error", "");
  EXPECT_EQ(error.find("/items/1/data/date/1: no day"), 0u) << error;
}

TEST(Forecasts, OfProductsWithBadDaysAheadSayWhereAndSpoilNoOther) {
  const std::vector<std::pair<Json, std::string>> bad{
      {{{"date", "2024-02-30"}}, "/items/1/future/1/date: no day of the calendar"},
      {{{"promotion", true}}, "/items/1/future/1/date: missing"},
      {{{"date", "2024-05-02"}, {"price", 3}}, "/items/1/future/1/price: 'price' is no column"}};
  for (const auto& [day, what] : bad) {
    Json item = promoted_product("bad");
    item["future"] = {{{"date", "2024-05-01"}, {"promotion", true}}, day};
    const Json request{{"forecast_period", 1}, {"items", {promoted_product("good"), item}}};
    const Reply reply = forecast(request, "forecast_units_asyncio");
    ASSERT_FALSE(reply.error) << words_of(*reply.error);
    const Json& forecasts = reply.json.at("forecasts");
    EXPECT_FALSE(forecasts[0].contains("error"));
    EXPECT_EQ(forecasts[1].value("error", "").find(what), 0u) << forecasts[1].value("error", "");
  }
}

TEST(Forecasts, OfCategoriesAddUpToTheTotal) {
  const Reply reply = call(*catalog::find("forecast_cost_improved"),
                           catalog::find("forecast_cost_improved")->examples[0].request);
  ASSERT_FALSE(reply.error);
  const Json& result = reply.json.at("forecast_result");
  const Json& months = result.at("forecast").at("calendar");
  for (std::size_t m = 0; m < months.size(); ++m) {
    double sum = 0;
    for (const Json& category : result.at("categories")) {
      sum += category.at("forecast").at("calendar")[m].at("value").get<double>();
    }
    EXPECT_NEAR(months[m].at("value").get<double>(), sum, 1e-6);
  }
}

TEST(Forecasts, NameTheMonthsAheadThatTheHistoryNeverSaw) {
  const auto warnings = [](std::size_t days) {
    return forecast({{"forecast_period", 2}, {"data", history(days)}}).warnings;
  };
  const std::vector<Warning> young = warnings(91);  // to the end of March
  ASSERT_EQ(young.size(), 1U);
  EXPECT_EQ(young[0].code, "season_not_seen");
  EXPECT_NE(young[0].detail.find("no day in April, May:"), std::string::npos) << young[0].detail;
  EXPECT_TRUE(warnings(400).empty());
}

TEST(Forecasts, OfMonthsSentAsDaysAreWarnedOf) {
  const auto codes = [](std::initializer_list<const char*> dates) {
    Json rows = Json::array();
    for (const char* date : dates) rows.push_back({{"date", date}, {"revenue", 1000}});
    std::vector<std::string> all;
    for (const Warning& warning : forecast({{"forecast_period", 1}, {"data", rows}}).warnings) {
      all.push_back(warning.code);
    }
    return all;
  };
  EXPECT_EQ(codes({"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}).at(0), "monthly_rows");
  for (const auto& daily : {codes({"2024-01-01", "2024-02-01", "2024-03-01", "2024-04-12"}),
                            codes({"2024-01-01", "2024-02-01", "2024-02-02", "2024-03-01"})}) {
    EXPECT_EQ(std::count(daily.begin(), daily.end(), "monthly_rows"), 0);
  }
}

TEST(Forecasts, OfMonthsOfManyProductsAreWarnedOfOnce) {
  const std::array<const char*, 5> months{"2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31",
                                          "2024-04-30"};
  Json rows = Json::array();
  const auto monthly_warnings = [&] {
    const Json request{{"forecast_period", 1}, {"data", rows}};
    const auto warnings = forecast(request, "forecast_units_asyncio").warnings;
    return std::count_if(warnings.begin(), warnings.end(),
                         [](const Warning& warning) { return warning.code == "monthly_rows"; });
  };
  const auto add = [&](const char* code, const char* date) {
    rows.push_back({{"product_code", code}, {"date", date}, {"sales_quantity", 10}});
  };
  for (const char* code : {"A", "B"}) {
    for (const char* date : months) add(code, date);
  }
  EXPECT_EQ(monthly_warnings(), 1);
  for (const char* date : {"2024-04-28", "2024-04-29", "2024-04-30"}) add("daily", date);
  EXPECT_EQ(monthly_warnings(), 0);
}

TEST(Forecasts, OfGrowingSalesGoThroughALogarithm) {
  Json request{{"forecast_period", 1}, {"data", history(210)}};
  for (std::size_t t = 0; t < 210; ++t) {
    const double day = static_cast<double>(t), noise = static_cast<double>((t * 7919) % 101) / 101;
    request["data"][t]["revenue"] =
        std::exp(0.01 * day) * (100 + 30 * std::sin(0.9 * static_cast<double>(t % 7)) + 20 * noise);
  }
  EXPECT_LT(result_of(request).at("diagnostics").at("box_cox_power").get<double>(), 0.5);
  for (std::size_t t = 3; t < 210; t += 10) request["data"][t]["revenue"] = 0;
  EXPECT_FALSE(result_of(request).at("diagnostics").contains("box_cox_power"));
}

TEST(Forecasts, PlotIsADrawing) {
  const Json result =
      result_of({{"forecast_period", 1}, {"data", history(70)}, {"plot", true}, {"lang", "es"}});
  const auto svg = result.at("plot").get<std::string>();
  EXPECT_EQ(svg.rfind("<svg", 0), 0u);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_NE(svg.find("Ingresos diarios"), std::string::npos);
}

TEST(Forecasts, Of20000DaysWork) {
  Json request{{"forecast_period", 1}, {"data", history(20'000)}};
  for (std::size_t t = 0; t < 20'000; ++t) {
    request["data"][t]["revenue"] = 100 + (t * 7919) % 101;
  }
  EXPECT_GT(result_of(request).at("forecast").at("calendar")[0].at("value").get<double>(), 3000);
}

}  // namespace
}  // namespace clientele::contract
