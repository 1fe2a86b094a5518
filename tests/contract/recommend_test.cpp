// What the recommendation endpoints refuse, and what they answer at the edges.
#include "exchange.hpp"

namespace clientele::contract {
namespace {

Json user_request() {
  return Json::parse(R"({
    "user_id": "u1",
    "interactions": [{"user_id": "u1", "item_id": "a", "rating": 5},
                     {"user_id": "u1", "item_id": "b"},
                     {"user_id": "u2", "item_id": "c", "rating": 0}],
    "items": [{"item_id": "a", "metadata": "red shoe"}, {"item_id": "b"},
              {"item_id": "c", "metadata": "x y z"}, {"item_id": "d", "metadata": "red shoe blue"}]
  })");
}

Json upsell_request() {
  return Json::parse(R"({
    "transactions": [{"customer_id": "c1", "items": ["a"]},
                     {"customer_id": "c2", "items": ["a", "b"]}],
    "item_catalog": [{"item_id": "a", "category": "k", "price": 10},
                     {"item_id": "b", "category": "k", "price": 15}]
  })");
}

Reply answer(const char* endpoint, const Json& request) {
  const catalog::Entry* entry = catalog::find(endpoint);
  EXPECT_NE(entry, nullptr);
  return call(*entry, request.dump());
}

// The pointer and code of the first fault.
std::string fault_of(const char* endpoint, const Json& request) {
  const Reply reply = answer(endpoint, request);
  if (!reply.error || reply.error->faults.empty()) return "accepted";
  return reply.error->faults[0].pointer + " " + reply.error->faults[0].code;
}

TEST(Recommendations, RefuseWhatCannotBeMeant) {
  for (const char* endpoint : {"recommend_user_items", "bulk_recommend_user_items"}) {
    Json request = user_request();
    request["interactions"][1]["item_id"] = "nowhere";
    EXPECT_EQ(fault_of(endpoint, request), "/interactions/1/item_id unknown_item");
    request = user_request();
    request["interactions"][0]["rating"] = 5.5;
    EXPECT_EQ(fault_of(endpoint, request).substr(0, 22), "/interactions/0/rating");
    request["interactions"][0]["rating"] = -1;
    EXPECT_EQ(fault_of(endpoint, request).substr(0, 22), "/interactions/0/rating");
    request = user_request();
    request["interactions"].erase(2);
    EXPECT_EQ(fault_of(endpoint, request).substr(0, 13), "/interactions");
    request = user_request();
    request["items"][1]["item_id"] = "a";
    EXPECT_EQ(fault_of(endpoint, request).substr(0, 8), "/items/1");
    request["items"] = Json::array();
    EXPECT_EQ(fault_of(endpoint, request).substr(0, 6), "/items");
    for (const int top_k : {0, 201}) {
      request = user_request();
      request["top_k"] = top_k;
      EXPECT_EQ(fault_of(endpoint, request).substr(0, 6), "/top_k");
    }
    request = user_request();
    request["half_life_days"] = 30;
    EXPECT_EQ(fault_of(endpoint, request), "/interactions/0/date required");
  }
  Json similar = user_request();
  similar["item_id"] = "nowhere";
  EXPECT_EQ(fault_of("recommend_similar_items", similar), "/item_id unknown_item");
}

TEST(Recommendations, AUserWithoutHistoryGetsAnEmptyListAndANote) {
  Json request = user_request();
  for (const char* user : {"u2", "stranger"}) {
    request["user_id"] = user;
    const Reply reply = answer("recommend_user_items", request);
    ASSERT_FALSE(reply.error);
    EXPECT_TRUE(reply.json.at("recommendations").empty());
    EXPECT_TRUE(reply.json.at("model_info").contains("note"));
  }
  request.erase("user_id");
  request["user_ids"] = {"stranger", "u1", "stranger"};
  const Json results = answer("bulk_recommend_user_items", request).json.at("results");
  EXPECT_EQ(results.size(), 2U);
  EXPECT_TRUE(results.at("stranger").empty());
  EXPECT_EQ(results.at("u1").size(), 2U);
}

TEST(Recommendations, ItemsWithoutWordsAreListedBehindTheOthers) {
  const Json list = answer("recommend_user_items", user_request()).json.at("recommendations");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("item_id"), "d");
  EXPECT_EQ(list[1].at("item_id"), "c");
  EXPECT_EQ(list[1].at("score"), 0);
}

TEST(Recommendations, AllowAndDenyListsHoldAndUnknownIdsAreNamed) {
  Json request = user_request();
  request["exclude_seen"] = false;
  request["allow_items"] = {"a", "b", "c", "ghost"};
  request["deny_items"] = {"b"};
  const Reply reply = answer("recommend_user_items", request);
  ASSERT_FALSE(reply.error);
  for (const Json& item : reply.json.at("recommendations")) {
    EXPECT_TRUE(item.at("item_id") == "a" || item.at("item_id") == "c");
  }
  EXPECT_EQ(reply.json.at("recommendations").size(), 2U);
  EXPECT_NE(reply.json.at("warnings").dump().find("'ghost'"), std::string::npos);
}

TEST(Upsell, RefusesMissingAndZeroPricesAndUnknownItems) {
  Json request = upsell_request();
  request["item_catalog"][1]["price"] = 0;
  EXPECT_EQ(fault_of("upsell_suggestions", request).substr(0, 21), "/item_catalog/1/price");
  request["item_catalog"][1].erase("price");
  EXPECT_EQ(fault_of("upsell_suggestions", request).substr(0, 21), "/item_catalog/1/price");
  request = upsell_request();
  request["transactions"][1]["items"][1] = "nowhere";
  EXPECT_EQ(fault_of("upsell_suggestions", request), "/transactions/1/items/1 unknown_item");
  request = upsell_request();
  request["customer_id"] = "stranger";
  const Reply reply = answer("upsell_suggestions", request);
  ASSERT_FALSE(reply.error);
  EXPECT_TRUE(reply.json.at("suggestions").empty());
  EXPECT_TRUE(reply.json.at("model_info").contains("note"));
}

}  // namespace
}  // namespace clientele::contract
