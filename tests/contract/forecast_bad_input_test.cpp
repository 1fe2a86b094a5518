// The same bad and odd histories through every forecasting endpoint.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "exchange.hpp"

namespace clientele::contract {
namespace {

struct Face {
  const char* endpoint;
  const char* column;
};

class EachForecast : public testing::TestWithParam<Face> {
 protected:
  bool many() const { return GetParam().endpoint == std::string("forecast_units_asyncio"); }

  Json rows(const std::vector<double>& values, const char* first = "2024-01-01") const {
    Json out = Json::array();
    for (std::size_t t = 0; t < values.size(); ++t) {
      const Date day = *parse_date(first) + static_cast<std::int32_t>(t);
      out.push_back({{"date", to_string(day)}, {GetParam().column, values[t]}});
      if (many()) out.back()["product_code"] = "a";
    }
    return out;
  }

  Reply ask(Json data, int months = 2, Json extra = Json::object()) const {
    Json request{{"forecast_period", months}, {"data", std::move(data)}};
    if (GetParam().endpoint == std::string("forecast_units")) request["product_code"] = "a";
    request.update(extra);
    return call(*catalog::find(GetParam().endpoint), text_of(request), 2);
  }

  // The forecast's months; fails the test where there is an error.
  Json months_of(const Reply& reply) const {
    EXPECT_FALSE(reply.error) << words_of(reply.error.value_or(Error{}));
    if (reply.error) return Json::array();
    const Json& result = reply.json.contains("forecast_result") ? reply.json.at("forecast_result")
                                                                : reply.json.at("forecasts")[0];
    EXPECT_FALSE(result.contains("error")) << text_of(result);
    return result.contains("error") ? Json::array() : result.at("forecast").at("calendar");
  }

