// customer_clv_forecast as a user meets it: every kind of bad input, margins, discounting,
// horizons, refunds, contract detection.
#include <cmath>

#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

Reply forecast(const Json& request) {
  return call(*catalog::find("customer_clv_forecast"), text_of(request));
}

Json order(Date date, double amount) { return {{"date", to_string(date)}, {"amount", amount}}; }

// A shop with 80 customers who buy at random moments of two years up to 2025-06-30.
Json shop(std::uint64_t seed = 1) {
  Json customers = Json::array();
  const Date start = *parse_date("2023-07-01");
  for (std::uint64_t i = 0; i < 80; ++i) {
    Rng rng(seed, i);
    Json orders = Json::array();
    const double pace = 10 + 80 * rng.uniform();
    for (double day = 300 * rng.uniform(); day < 729; day += -pace * std::log(1 - rng.uniform())) {
      orders.push_back(order(start + static_cast<int>(day), 10 + std::floor(50 * rng.uniform())));
      if (rng.uniform() < 0.1) break;
    }
    customers.push_back({{"customer_id", "C" + std::to_string(i)}, {"transactions", orders}});
  }
  return {{"today", "2025-06-30"}, {"customers", customers}};
}

Json one_customer(const Json& orders) {
  return {{"today", "2025-06-30"},
          {"customers", Json::array({{{"customer_id", "A"}, {"transactions", orders}}})}};
}

bool warned(const Reply& reply, std::string_view code) {
  for (const Warning& warning : reply.warnings) {
    if (warning.code == code) return true;
  }
  return false;
}

double value_of(const Reply& reply, std::size_t customer = 0) {
  return reply.json.at("customers").at(customer).at("predicted_clv").get<double>();
}

std::string note_of(const Reply& reply) { return reply.json.at("model_info").at("note"); }

TEST(LifetimeValue, FutureOrdersAreRefusedOrLeftOut) {
  Json request = shop();
  request["customers"][3]["transactions"].push_back(order(*parse_date("2025-07-01"), 5));
  const Reply refused = forecast(request);
  ASSERT_TRUE(refused.error);
  EXPECT_NE(words_of(*refused.error).find("ignore_future"), std::string::npos);
  EXPECT_NE(words_of(*refused.error).find("/customers/3/transactions/"), std::string::npos);
  request["ignore_future"] = true;
  EXPECT_EQ(forecast(request).text, forecast(shop()).text);
}

TEST(LifetimeValue, RefundsAreRefusedOrLowerTheLatestPurchase) {
  const auto orders = [](double second) {
    return Json::array({order(*parse_date("2025-01-01"), 50), order(*parse_date("2025-02-01"), 40),
                        order(*parse_date("2025-03-01"), second)});
  };
  Json request = one_customer(orders(30));
  request["customers"][0]["transactions"].push_back(order(*parse_date("2025-03-05"), -10));
  const Reply refused = forecast(request);
  ASSERT_TRUE(refused.error);
  EXPECT_NE(words_of(*refused.error).find("allow_refunds"), std::string::npos);
  EXPECT_NE(words_of(*refused.error).find("/customers/0/transactions/3/amount"), std::string::npos);
  request["allow_refunds"] = true;
  const Reply taken = forecast(request);
  ASSERT_FALSE(taken.error);
  EXPECT_EQ(value_of(taken), value_of(forecast(one_customer(orders(20)))));
}

TEST(LifetimeValue, NothingButRefundsIsNoCustomer) {
  Json request = one_customer(Json::array({order(*parse_date("2025-03-05"), -10)}));
  request["allow_refunds"] = true;
  EXPECT_TRUE(forecast(request).error);
  request["customers"].push_back(
      {{"customer_id", "B"}, {"transactions", {order(*parse_date("2025-03-05"), 10)}}});
  const Reply reply = forecast(request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("customers").size(), 1u);
  EXPECT_TRUE(warned(reply, "no_orders"));
}

