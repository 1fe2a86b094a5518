// Scores relative to a cohort, where the cohort says nothing: customer_rfm and customer_loyalty.
#include "exchange.hpp"

namespace clientele::contract {
namespace {

bool without_contrast(std::string_view endpoint, const Json& request) {
  const Reply reply = call(*catalog::find(endpoint), request.dump());
  EXPECT_FALSE(reply.error);
  return reply.warnings.size() == 1 && reply.warnings.front().code == "no_contrast";
}

TEST(Cohort, OfOneOrOfEqualsIsWarnedAboutByRfm) {
  const auto request = [](std::initializer_list<double> amounts) {
    Json customers = Json::array();
    for (const double amount : amounts) {
      const Json order = {{"date", "2025-06-01"}, {"amount", amount}};
      customers.push_back({{"customer_id", "C" + std::to_string(customers.size())},
                           {"transactions", Json::array({order})}});
    }
    return Json{{"today", "2025-06-30"}, {"customers", customers}};
  };
  EXPECT_TRUE(without_contrast("customer_rfm", request({5})));
  EXPECT_TRUE(without_contrast("customer_rfm", request({5, 5, 5})));
  EXPECT_FALSE(without_contrast("customer_rfm", request({5, 5, 6})));
}

TEST(Cohort, OfOneOrOfEqualsIsWarnedAboutByLoyalty) {
  const auto request = [](std::initializer_list<double> visits) {
    Json customers = Json::array();
    for (const double count : visits) {
      customers.push_back({{"customer_id", "C" + std::to_string(customers.size())},
                           {"features", {{"visits", count}}}});
    }
    return Json{{"weights", {{"visits", 1}}}, {"customers", customers}};
  };
  EXPECT_TRUE(without_contrast("customer_loyalty", request({5})));
  EXPECT_TRUE(without_contrast("customer_loyalty", request({5, 5, 5})));
  EXPECT_FALSE(without_contrast("customer_loyalty", request({5, 5, 6})));
}

}  // namespace
}  // namespace clientele::contract