  // Whether the whole request, or the product within it, is refused.
  static bool refused(const Reply& reply) {
    if (reply.error) return true;
    return reply.json.contains("forecasts") && reply.json.at("forecasts")[0].contains("error");
  }
};

double value_of(const Json& month) { return month.at("value").get<double>(); }

void expect_ordered(const Json& months) {
  for (const Json& month : months) {
    const double value = value_of(month);
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_GE(month.at("lower_95").get<double>(), 0);
    EXPECT_LE(month.at("lower_95").get<double>(), month.at("lower_80").get<double>());
    EXPECT_LE(month.at("lower_80").get<double>(), value);
    EXPECT_LE(value, month.at("upper_80").get<double>());
    EXPECT_LE(month.at("upper_80").get<double>(), month.at("upper_95").get<double>());
  }
}

TEST_P(EachForecast, OfZerosIsZero) {
  const Json months = months_of(ask(rows(std::vector<double>(91, 0.0))));
  ASSERT_EQ(months.size(), 2u);
  EXPECT_EQ(value_of(months[1]), 0);
  EXPECT_EQ(months[1].at("upper_95"), 0);
}

TEST_P(EachForecast, OfAConstantIsTheConstant) {
  const Json months = months_of(ask(rows(std::vector<double>(91, 50.0))));
  ASSERT_EQ(months.size(), 2u);
  EXPECT_NEAR(value_of(months[0]), 50 * 30, 1e-6);
  EXPECT_NEAR(value_of(months[1]), 50 * 31, 1e-6);
}

TEST_P(EachForecast, OfTwoValuesIsAnAnswer) {
  const Json months = months_of(ask(rows({10, 14}, "2024-01-30")));
  ASSERT_EQ(months.size(), 2u);
  EXPECT_NEAR(value_of(months[0]), 12 * 29, 1e-6);
  expect_ordered(months);
}

TEST_P(EachForecast, OfOneValueIsAnAnswerForUnitsOnly) {
  const Reply reply = ask(rows({12}, "2024-01-31"));
  if (GetParam().column != std::string("sales_quantity")) {
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->faults[0].pointer, "/data");
    return;
  }
  const Json months = months_of(reply);
  ASSERT_EQ(months.size(), 2u);
  EXPECT_NEAR(value_of(months[0]), 12 * 29, 1e-6);
}

TEST_P(EachForecast, RefusesNegativeAndHugeValues) {
  std::vector<double> values(70, 3.0);
  values[5] = -1;
  EXPECT_TRUE(refused(ask(rows(values))));
  values[5] = 1e300;
  EXPECT_TRUE(refused(ask(rows(values))));
}

TEST_P(EachForecast, RefusesTenThousandMonths) {
  const Reply reply = ask(rows(std::vector<double>(70, 3.0)), 10'000);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->faults[0].pointer, "/forecast_period");
}

TEST_P(EachForecast, BridgesAGapOfAYear) {
  std::vector<double> values;
  for (int t = 0; t < 80; ++t) values.push_back(20 + (t * 37) % 11);
  Json data = rows(values);
  for (const Json& row : rows(values, "2025-04-01")) data.push_back(row);
  const Json months = months_of(ask(data));
  ASSERT_EQ(months.size(), 2u);
  EXPECT_GT(value_of(months[0]), 0);
  expect_ordered(months);
}

TEST_P(EachForecast, KnowsNoOrderOfRows) {
  std::vector<double> values;
  for (int t = 0; t < 91; ++t) values.push_back(20 + (t * 37) % 11);
  Json data = rows(values);
  const Json sorted = months_of(ask(data));
  std::reverse(data.begin(), data.end());
  EXPECT_EQ(sorted, months_of(ask(data)));
  Json split = rows(values);  // one day in two rows
  split.push_back(split[3]);
  split[3][GetParam().column] = 12;
  split.back()[GetParam().column] = values[3] - 12;
  EXPECT_EQ(sorted, months_of(ask(split)));
}

TEST_P(EachForecast, RefusesColumnsAheadWithoutAPast) {
  if (many()) return;  // rows of many products have no columns ahead
  const Json future{{"future", {{{"date", "2024-04-20"}, {"promotion", true}}}}};
  const Reply reply = ask(rows(std::vector<double>(91, 3.0)), 1, future);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->faults[0].pointer, "/future/0/promotion");
}

TEST_P(EachForecast, KeepsIntervalsInOrderOnWildHistories) {
  std::vector<double> values;
  for (unsigned t = 0; t < 400; ++t) {
    const unsigned noise = (t * 2654435761u) >> 20;
    values.push_back(noise % 5 == 0 ? noise * (t % 90 == 7 ? 1e6 : 1.0) : 0);
  }
  expect_ordered(months_of(ask(rows(values), 12)));
}

INSTANTIATE_TEST_SUITE_P(All, EachForecast,
                         testing::Values(Face{"forecast_revenue", "revenue"},
                                         Face{"forecast_cost", "cost"},
                                         Face{"forecast_cost_improved", "cost"},
                                         Face{"forecast_units", "sales_quantity"},
                                         Face{"forecast_units_asyncio", "sales_quantity"}),
                         [](const auto& test) { return std::string(test.param.endpoint); });

TEST(PlantedSeason, OfAYearIsRecovered) {
  // Two years and a month with a weekly and a yearly swing; the third year's months are known.
  const auto truth = [](int t) {
    const double year = 1 + 0.4 * std::sin(2 * 3.14159265 * t / 365.25);
    return 200 * year * (t % 7 == 5 ? 1.5 : 1.0);
  };
  Json data = Json::array();
  const Date first = *parse_date("2022-01-01");
  for (int t = 0; t < 761; ++t) {
    const double noise = 1 + 0.05 * std::sin(12.9898 * t * t);
    data.push_back({{"date", to_string(first + t)}, {"revenue", truth(t) * noise}});
  }
  const Json request{{"forecast_period", 6}, {"data", data}};
  const Reply reply = call(*catalog::find("forecast_revenue"), text_of(request), 2);
  ASSERT_FALSE(reply.error) << words_of(*reply.error);
  const Json& result = reply.json.at("forecast_result");
  EXPECT_EQ(result.at("diagnostics").at("yearly_pattern"), true);
  int t = 761;
  for (const Json& month : result.at("forecast").at("calendar")) {
    const auto name = month.at("yyyy-mm").get<std::string>();
    double expected = 0;
    for (; to_string(first + t).substr(0, 7) == name; ++t) expected += truth(t);
    EXPECT_NEAR(value_of(month) / expected, 1, 0.06) << name;
  }
}

}  // namespace
}  // namespace clientele::contract