TEST(LifetimeValue, DegenerateShopsHaveDefinedAnswers) {
  const Date day = *parse_date("2025-03-05");
  Json same_day = {{"today", "2025-06-30"}, {"customers", Json::array()}};
  Json one_each = same_day, zero = shop();
  for (int i = 0; i < 60; ++i) {
    const std::string id = "C" + std::to_string(i);
    same_day["customers"].push_back(
        {{"customer_id", id}, {"transactions", {order(day, 5), order(day, 7)}}});
    one_each["customers"].push_back(
        {{"customer_id", id}, {"transactions", {order(day + -3 * i, 5)}}});
  }
  for (Json& customer : zero["customers"]) {
    for (Json& bought : customer["transactions"]) bought["amount"] = 0;
  }
  EXPECT_EQ(note_of(forecast(one_each)).rfind("None of the earlier customers", 0), 0u);
  for (const Json& request : {same_day, one_each}) {
    const Reply reply = forecast(request);
    ASSERT_FALSE(reply.error);
    EXPECT_EQ(value_of(reply), 0.0);
    EXPECT_EQ(reply.json.at("model_info").at("parameters").at("BG/NBD").at("limit"),
              "no repeat purchase");
    EXPECT_TRUE(warned(reply, "no_repeats"));
  }
  const Reply reply = forecast(zero);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(value_of(reply), 0.0);
  EXPECT_GT(reply.json.at("customers")[0].at("expected_purchases").get<double>(), 0.0);
}

TEST(LifetimeValue, FarMoreThanTheHistoryIsWarnedAbout) {
  Json request = shop();
  request["horizon_months"] = 60;
  request["ignore_future"] = true;
  EXPECT_FALSE(warned(forecast(request), "horizon_beyond_history"));
  request["today"] = "2024-01-31";
  EXPECT_TRUE(warned(forecast(request), "horizon_beyond_history"));
}

TEST(LifetimeValue, OneCustomerIsForecastWithoutAHoldout) {
  const Reply reply = forecast(one_customer(
      Json::array({order(*parse_date("2025-01-01"), 50), order(*parse_date("2025-02-01"), 40)})));
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("best_algorithm"), "MBG/NBD");
  EXPECT_NE(note_of(reply).find("Too little history"), std::string::npos);
  EXPECT_TRUE(reply.json.at("evaluation_mae").empty());
}

TEST(LifetimeValue, CostsMakeMarginsAndLossesAreNegative) {
  Json request = shop();
  for (Json& customer : request["customers"]) {
    for (Json& bought : customer["transactions"]) {
      bought["cost"] = 0.75 * bought["amount"].get<double>();
    }
  }
  const Reply revenue = forecast(shop());
  const Reply margin = forecast(request);
  EXPECT_EQ(margin.json.at("model_info").at("value_basis"), "margin");
  for (std::size_t i = 0; i < 80; ++i) {
    EXPECT_NEAR(value_of(margin, i), 0.25 * value_of(revenue, i), 0.006);
  }
  EXPECT_FALSE(warned(margin, "cost_above_amount"));
  for (Json& bought : request["customers"][0]["transactions"]) {
    bought["cost"] = 3 * bought["amount"].get<double>();
  }
  const Reply loss = forecast(request);
  EXPECT_TRUE(warned(loss, "cost_above_amount"));
  EXPECT_NEAR(value_of(loss), -2 * value_of(revenue), 0.02);
  const Json& customer = loss.json.at("customers")[0];
  EXPECT_LE(customer.at("lower_80").get<double>(), customer.at("upper_80").get<double>());
  request["customers"][5]["transactions"][0].erase("cost");
  EXPECT_EQ(forecast(request).json.at("model_info").at("value_basis"), "revenue");
}

