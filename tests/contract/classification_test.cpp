// Churn and propensity as a user meets them: every kind of bad input.
#include <cmath>

#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

// A row in the form of churn_risk; log odds = 1.5 x - 1.
Json churn_row(std::uint64_t i) {
  Rng rng(7, i);
  const double x = std::round(1000 * rng.normal()) / 1000;
  const bool churned = rng.uniform() < 1 / (1 + std::exp(1 - 1.5 * x));
  return {{"customer_id", "C" + std::to_string(i)}, {"x", x}, {"churned", churned}};
}

Json churn_request(std::size_t rows) {
  Json data = Json::array();
  for (std::size_t i = 0; i < rows; ++i) data.push_back(churn_row(i));
  return {{"data", data}};
}

// `positives` rows that bought among `rows`.
Json propensity_request(std::size_t rows, std::size_t positives) {
  Json customers = Json::array();
  for (std::size_t i = 0; i < rows; ++i) {
    const Json row = churn_row(i);
    customers.push_back({{"customer_id", row.at("customer_id")},
                         {"features", {{"x", row.at("x")}}},
                         {"label_buy", i < positives}});
  }
  return {{"product_sku", "A"}, {"customers", customers}};
}

Reply churn(const Json& request) { return call(*catalog::find("churn_risk"), text_of(request)); }
Reply propensity(const Json& request) {
  return call(*catalog::find("propensity_buy_product"), text_of(request));
}

std::string warning_of(const Reply& reply, std::string_view code) {
  for (const Warning& warning : reply.warnings) {
    if (warning.code == code) return warning.detail;
  }
  return "";
}

TEST(Classification, RowsOfACustomerCountOnceInTheIntervalAndAreNamed) {
  Json request = churn_request(120);
  for (std::size_t i = 0; i < 120; ++i) request["data"].push_back(churn_row(i));
  const Reply reply = churn(request);
  ASSERT_FALSE(reply.error);
  const Json& info = reply.json.at("model_info");
  EXPECT_EQ(info.at("train_rows"), 240);
  EXPECT_EQ(info.at("note").get<std::string>().rfind("240 labelled rows of 120 customers", 0), 0u);
  EXPECT_FALSE(churn(churn_request(120)).json.at("model_info").contains("note"));
}

TEST(Classification, NoiseIsNotSoldAsASignal) {
  Json request = churn_request(400);
  EXPECT_EQ(warning_of(churn(request), "no_better_than_chance"), "");
  for (std::size_t i = 0; i < 400; ++i) {
    Rng rng(8, i);
    request["data"][i]["x"] = rng.normal();
  }
  EXPECT_NE(warning_of(churn(request), "no_better_than_chance"), "");
}

TEST(Classification, WithoutAFeatureTheNoteDoesNotBlameTheLabels) {
  Json request = propensity_request(60, 30);
  for (Json& row : request["customers"]) row["features"] = Json::object();
  const Reply reply = propensity(request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("model_info").at("note"), "no row has a feature to train on");
}

TEST(Classification, OneClassIsScoredByThePriorModelAndSaysSo) {
  for (const bool churned : {true, false}) {
    Json request = churn_request(60);
    for (Json& row : request["data"]) row["churned"] = churned;
    const Reply reply = churn(request);
    ASSERT_FALSE(reply.error);
    EXPECT_EQ(reply.json.at("best_algorithm"), "Heuristic");
    EXPECT_EQ(reply.json.at("model_info").at("train_rows"), 60);
    EXPECT_EQ(reply.json.at("model_info").at("positives"), churned ? 60 : 0);
    EXPECT_TRUE(reply.json.at("model_info").contains("note"));
    EXPECT_NE(warning_of(reply, "one_class"), "");
  }
  EXPECT_TRUE(propensity(propensity_request(60, 60)).json.at("model_info").contains("note"));
}

