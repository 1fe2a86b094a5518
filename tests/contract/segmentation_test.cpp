// What the segmentation endpoints refuse, and what they answer at the edges.
#include <algorithm>

#include "exchange.hpp"

namespace clientele::contract {
namespace {

Json shopper(int i, double frequency, double spend) {
  return {{"id", "C" + std::to_string(i)},
          {"frequency", frequency},
          {"amount_spent", spend},
          {"product_types", {i % 2 == 0 ? "tea" : "wine"}}};
}

// n customers in three groups of spend.
Json shoppers(int n) {
  Json customers = Json::array();
  for (int i = 0; i < n; ++i) {
    customers.push_back(shopper(i, 1 + i % 3 * 10, 100 * (i % 3) + i % 7));
  }
  return {{"customers", customers}};
}

Json featured(int n) {
  Json data = Json::array();
  for (int i = 0; i < n; ++i) {
    data.push_back({{"customer_id", "C" + std::to_string(i)},
                    {"features",
                     {{"purchase_total", 100 * (i % 3) + i % 7},
                      {"recency_days", 5 + i % 5},
                      {"plan", i % 2 == 0 ? "gold" : "free"}}}});
  }
  return {{"data", data}};
}

Reply answer(const char* endpoint, const Json& request, const Limits* limits = nullptr) {
  const catalog::Entry* entry = catalog::find(endpoint);
  EXPECT_NE(entry, nullptr);
  return call(*entry, text_of(request), 1, limits);
}

// Pointer and code of the first fault.
std::string fault_of(const char* endpoint, const Json& request, const Limits* limits = nullptr) {
  const Reply reply = answer(endpoint, request, limits);
  if (!reply.error || reply.error->faults.empty()) return "accepted";
  return reply.error->faults[0].pointer + " " + reply.error->faults[0].code;
}

bool warned(const Reply& reply, std::string_view code) {
  for (const Warning& warning : reply.warnings) {
    if (warning.code == code) return true;
  }
  return false;
}

constexpr const char* kForms = "purchasing_segmentation";
constexpr const char* kTree = "purchasing_segmentation_dendrogram";
constexpr const char* kInside = "segment_subsegment_explore";

TEST(Segmentation, ExactlyOneFormIsTaken) {
  Json both = shoppers(9);
  both["data"] = featured(9)["data"];
  EXPECT_EQ(fault_of(kForms, both), " two_forms");
  EXPECT_EQ(fault_of(kForms, Json::object()), " no_form");
}

TEST(Segmentation, FewerCustomersThanClustersAreOneCluster) {
  for (const char* endpoint : {kForms, kTree}) {
    Json request = shoppers(1);
    const Reply reply = answer(endpoint, request);
    ASSERT_FALSE(reply.error) << words_of(*reply.error);
    EXPECT_EQ(reply.json.at("labels").at("C0"), 0);
    EXPECT_EQ(reply.json.at("best_model").at("n_clusters"), 1);
    EXPECT_TRUE(reply.json.at("best_model").at("silhouette").is_null());
    EXPECT_TRUE(warned(reply, "k_skipped"));
    EXPECT_TRUE(warned(reply, "no_structure"));
  }
}

TEST(Segmentation, IdenticalCustomersAreOneCluster) {
  Json request{{"customers", Json::array()}};
  for (int i = 0; i < 12; ++i) request["customers"].push_back(shopper(2 * i, 3, 50));
  const Reply reply = answer(kTree, request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("dendrogram").at("linkage_matrix").size(), 11u);
  EXPECT_TRUE(warned(reply, "no_structure"));
  EXPECT_FALSE(answer(kForms, request).error);
}

TEST(Segmentation, ConstantColumnsTakeNoPart) {
  Json request = featured(30);
  for (Json& row : request["data"]) row["features"]["recency_days"] = 7;
  const Reply reply = answer(kForms, request);
  ASSERT_FALSE(reply.error);
  EXPECT_GT(reply.json.at("clusters").size(), 1u);
}

TEST(Segmentation, NegativeMissingAndForeignValuesAreNamed) {
  Json request = featured(9);
  request["data"][4]["features"]["purchase_total"] = -1;
  EXPECT_EQ(fault_of(kForms, request), "/data/4/features/purchase_total out_of_range");
  request["data"][4]["features"].erase("purchase_total");
  EXPECT_EQ(fault_of(kForms, request), "/data/4/features/purchase_total missing");
  Json texts = featured(9);
  for (Json& row : texts["data"]) row["features"] = {{"plan", "gold"}};
  EXPECT_EQ(fault_of(kForms, texts), "/data no_features");
  Json customers = shoppers(9);
  customers["customers"][2]["amount_spent"] = -5;
  EXPECT_TRUE(fault_of(kTree, customers).starts_with("/customers/2/amount_spent "));
  customers = shoppers(9);
  customers["customers"][3]["id"] = "C0";
  EXPECT_TRUE(fault_of(kForms, customers).starts_with("/customers/3"));
}

TEST(Segmentation, TextsTakePartWhenAsked) {
  const Reply plain = answer(kForms, featured(30));
  EXPECT_TRUE(warned(plain, "text_feature_left_out"));
  Json request = featured(30);
  request["encode_categories"] = true;
  const Reply encoded = answer(kForms, request);
  ASSERT_FALSE(encoded.error);
  EXPECT_TRUE(encoded.json.at("clusters")[0].at("centroid").contains("plan=gold"));
  Json customers = shoppers(30);
  customers["encode_categories"] = true;
  customers["scaling"] = "zscore";
  EXPECT_FALSE(answer(kForms, customers).error);
}

TEST(Segmentation, RepeatedKsCountOnce) {
  Json request = shoppers(30);
  request["k_range"] = {3, 2, 3, 3};
  request["algorithms"] = {"agglo"};
  const Reply reply = answer(kForms, request);
  ASSERT_EQ(reply.json.at("benchmark").size(), 2u);
  EXPECT_EQ(reply.json.at("benchmark")[0].at("k"), 2);
}

TEST(Segmentation, CustomersBeyondTheLimitAreRefused) {
  Limits limits;
  limits.set("segmentation_customers", 8);
  for (const char* endpoint : {kForms, kTree}) {
    const Reply reply = answer(endpoint, shoppers(9), &limits);
    ASSERT_TRUE(reply.error.has_value()) << endpoint;
    EXPECT_EQ(reply.error->faults.at(0).pointer, "/customers");
  }
}

TEST(Segmentation, LabelsMustMatchCustomers) {
  Json request = shoppers(3);
  request["labels"] = {{"C0", 1}, {"C1", 1}, {"C9", 1}};
  EXPECT_EQ(fault_of(kInside, request), "/labels/C9 unknown_customer");
  request["labels"].erase("C9");
  EXPECT_EQ(fault_of(kInside, request), "/customers/2/id no_label");
  request["labels"]["C2"] = 2;
  request["target_cluster"] = 5;
  EXPECT_EQ(fault_of(kInside, request), "/target_cluster unknown_cluster");
}

TEST(Segmentation, ClustersOfOneCustomerAreNotSplit) {
  Json request = shoppers(3);
  request["labels"] = {{"C0", 1}, {"C1", 2}, {"C2", 2}};
  const Reply reply = answer(kInside, request);
  ASSERT_FALSE(reply.error);
  for (const char* parent : {"1", "2"}) {
    const Json& found = reply.json.at("subsegment_results").at(parent);
    EXPECT_EQ(found.at("best_k"), 1);
    EXPECT_TRUE(found.at("benchmark").empty());
    EXPECT_EQ(found.at("nested_cluster_legend").size(), 1u);
  }
}

TEST(Segmentation, RowOrderDoesNotChangeLabels) {
  Json request = shoppers(40);
  const Json labels = answer(kForms, request).json.at("labels");
  std::reverse(request["customers"].begin(), request["customers"].end());
  const Json others = answer(kForms, request).json.at("labels");
  for (const auto& [id, label] : labels.items()) EXPECT_EQ(others.at(id), label) << id;
}

TEST(Segmentation, OwnFeaturesMayNotTakeTheNamesOfComputedOnes) {
  const Json order{
      {"transaction_id", "t"}, {"date", "2020-01-01"}, {"amount", 5}, {"product_id", "p"}};
  Json request{
      {"customers",
       {{{"customer_id", "a"}, {"transactions", {order}}, {"features", {{"avg_ticket", 3}}}}}}};
  EXPECT_EQ(fault_of("customer_segmentation", request), "/customers feature_from_orders");
  request["customers"][0]["features"] = {{"visits_to_shop", 3}};
  const Reply reply = answer("customer_segmentation", request);
  ASSERT_FALSE(reply.error) << words_of(*reply.error);
  EXPECT_EQ(reply.json.at("features")[0].at("features").at("visits_to_shop"), 3);
}

// Three kinds of customers, copied: the copies that DBSCAN leaves out count as customers.
TEST(Segmentation, NoiseIsCountedInCustomers) {
  Json request{{"data", Json::array()}, {"algorithms", {"dbscan"}}, {"dbscan_min_samples", 3}};
  const auto add = [&](double spend, double recency) {
    request["data"].push_back(
        {{"customer_id", "C" + std::to_string(request["data"].size())},
         {"features", {{"purchase_total", spend}, {"recency_days", recency}}}});
  };
  for (int copy = 0; copy < 40; ++copy) add(100, 10), add(900, 90);
  for (int alone = 0; alone < 8; ++alone) add(3000 + 1500 * alone, 300 + 70 * (alone % 3));
  const Reply reply = answer(kForms, request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("evaluation_metrics")[0].at("n_noise"), 8);
  EXPECT_FALSE(warned(reply, "much_noise"));  // 8 of 88 customers, though of 10 kinds
}

TEST(Segmentation, FeaturesOfFewOrEqualCustomersAreOneCluster) {
  Json one = featured(1);
  Json equal = featured(12);
  for (Json& row : equal["data"]) row["features"] = {{"purchase_total", 5}, {"recency_days", 7}};
  for (const Json& request : {one, equal}) {
    const Reply reply = answer(kForms, request);
    ASSERT_FALSE(reply.error) << words_of(*reply.error);
    ASSERT_EQ(reply.json.at("clusters").size(), 1u);
    EXPECT_EQ(reply.json.at("clusters")[0].at("size"), request.at("data").size());
    EXPECT_TRUE(warned(reply, "no_structure"));
  }
}

TEST(Segmentation, NotANumberIsRefusedWithItsPlace) {
  const catalog::Entry* entry = catalog::find(kForms);
  for (const char* value : {"NaN", "Infinity", "-Infinity", "1e400"}) {
    const std::string request = R"({"data": [{"customer_id": "a", "features": {"recency_days": )" +
                                std::string(value) + "}}]}";
    EXPECT_TRUE(call(*entry, request).error.has_value()) << value;
  }
  Json texts = shoppers(4);
  texts["customers"][1]["frequency"] = "NaN";
  EXPECT_TRUE(fault_of(kTree, texts).starts_with("/customers/1/frequency "));
}

TEST(Segmentation, SixtyThousandAndOneCustomersAreRefusedAsTheyCome) {
  const Json request = shoppers(60'001);
  for (const char* endpoint : {kForms, kTree}) {
    EXPECT_EQ(fault_of(endpoint, request), "/customers too_many_items") << endpoint;
  }
}

TEST(Segmentation, RepeatedCutsOfTheTreeCountOnce) {
  Json request = shoppers(30);
  request["k_range"] = {4, 2, 4, 2};
  const Reply reply = answer(kTree, request);
  ASSERT_EQ(reply.json.at("benchmark").size(), 2u);
  EXPECT_EQ(reply.json.at("benchmark")[1].at("k"), 4);
  request["k_range"] = {1};
  EXPECT_TRUE(fault_of(kTree, request).starts_with("/k_range/0 "));
  request["k_range"] = Json::array();
  EXPECT_TRUE(fault_of(kTree, request).starts_with("/k_range "));
}

TEST(Segmentation, ACustomerFarFromAllIsASegmentOfOne) {
  Json request = shoppers(30);
  request["customers"].push_back(shopper(30, 4000, 1e6));
  request["k_range"] = {2};
  request["algorithms"] = {"agglo"};
  for (const char* endpoint : {kForms, kTree}) {
    const Reply reply = answer(endpoint, request);
    ASSERT_FALSE(reply.error);
    const Json& legend = reply.json.at("dendrogram").at("cluster_legend");
    ASSERT_EQ(legend.size(), 2u);
    const std::size_t at = endpoint == kTree ? 0 : 1;  // by descending or ascending spend
    EXPECT_EQ(reply.json.at("labels").at("C30"), at);
    EXPECT_GT(reply.json.at("best_model").at("silhouette"), 0.9);
  }
}

TEST(Segmentation, ReasonsAreInTheLanguageAskedFor) {
  Json request = shoppers(30);
  const auto reason = [&](const char* endpoint, const char* language) {
    request["lang"] = language;
    return answer(endpoint, request).json.at("reason").get<std::string>();
  };
  for (const char* endpoint : {kForms, kTree}) {
    EXPECT_NE(reason(endpoint, "en").find("highest silhouette"), std::string::npos);
    EXPECT_NE(reason(endpoint, "es").find("silueta más alta"), std::string::npos);
    EXPECT_NE(reason(endpoint, "pt").find("silhueta mais alta"), std::string::npos);
  }
}

TEST(Segmentation, LinesOfAnOrderAreOneVisitUnlessTheyAreNotToBeMerged) {
  Json request{{"customers", {{{"customer_id", "a"}, {"transactions", Json::array()}}}}};
  for (const char* product : {"p", "q", "r"}) {
    request["customers"][0]["transactions"].push_back(
        {{"transaction_id", "t"}, {"date", "2020-01-01"}, {"amount", 5}, {"product_id", product}});
  }
  const auto features = [&](const Reply& reply) {
    return reply.json.at("features")[0].at("features");
  };
  const Reply merged = answer("customer_segmentation", request);
  EXPECT_EQ(features(merged).at("visit_frequency"), 1);
  EXPECT_EQ(features(merged).at("avg_ticket"), 15);
  EXPECT_EQ(features(merged).at("product_diversity"), 3);
  EXPECT_FALSE(warned(merged, "repeated_transactions"));
  request["merge_lines"] = false;
  const Reply apart = answer("customer_segmentation", request);
  EXPECT_EQ(features(apart).at("visit_frequency"), 3);
  EXPECT_TRUE(warned(apart, "repeated_transactions"));
}

TEST(Segmentation, OrdersOfFewOrEqualCustomersAreOneSegment) {
  const Json order{
      {"transaction_id", "t"}, {"date", "2020-01-01"}, {"amount", 5}, {"product_id", "p"}};
  for (const int customers : {1, 2, 9}) {
    Json request{{"customers", Json::array()}};
    for (int i = 0; i < customers; ++i) {
      request["customers"].push_back(
          {{"customer_id", "C" + std::to_string(i)}, {"transactions", {order}}});
    }
    const Reply reply = answer("customer_segmentation", request);
    ASSERT_FALSE(reply.error) << words_of(*reply.error);
    EXPECT_EQ(reply.json.at("clusters").size(), 1u);
    EXPECT_EQ(reply.json.at("cluster_profiles").size(), 1u);
    EXPECT_TRUE(warned(reply, "no_structure"));
  }
}

}  // namespace
}  // namespace clientele::contract
