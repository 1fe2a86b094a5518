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
  return call(*entry, request.dump(), 1, limits);
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

}  // namespace
}  // namespace clientele::contract