TEST(Classification, OneCustomerTellsNothingOfOthers) {
  Json request = churn_request(60);
  for (Json& row : request["data"]) row["customer_id"] = "C1";
  const Reply reply = churn(request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("best_algorithm"), "Heuristic");
  EXPECT_NE(warning_of(reply, "one_customer"), "");
  request["data"][0]["customer_id"] = "C2";
  const Reply two = churn(request);
  ASSERT_FALSE(two.error) << words_of(*two.error);
  EXPECT_NE(two.json.at("best_algorithm"), "Heuristic");
  EXPECT_EQ(warning_of(two, "one_customer"), "");
}

TEST(Classification, NineteenPositivesAreTooFewAndTwentyAreEnough) {
  const Reply few = propensity(propensity_request(200, 19));
  ASSERT_FALSE(few.error);
  EXPECT_EQ(few.json.at("model_info").at("note"),
            "not enough labelled rows to train (need ≥20 & both classes)");
  for (const Json& row : few.json.at("predictions")) {
    EXPECT_TRUE(row.at("probability").is_null());
    EXPECT_EQ(row.at("propensity_tier"), "Very Low");
  }
  const Reply enough = propensity(propensity_request(200, 20));
  ASSERT_FALSE(enough.error);
  EXPECT_TRUE(enough.json.at("predictions")[0].at("probability").is_number());
  EXPECT_EQ(enough.json.at("model_info").at("train_rows"), 200);
}

TEST(Classification, LabelsInEveryUsualSpellingMeanTheSame) {
  const Json request = churn_request(80);
  const std::string expected = churn(request).text;
  const std::vector<std::pair<Json, Json>> spellings{
      {1, 0}, {1.0, 0.0}, {"yes", "no"}, {"true", "false"}, {"1", "0"}};
  for (const auto& [yes, no] : spellings) {
    Json other = request;
    for (Json& row : other["data"]) row["churned"] = row["churned"].get<bool>() ? yes : no;
    EXPECT_EQ(churn(other).text, expected) << yes;
  }
  for (const Json& wrong : {Json("maybe"), Json(2), Json(0.5), Json(-1), Json::array()}) {
    Json other = request;
    other["data"][3]["churned"] = wrong;
    const Reply reply = churn(other);
    ASSERT_TRUE(reply.error) << wrong;
    EXPECT_NE(words_of(*reply.error).find("/data/3/churned"), std::string::npos) << wrong;
  }
}

TEST(Classification, ColumnsWithoutContentTakeNoPartAndAreNamed) {
  Json request = churn_request(120);
  const Reply before = churn(request);
  for (Json& row : request["data"]) {
    row["nothing"] = nullptr;
    row["same"] = 3;
    row["text"] = "k";
    row["nps"] = nullptr;
  }
  const Reply reply = churn(request);
  ASSERT_FALSE(reply.error);
  const std::string warning = warning_of(reply, "constant_feature");
  EXPECT_NE(warning.find("'same'"), std::string::npos) << warning;
  EXPECT_NE(warning.find("'text'"), std::string::npos) << warning;
  const Json& weights = reply.json.at("model_info").at("feature_importance");
  ASSERT_EQ(weights.size(), 1u) << weights;
  EXPECT_EQ(weights[0].at("feature"), "x");
  EXPECT_FALSE(reply.json.at("results")[0].contains("imputed_features"));
  EXPECT_NEAR(reply.json.at("model_info").at("roc_auc").get<double>(),
              before.json.at("model_info").at("roc_auc").get<double>(), 0.1);
}

TEST(Classification, MissingStandardFeaturesAreFlaggedRowByRow) {
  Json request = churn_request(60);
  for (std::size_t i = 0; i < 60; ++i) {
    if (i % 3 > 0) request["data"][i]["nps"] = 10;
    if (i % 3 == 0) request["data"][i]["tenure"] = 100;
  }
  const Reply reply = churn(request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json.at("results")[0].at("imputed_features"), Json::array({"nps"}));
  EXPECT_EQ(reply.json.at("results")[1].at("imputed_features"), Json::array({"tenure"}));
}

