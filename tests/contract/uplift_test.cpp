// What uplift_model makes of bad and odd campaigns.
#include <algorithm>

#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

struct Campaign {
  std::size_t rows = 400;
  double base = 0.2;          // chance to convert without treatment
  double gain = 0.1;          // what treatment adds
  double gain_if_x = 0;       // what it adds where x > 0
  double treated = 0.5;       // share
  bool by_x = false;          // x alone decides who is treated
  bool by_size_of_x = false;  // treatment and conversion depend on |x|
};

Json campaign(const Campaign& world, std::uint64_t seed = 1) {
  Rng rng(seed);
  Json rows = Json::array();
  for (std::size_t i = 0; i < world.rows; ++i) {
    const double x = rng.normal();
    const bool far = world.by_size_of_x && std::abs(x) > 0.8;
    const bool treated = world.by_x ? x > 0
                                    : rng.uniform() < (far                  ? 0.8
                                                       : world.by_size_of_x ? 0.3
                                                                            : world.treated);
    const double chance =
        world.base + (far ? 0.4 : 0) + (treated ? world.gain + (x > 0 ? world.gain_if_x : 0) : 0);
    rows.push_back({{"id", "C-" + std::to_string(i)},
                    {"treatment", treated ? 1 : 0},
                    {"outcome", rng.uniform() < chance ? 1 : 0},
                    {"features", {{"x", x}, {"z", rng.normal()}}}});
  }
  return rows;
}

Reply study(const Json& rows, Json request = Json::object(), std::size_t threads = 1) {
  request["rows"] = rows;
  return call(*catalog::find("uplift_model"), text_of(request), threads);
}

Json answer(const Json& rows, const Json& request = Json::object()) {
  const Reply reply = study(rows, request);
  EXPECT_FALSE(reply.error) << words_of(reply.error.value_or(Error{}));
  return reply.error ? Json() : reply.json;
}

std::string fault(const Json& rows, const Json& request = Json::object()) {
  const Reply reply = study(rows, request);
  if (!reply.error) return "none";
  std::string words;
  for (const Fault& each : reply.error->faults) {
    words += (words.empty() ? "" : ", ") + each.pointer + " " + each.code;
  }
  return words;
}

bool warned(const Reply& reply, std::string_view code) {
  return std::any_of(reply.warnings.begin(), reply.warnings.end(),
                     [code](const Warning& warning) { return warning.code == code; });
}

bool says(const Json& answer, const char* words) {
  return answer.at("interpretation").get<std::string>().find(words) != std::string::npos;
}

void set_all(Json& rows, const char* key, const Json& value) {
  for (Json& row : rows) row[key] = value;
}

TEST(Uplift, NeedsTwoHundredRows) {
  EXPECT_EQ(fault(campaign({.rows = 199})), "/rows too_few_items");
  EXPECT_EQ(fault(campaign({.rows = 200})), "none");
}

TEST(Uplift, NeedsBothArmsAndBothOutcomes) {
  Json rows = campaign({});
  for (const int arm : {0, 1}) {
    set_all(rows, "treatment", arm);
    EXPECT_NE(fault(rows).find("/rows one_arm"), std::string::npos);
  }
  rows = campaign({});
  for (const int outcome : {0, 1}) {
    set_all(rows, "outcome", outcome);
    EXPECT_NE(fault(rows).find("/rows one_outcome"), std::string::npos);
  }
  set_all(rows, "treatment", 0);
  const std::string both = fault(rows);  // all that is wrong is said at once
  EXPECT_NE(both.find("one_arm"), std::string::npos);
  EXPECT_NE(both.find("one_outcome"), std::string::npos);
}

TEST(Uplift, RefusesOtherTreatmentsRepeatedIdsAndRowsWithoutFeatures) {
  Json rows = campaign({});
  rows[7]["treatment"] = 2;
  EXPECT_NE(fault(rows).find("/rows/7/treatment"), std::string::npos);
  rows = campaign({});
  rows[7]["outcome"] = 0.5;
  EXPECT_NE(fault(rows).find("/rows/7/outcome"), std::string::npos);
  rows = campaign({});
  rows[7]["id"] = rows[3]["id"];
  EXPECT_NE(fault(rows).find("/rows/7"), std::string::npos);
  rows = campaign({});
  set_all(rows, "features", Json::object());
  EXPECT_NE(fault(rows).find("/rows no_features"), std::string::npos);
}

TEST(Uplift, RefusesFullContaminationAndCostsWithoutAValue) {
  const Json rows = campaign({});
  EXPECT_NE(fault(rows, {{"contamination", 1}}).find("/contamination"), std::string::npos);
  EXPECT_NE(fault(rows, {{"contamination", -0.1}}).find("/contamination"), std::string::npos);
  EXPECT_NE(fault(rows, {{"cost_per_treatment", 1}}).find("/value_per_conversion required"),
            std::string::npos);
}

TEST(Uplift, DoesNotDependOnTheOrderOfRowsNorOnThreads) {
  Json rows = campaign({.gain_if_x = 0.3});
  const Json sorted = answer(rows);
  const Reply threads = study(rows, Json::object(), 8);
  EXPECT_EQ(threads.json, sorted);
  std::reverse(rows.begin(), rows.end());
  Json turned = answer(rows);
  std::reverse(turned["details"].begin(), turned["details"].end());
  EXPECT_EQ(turned, sorted);
}

