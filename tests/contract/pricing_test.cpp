// What dynamic_pricing_recommend makes of bad and odd histories.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/date.hpp"
#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

struct Sales {
  std::size_t rows = 60;
  std::vector<double> prices{9, 10, 11, 12};  // in turn
  double elasticity = -1.8;
  double level = 60;  // units at a price of 10
};

Json request_of(const Sales& sales, Json more = Json::object()) {
  Rng rng(3);
  Json rows = Json::array();
  const Date first = *parse_date("2025-01-01");
  for (std::size_t i = 0; i < sales.rows; ++i) {
    const double price = sales.prices[i % sales.prices.size()];
    const double mean = sales.level * std::pow(price / 10, sales.elasticity);
    rows.push_back({{"date", to_string(first + static_cast<std::int32_t>(i))},
                    {"price", price},
                    {"units_sold", std::llround(mean * std::exp(0.05 * rng.normal()))},
                    {"promotion", i % 3 == 0 ? 1.0 : 0.0}});
  }
  Json request{{"product_id", "P-1"},
               {"cost_per_unit", 5},
               {"optimize_for", "profit"},
               {"candidate_prices", {9, 10, 11, 12}},
               {"historical", rows}};
  request.update(more);
  return request;
}

Reply advise(const Json& request) {
  return call(*catalog::find("dynamic_pricing_recommend"), text_of(request));
}

Json answer(const Json& request) {
  const Reply reply = advise(request);
  EXPECT_FALSE(reply.error) << words_of(reply.error.value_or(Error{}));
  return reply.error ? Json() : reply.json;
}

std::string fault(const Json& request) {
  const Reply reply = advise(request);
  if (!reply.error) return "none";
  if (reply.error->faults.empty()) return reply.error->detail;
  return reply.error->faults[0].pointer + " " + reply.error->faults[0].code;
}

bool starts(const std::string& text, std::string_view with) { return text.rfind(with, 0) == 0; }

std::string refusal(const Json& request) {
  const Json result = answer(request);
  if (!result.contains("refusal")) return "none";
  EXPECT_TRUE(result.at("best_price").is_null());
  EXPECT_EQ(result.at("interpretation"), result.at("refusal").at("reason"));
  EXPECT_EQ(result.at("outcomes").size(), request.at("candidate_prices").size());
  return result.at("refusal").at("code");
}

bool says(const Json& answer, const char* words) {
  return answer.at("interpretation").get<std::string>().find(words) != std::string::npos;
}

TEST(Pricing, NeedsTenRowsAndTwoPrices) {
  EXPECT_TRUE(starts(fault(request_of({.rows = 9})), "/historical too_few_items"));
  EXPECT_EQ(fault(request_of({.rows = 10})), "none");
  EXPECT_TRUE(starts(fault(request_of({.prices = {10}})), "/historical one_price"));
}

TEST(Pricing, RefusesValuesThatMeanNothing) {
  EXPECT_TRUE(starts(fault(request_of({}, {{"cost_per_unit", -1}})), "/cost_per_unit"));
  EXPECT_TRUE(
      starts(fault(request_of({}, {{"candidate_prices", Json::array()}})), "/candidate_prices"));
  EXPECT_TRUE(
      starts(fault(request_of({}, {{"candidate_prices", {10, 0}}})), "/candidate_prices/1"));
  EXPECT_TRUE(starts(fault(request_of({}, {{"min_margin_pct", 25}})), "/min_margin_pct"));
  EXPECT_TRUE(starts(fault(request_of({}, {{"optimize_for", "joy"}})), "/optimize_for"));
  EXPECT_TRUE(starts(fault(request_of({}, {{"controls_current", {{"weather", 1}}}})),
                     "/controls_current/weather unknown_column"));
  Json request = request_of({});
  request["historical"][4]["price"] = 0;
  EXPECT_TRUE(starts(fault(request), "/historical/4/price"));
  request = request_of({});
  request["historical"][4]["units_sold"] = -2;
  EXPECT_TRUE(starts(fault(request), "/historical/4/units_sold"));
  request = request_of({});
  request["historical"][4]["date"] = "2025-02-30";
  EXPECT_TRUE(starts(fault(request), "/historical/4/date"));
}

TEST(Pricing, DoesNotDependOnTheOrderOfDates) {
  Json request = request_of({});
  const Json sorted = answer(request);
  std::reverse(request["historical"].begin(), request["historical"].end());
  EXPECT_EQ(answer(request), sorted);
}

TEST(Pricing, RefusesWhatTheHistoryCannotTell) {
  EXPECT_EQ(refusal(request_of({})), "none");
  EXPECT_EQ(refusal(request_of({.level = 0})), "no_sales");
  EXPECT_EQ(refusal(request_of({.prices = {10, 10.02}})), "unclear_demand");
  EXPECT_EQ(refusal(request_of({.elasticity = 2})), "rising_demand");
  EXPECT_EQ(refusal(request_of({}, {{"inventory_level_current", 0}})), "no_stock");
  EXPECT_EQ(refusal(request_of({}, {{"min_margin_pct", 0.9}})), "all_blocked");
}