TEST(Classification, AFeatureThatTellsTheLabelIsWarnedOf) {
  Json request = churn_request(120);
  EXPECT_EQ(warning_of(churn(request), "possible_leakage"), "");
  for (Json& row : request["data"]) row["left_on"] = row["churned"].get<bool>() ? 17 : 3;
  EXPECT_NE(warning_of(churn(request), "possible_leakage").find("'left_on'"), std::string::npos);
  for (Json& row : request["data"]) {
    row["left_on"] = row["churned"].get<bool>() ? Json("May") : Json(nullptr);
  }
  EXPECT_NE(warning_of(churn(request), "possible_leakage").find("'left_on'"), std::string::npos);
}

TEST(Classification, TenThousandLevelsAreSurvivedAndNamed) {
  Json request = churn_request(3000);
  const double plain = churn(request).json.at("model_info").at("roc_auc").get<double>();
  Rng rng(3);
  for (Json& row : request["data"]) {
    row["zip"] = "Z" + std::to_string(rng.below(10'000));
    row["mail"] = row["customer_id"].get<std::string>() + "@example.org";
  }
  const Reply reply = churn(request);
  ASSERT_FALSE(reply.error);
  const std::string warning = warning_of(reply, "many_levels");
  EXPECT_NE(warning.find("'zip', 'mail'"), std::string::npos) << warning;
  EXPECT_EQ(warning_of(reply, "possible_leakage"), "");
  // Noise in thousands of levels costs every algorithm little.
  for (const auto& [name, metrics] : reply.json.at("evaluation_metrics").items()) {
    EXPECT_GT(metrics.at("roc_auc").get<double>(), plain - 0.05) << name;
  }
}

TEST(Classification, TooManyRowsAreRefusedWithTheLimit) {
  std::string rows = R"({"data":[)", customers = R"({"product_sku":"A","customers":[)";
  for (int i = 0; i <= 250'000; ++i) {
    if (i > 0) rows += ',';
    rows += R"({"customer_id":"a","nps":1})";
  }
  for (int i = 0; i <= 100'000; ++i) {
    if (i > 0) customers += ',';
    customers += R"({"customer_id":")" + std::to_string(i) + R"(","features":{"x":1}})";
  }
  for (const auto& [endpoint, body, limit] :
       {std::tuple("churn_risk", rows + "]}", "250"),
        std::tuple("propensity_buy_product", customers + "]}", "100")}) {
    const Reply reply = call(*catalog::find(endpoint), body);
    ASSERT_TRUE(reply.error) << endpoint;
    EXPECT_NE(words_of(*reply.error).find(limit), std::string::npos) << words_of(*reply.error);
  }
}

TEST(Classification, RequestsWithoutAnyFeatureAreRefusedOrNotTrained) {
  const Reply reply = churn(parse_json(R"({"data": [{"customer_id": "a", "churned": 1}]})"));
  ASSERT_TRUE(reply.error);
  EXPECT_NE(words_of(*reply.error).find("no_features"), std::string::npos);
  Json request = propensity_request(60, 30);
  for (Json& row : request["customers"]) row["features"] = Json::object();
  const Reply bare = propensity(request);
  ASSERT_FALSE(bare.error);
  EXPECT_TRUE(bare.json.at("predictions")[0].at("probability").is_null());
}

TEST(Classification, CutOffsMustBeFourAndDescend) {
  Json request = propensity_request(60, 30);
  for (const Json& cuts : {Json::array({0.9, 0.7, 0.4}), Json::array({0.2, 0.4, 0.7, 0.9}),
                           Json::array({2, 1, 0.5, 0})}) {
    request["tier_quantiles"] = cuts;
    const Reply reply = propensity(request);
    ASSERT_TRUE(reply.error) << cuts;
    EXPECT_NE(words_of(*reply.error).find("/tier_quantiles"), std::string::npos);
  }
  request["tier_quantiles"] = Json::array({0, 0, 0, 0});
  EXPECT_EQ(propensity(request).json.at("predictions")[0].at("propensity_tier"), "Very High");
}

TEST(Classification, AnswersDoNotDependOnThreads) {
  const std::string request = text_of(churn_request(400));
  const std::string one = call(*catalog::find("churn_risk"), request, 1).text;
  for (const std::size_t threads : {2u, 8u}) {
    EXPECT_EQ(call(*catalog::find("churn_risk"), request, threads).text, one);
  }
}

}  // namespace
}  // namespace clientele::contract