TEST(Uplift, OfConstantFeaturesIsOneEffectForEverybody) {
  Json rows = campaign({});
  set_all(rows, "features", {{"c", 3}});
  const Json result = answer(rows);
  EXPECT_EQ(result.at("decile_summary").size(), 1U);
  EXPECT_EQ(result.at("model_info").at("qini"), 0);
  EXPECT_EQ(result.at("model_info").at("heterogeneity"), "not detectable");
  EXPECT_TRUE(says(result, "targeting by these scores is not supported"));
  EXPECT_FALSE(says(result, "Decile"));
}

TEST(Uplift, SaysWhenTheAverageEffectIsUnclear) {
  EXPECT_TRUE(says(answer(campaign({.gain = 0})), "cannot be told apart from zero"));
  EXPECT_FALSE(says(answer(campaign({.gain = 0.3})), "cannot be told apart from zero"));
}

TEST(Uplift, DoesNotPraiseACampaignThatHarms) {
  const Json result = answer(campaign({.rows = 2000, .base = 0.6, .gain = -0.1, .gain_if_x = -0.4}),
                             {{"value_per_conversion", 10}, {"cost_per_treatment", 1}});
  EXPECT_EQ(result.at("model_info").at("heterogeneity"), "detected");
  EXPECT_TRUE(says(result, "persuades no group of customers"));
  EXPECT_FALSE(says(result, "additional conversions"));
  EXPECT_EQ(result.at("targeting").at("recommended_share"), 0);
}

TEST(Uplift, SaysWhatTheWorstDecileStillGains) {
  const Json result = answer(campaign({.rows = 2000, .gain = 0.3, .gain_if_x = 0.3}));
  EXPECT_TRUE(says(result, "is still +"));
  EXPECT_FALSE(says(result, "ideal as a hold-out"));
}

// A line sees nothing of it: treatment and conversion are likelier at both ends of x.
TEST(Uplift, AdjustsForWhatOnlyTreesSee) {
  const Reply reply = study(campaign({.rows = 2000, .base = 0.1, .gain = 0, .by_size_of_x = true}));
  ASSERT_FALSE(reply.error);
  EXPECT_TRUE(warned(reply, "unbalanced_treatment"));
  EXPECT_FALSE(reply.json.at("model_info").at("balance").at("balanced"));
  EXPECT_GT(reply.json.at("treatment_cr").get<double>(),
            reply.json.at("control_cr").get<double>() + 0.1);
  EXPECT_NEAR(reply.json.at("average_treatment_effect").get<double>(), 0, 0.05);
}

TEST(Uplift, RefusesToTargetWhereArmsHaveNothingInCommon) {
  const Reply reply = study(campaign({.rows = 1000, .by_x = true}));
  ASSERT_FALSE(reply.error);
  EXPECT_TRUE(warned(reply, "little_overlap"));
  EXPECT_LT(reply.json.at("model_info").at("balance").at("overlap").get<double>(), 0.3);
  EXPECT_EQ(reply.json.at("model_info").at("heterogeneity"), "not detectable");
  EXPECT_TRUE(says(reply.json, "what set the groups apart"));
}

TEST(Uplift, WarnsOfAFeatureThatHoldsTheOutcome) {
  Json rows = campaign({});
  EXPECT_FALSE(warned(study(rows), "outcome_known"));
  for (Json& row : rows) row["features"]["bought"] = row["outcome"];
  EXPECT_TRUE(warned(study(rows), "outcome_known"));
}

TEST(Uplift, OfOneControlCustomerIsWideOpen) {
  Json rows = campaign({.rows = 200, .treated = 1});
  rows[0]["treatment"] = 0;
  rows[0]["outcome"] = 0;
  const Reply reply = study(rows);
  ASSERT_FALSE(reply.error);
  EXPECT_TRUE(warned(reply, "few_rows"));
  const Json& interval = reply.json.at("ate_ci");
  EXPECT_LT(interval[0].get<double>(), -0.3);  // one customer says next to nothing
  EXPECT_GE(interval[0].get<double>(), -1);
  EXPECT_LE(interval[1].get<double>(), 1);
}

TEST(Uplift, RemovesContaminationFromTheEffect) {
  const Json rows = campaign({.gain = 0.2});
  const Json result = answer(rows, {{"contamination", 0.2}});
  const double observed = result.at("average_treatment_effect");
  EXPECT_NEAR(result.at("effect_without_contamination").get<double>(), observed / 0.8, 2e-4);
  EXPECT_TRUE(says(result, "Had no control customer been exposed"));
  EXPECT_FALSE(answer(rows).contains("effect_without_contamination"));
}

TEST(Uplift, SpeaksSpanishAndPortuguese) {
  const Json rows = campaign({});
  EXPECT_TRUE(says(answer(rows, {{"lang", "es"}}), "El grupo tratado"));
  EXPECT_TRUE(says(answer(rows, {{"lang", "pt"}}), "O grupo tratado"));
}

}  // namespace
}  // namespace clientele::contract