TEST(Pricing, BlocksWhatBreaksAGuardrail) {
  const Json result = answer(request_of({}, {{"candidate_prices", {4, 8, 10, 20}},
                                             {"min_margin_pct", 0},
                                             {"current_price", 12},
                                             {"max_discount_pct", 0.3}}));
  const Json& outcomes = result.at("outcomes");
  EXPECT_EQ(outcomes[0].at("blocked_by"),
            Json({"min_margin_pct", "max_discount_pct", "max_extrapolation_pct"}));
  EXPECT_EQ(outcomes[1].at("blocked_by"), Json({"max_discount_pct"}));
  EXPECT_TRUE(outcomes[1].at("extrapolated"));
  EXPECT_FALSE(outcomes[2].contains("blocked_by"));
  EXPECT_FALSE(outcomes[2].at("extrapolated"));
  EXPECT_EQ(outcomes[3].at("blocked_by"), Json({"max_extrapolation_pct"}));
  EXPECT_EQ(result.at("best_price"), 10);
}

TEST(Pricing, SaysWhatItsSentenceRestsOn) {
  EXPECT_TRUE(says(answer(request_of({})), "It is the best of the candidates with probability"));
  EXPECT_FALSE(says(answer(request_of({}, {{"candidate_prices", {10}}})), "probability"));
  EXPECT_TRUE(
      says(answer(request_of({}, {{"candidate_prices", {9, 13}}})), "outside those observed"));
  EXPECT_TRUE(says(answer(request_of({}, {{"cost_per_unit", 50}})), "every unit loses money"));
  const Json same = answer(request_of({}, {{"candidate_prices", {11, 11, 9}}}));
  EXPECT_TRUE(says(same, "next-best option (9.00)"));
}

// Ten rows whose prices moved by two per cent: the prior speaks, and the answer says so.
TEST(Pricing, OwnsUpToItsPrior) {
  const Json little =
      answer(request_of({.rows = 10, .prices = {10, 10.2}}, {{"candidate_prices", {10, 10.2}}}));
  EXPECT_GT(little.at("model_info").at("prior_weight").get<double>(), 0.5);
  EXPECT_TRUE(says(little, "The history says little"));
  const Json much = answer(request_of({.rows = 200}));
  EXPECT_LT(much.at("model_info").at("prior_weight").get<double>(), 0.05);
  EXPECT_FALSE(says(much, "The history says little"));
}

TEST(Pricing, HoldsNowToWhatWasSeen) {
  const Json usual = answer(request_of({}, {{"controls_current", {{"promotion", 1}}}}));
  const Reply far = advise(request_of({}, {{"controls_current", {{"promotion", 1e6}}}}));
  ASSERT_FALSE(far.error);
  ASSERT_EQ(far.warnings.size(), 1U);
  EXPECT_EQ(far.warnings[0].code, "outside_observed");
  EXPECT_EQ(far.warnings[0].pointer, "/controls_current/promotion");
  EXPECT_EQ(far.json.at("outcomes"), usual.at("outcomes"));
  const Json long_ago = answer(request_of({}, {{"date_current", "1900-01-01"}}));
  EXPECT_LT(long_ago.at("outcomes")[0].at("expected_units").get<double>(), 100);
}

TEST(Pricing, DoesNotClaimToHaveUsedWhatItCannot) {
  Json request = request_of({}, {{"competitor_price_current", 9.5}});
  const Reply without = advise(request);
  ASSERT_EQ(without.warnings.size(), 1U);
  EXPECT_EQ(without.warnings[0].code, "not_used");
  EXPECT_FALSE(says(without.json, "competitor"));
  for (std::size_t i = 0; i < 60; ++i) {
    request["historical"][i]["competitor_price"] = 9.0 + 0.1 * static_cast<double>(i % 7);
  }
  const Reply with = advise(request);
  EXPECT_TRUE(with.warnings.empty());
  EXPECT_TRUE(says(with.json, "given today’s competitor price (9.5)"));
}

TEST(Pricing, WritesDecimalsAsTheLanguageDoes) {
  const Json spanish = answer(request_of({}, {{"candidate_prices", {10.5, 9}}, {"lang", "es"}}));
  EXPECT_TRUE(says(spanish, "Fijar el precio en 10,50"));
}

// E[min(N, 2)] of a mean near 1.8 is well below 1.8.
TEST(Pricing, ExpectsNoMoreThanTheStockAllows) {
  Json request = request_of({.rows = 200, .level = 2}, {{"inventory_level_current", 2}});
  Rng rng(5);
  for (Json& row : request["historical"]) row["units_sold"] = rng.poisson(2);
  request["historical"][0]["units_sold"] = 0;
  request["allow_upward"] = true;
  const Json result = answer(request);
  for (const Json& outcome : result.at("outcomes")) {
    EXPECT_LT(outcome.at("expected_units").get<double>(), 1.6);
    EXPECT_GT(outcome.at("expected_units").get<double>(), 1.2);
  }
}

TEST(Pricing, TheOrderOfTheRowsIsNothing) {
  Json request = request_of({});
  for (std::size_t i = 0; i < request["historical"].size(); ++i) {
    request["historical"][i]["weather"] = std::array{"sun", "rain", "snow"}.at((i * i + i / 7) % 3);
  }
  const Json forwards = answer(request);
  std::reverse(request["historical"].begin(), request["historical"].end());
  EXPECT_EQ(forwards, answer(request));
}

}  // namespace
}  // namespace clientele::contract