TEST(LifetimeValue, HorizonsGrowAndAreTheSameAloneAndTogether) {
  Json request = shop();
  request["algorithm"] = "BG/NBD";
  request["horizon_months"] = {36, 6, 12, 12};
  const Reply together = forecast(request);
  ASSERT_FALSE(together.error);
  EXPECT_EQ(together.json.at("totals").size(), 3u);
  for (const Json& customer : together.json.at("customers")) {
    const Json& predictions = customer.at("predictions");
    ASSERT_EQ(predictions.size(), 3u);
    EXPECT_LE(predictions[0].at("predicted_clv"), predictions[1].at("predicted_clv"));
    EXPECT_LE(predictions[1].at("predicted_clv"), predictions[2].at("predicted_clv"));
    EXPECT_EQ(predictions[2].at("predicted_clv"), customer.at("predicted_clv"));
  }
  EXPECT_NE(note_of(together).find("108 months of orders"), std::string::npos) << note_of(together);
  request["horizon_months"] = 12;
  const Reply alone = forecast(request);
  EXPECT_EQ(value_of(alone),
            together.json.at("customers")[0].at("predictions")[1].at("predicted_clv"));
  EXPECT_FALSE(alone.json.at("customers")[0].contains("predictions"));
}

TEST(LifetimeValue, DiscountingLowersByTheRateStated) {
  Json request = shop();
  request["algorithm"] = "Pareto/NBD";
  request["horizon_months"] = 1;
  const double plain = forecast(request).json.at("totals")[0].at("predicted_clv");
  request["discount_rate"] = std::pow(1.01, 12) - 1;  // 1 % a month, at its end
  const double discounted = forecast(request).json.at("totals")[0].at("predicted_clv");
  EXPECT_NEAR(discounted, plain / 1.01, 0.01);
}

TEST(LifetimeValue, SubscriptionsAreWarnedAbout) {
  Json request = {{"today", "2025-06-30"}, {"customers", Json::array()}};
  for (int i = 0; i < 40; ++i) {
    Json orders = Json::array();
    for (int month = 0; month < 12; ++month) {
      orders.push_back(order(*parse_date("2024-07-01") + (30 * month + i % 9), 9.9));
    }
    request["customers"].push_back(
        {{"customer_id", "C" + std::to_string(i)}, {"transactions", orders}});
  }
  EXPECT_TRUE(warned(forecast(request), "looks_contractual"));
  EXPECT_FALSE(warned(forecast(shop()), "looks_contractual"));
}

TEST(LifetimeValue, ValuesThatDependOnFrequencyAreWarnedAbout) {
  Json request = shop();
  EXPECT_FALSE(warned(forecast(request), "value_depends_on_frequency"));
  for (Json& customer : request["customers"]) {
    const double orders = static_cast<double>(customer["transactions"].size());
    for (Json& bought : customer["transactions"]) bought["amount"] = 10 * orders;
  }
  EXPECT_TRUE(warned(forecast(request), "value_depends_on_frequency"));
}

TEST(LifetimeValue, AGivenAlgorithmIsUsedOrRefused) {
  for (const char* name : {"BG/NBD", "MBG/NBD", "Pareto/NBD", "GradientBoosting"}) {
    Json request = shop();
    request["algorithm"] = name;
    const Reply reply = forecast(request);
    ASSERT_FALSE(reply.error) << name;
    EXPECT_EQ(reply.json.at("best_algorithm"), name);
    EXPECT_EQ(reply.json.at("evaluation_mae").size(), 4u);
    for (const Json& customer : reply.json.at("customers")) {
      EXPECT_LE(customer.at("lower_80").get<double>(), customer.at("upper_80").get<double>());
    }
  }
  Json request = one_customer(Json::array({order(*parse_date("2025-01-01"), 50)}));
  request["algorithm"] = "GradientBoosting";
  const Reply refused = forecast(request);
  ASSERT_TRUE(refused.error);
  EXPECT_NE(words_of(*refused.error).find("/algorithm"), std::string::npos);
}

TEST(LifetimeValue, OneTimeBuyersMayHaveLeft) {
  Json request = shop();
  request["algorithm"] = "MBG/NBD";
  request["customers"].push_back(
      {{"customer_id", "once"}, {"transactions", {order(*parse_date("2023-08-01"), 20)}}});
  const Reply reply = forecast(request);
  EXPECT_LT(reply.json.at("customers")[80].at("probability_alive").get<double>(), 1.0);
}

}  // namespace
}  // namespace clientele::contract
