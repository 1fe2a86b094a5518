// What the recommendation endpoints refuse, and what they answer at the edges.
#include <map>

#include "exchange.hpp"

namespace clientele::contract {
namespace {

Json user_request() {
  return parse_json(R"({
    "user_id": "u1",
    "interactions": [{"user_id": "u1", "item_id": "a", "rating": 5},
                     {"user_id": "u1", "item_id": "b"},
                     {"user_id": "u2", "item_id": "c", "rating": 0}],
    "items": [{"item_id": "a", "metadata": "red shoe"}, {"item_id": "b"},
              {"item_id": "c", "metadata": "x y z"}, {"item_id": "d", "metadata": "red shoe blue"}]
  })");
}

Json upsell_request() {
  return parse_json(R"({
    "transactions": [{"customer_id": "c1", "items": ["a"]},
                     {"customer_id": "c2", "items": ["a", "b"]}],
    "item_catalog": [{"item_id": "a", "category": "k", "price": 10},
                     {"item_id": "b", "category": "k", "price": 15}]
  })");
}

Reply answer(const char* endpoint, const Json& request) {
  const catalog::Entry* entry = catalog::find(endpoint);
  EXPECT_NE(entry, nullptr);
  return call(*entry, text_of(request));
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

TEST(Recommendations, SayWhyBehaviourTookNoPartAndMeasureWhatTheyTake) {
  Json request = user_request();
  const auto info = [&](const char* endpoint) {
    return answer(endpoint, request).json.at("model_info");
  };
  const auto has = [](const Json& told, const char* words) {
    return told.value("note", std::string()).find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(info("recommend_user_items"), "it needs 75 users, 50 items"));
  EXPECT_TRUE(has(info("bulk_recommend_user_items"), "it needs 75 users, 50 items"));
  request["algorithm"] = "content";
  EXPECT_FALSE(has(info("recommend_user_items"), "Behaviour"));
  request["algorithm"] = "auto";
  EXPECT_EQ(info("recommend_user_items").at("evaluation").at("candidates").size(), 1U);
  request["item_id"] = "a";
  EXPECT_TRUE(has(info("recommend_similar_items"), "it needs 75 users and 50 items"));
  request["blend_cf"] = 0;
  EXPECT_FALSE(info("recommend_similar_items").contains("note"));
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
  EXPECT_NE(text_of(reply.json.at("warnings")).find("'ghost'"), std::string::npos);
}

TEST(Recommendations, SimilarItemsRefuseWhatCannotBeMeant) {
  const auto fault_with = [](const char* key, const Json& value) {
    Json request = user_request();
    request.erase("user_id");
    request["item_id"] = "a";
    request[key] = value;
    return fault_of("recommend_similar_items", request);
  };
  EXPECT_EQ(fault_with("top_k", 0).substr(0, 6), "/top_k");
  EXPECT_EQ(fault_with("top_k", 201).substr(0, 6), "/top_k");
  EXPECT_EQ(fault_with("items", Json::array()).substr(0, 6), "/items");
  EXPECT_EQ(fault_with("items", {{{"item_id", "a"}}, {{"item_id", "a"}}}).substr(0, 8), "/items/1");
  EXPECT_EQ(fault_with("interactions", {{{"user_id", "u"}, {"item_id", "nowhere"}}}),
            "/interactions/0/item_id unknown_item");
  EXPECT_EQ(fault_with("interactions", {{{"user_id", "u"}, {"item_id", "a"}, {"rating", 6}}})
                .substr(0, 22),
            "/interactions/0/rating");
  EXPECT_EQ(fault_with("interactions", Json::array()), "accepted");
}

TEST(Recommendations, OneCharacterWordsAreNoWords) {
  Json request = user_request();
  request["item_id"] = "c";  // "x y z"
  const Reply reply = answer("recommend_similar_items", request);
  ASSERT_FALSE(reply.error);
  const Json& list = reply.json.at("recommendations");
  EXPECT_EQ(list.size(), 3U);
  for (const Json& item : list) {
    EXPECT_EQ(item.at("score"), 0);
    EXPECT_FALSE(item.contains("explanation"));
  }
}

// A hundred users who each like a fifth of sixty items.
Json shop() {
  Json request{{"items", Json::array()}, {"interactions", Json::array()}};
  for (int item = 0; item < 60; ++item) {
    request["items"].push_back(
        {{"item_id", "i" + std::to_string(item)}, {"metadata", "kind" + std::to_string(item % 6)}});
  }
  for (int user = 0; user < 100; ++user) {
    for (int step = 0; step < 16; ++step) {
      const int item = (user % 5 * 12 + step * (1 + user % 7)) % 60;
      request["interactions"].push_back(
          {{"user_id", "u" + std::to_string(user)}, {"item_id", "i" + std::to_string(item)}});
    }
  }
  return request;
}

class CountingStore : public ModelStore {
 public:
  Result<std::optional<StoredModel>> find(std::string_view, std::string_view key) override {
    const auto found = models.find(std::string(key));
    if (found == models.end()) return std::optional<StoredModel>();
    return std::optional<StoredModel>({{}, found->second});
  }
  Result<ModelEntry> save(std::string_view, std::string_view key,
                          std::span<const std::byte> bytes) override {
    ++saves;
    models[std::string(key)] = {bytes.begin(), bytes.end()};
    return ModelEntry{};
  }
  Result<std::vector<ModelEntry>> list() override { return std::vector<ModelEntry>(); }
  Status remove(std::string_view) override { return Nothing{}; }

  std::map<std::string, std::vector<std::byte>> models;
  int saves = 0;
};

// What is trained is saved, so a call that saves nothing has trained nothing.
TEST(Recommendations, TheNextCallForAnotherUserDoesNotTrainAgain) {
  const catalog::Entry& entry = *catalog::find("recommend_user_items");
  for (const char* algorithm : {"als", "ease", "auto"}) {
    CountingStore store;
    Json request = shop();
    request["algorithm"] = algorithm;
    request["user_id"] = "u1";
    ASSERT_FALSE(call(entry, text_of(request), 1, nullptr, &store).error);
    EXPECT_GT(store.saves, 0);
    store.saves = 0;
    request["user_id"] = "u2";
    const Reply kept = call(entry, text_of(request), 1, nullptr, &store);
    EXPECT_EQ(store.saves, 0) << algorithm;
    EXPECT_EQ(kept.text, call(entry, text_of(request)).text);
    request["interactions"][0]["rating"] = 2;
    call(entry, text_of(request), 1, nullptr, &store);
    EXPECT_GT(store.saves, 0) << algorithm;
  }
}

TEST(Recommendations, SameBytesOnOneTwoAndEightThreads) {
  const catalog::Entry& entry = *catalog::find("bulk_recommend_user_items");
  for (const char* algorithm : {"als", "ease", "content", "auto"}) {
    Json request = shop();
    request["algorithm"] = algorithm;
    request["explain"] = true;
    const std::string one = call(entry, text_of(request), 1).text;
    EXPECT_FALSE(one.empty());
    for (const std::size_t threads : {2, 8}) {
      EXPECT_EQ(call(entry, text_of(request), threads).text, one) << algorithm;
    }
  }
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
  for (const int top_k : {0, 201}) {
    request = upsell_request();
    request["top_k"] = top_k;
    EXPECT_EQ(fault_of("upsell_suggestions", request).substr(0, 6), "/top_k");
  }
  request = upsell_request();
  request["item_catalog"][1]["item_id"] = "a";
  EXPECT_EQ(fault_of("upsell_suggestions", request).substr(0, 15), "/item_catalog/1");
  request["item_catalog"] = Json::array();
  EXPECT_EQ(fault_of("upsell_suggestions", request).substr(0, 13), "/item_catalog");
  request = upsell_request();
  request["customer_id"] = "stranger";
  const Reply reply = answer("upsell_suggestions", request);
  ASSERT_FALSE(reply.error);
  EXPECT_TRUE(reply.json.at("suggestions").empty());
  EXPECT_TRUE(reply.json.at("model_info").contains("note"));
}

TEST(Upsell, TellsOneSentenceThatCountsAndPrices) {
  Json request = upsell_request();
  request["item_catalog"][1]["price"] = 10.004;
  const Json offer = answer("upsell_suggestions", request).json.at("suggestions").at(0);
  EXPECT_EQ(
      offer.at("explanation"),
      "1 of 2 customers with a has it too (estimated probability 32 %); it costs 0.004 more.");
  EXPECT_EQ(offer.at("price_delta"), 0.004);
}

TEST(CrossSell, NamesTheFormulaOfTheMean) {
  const Json request = {{"transactions", upsell_request().at("transactions")}, {"symmetric", true}};
  const Json matrix = answer("cross_sell_matrix", request).json;
  EXPECT_EQ(matrix.at("matrix").at(0).at(1), 0.75);
  EXPECT_EQ(matrix.at("metric"),
            "(orders_with_i_and_j / orders_with_i + orders_with_i_and_j / orders_with_j) / 2");
}

}  // namespace
}  // namespace clientele::contract
