#include "models/lifetime/holdout.hpp"

#include <gtest/gtest.h>
#include <cmath>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/rank_correlation.hpp"

namespace clientele::lifetime {
namespace {

TEST(Accuracy, MeasuresErrorsBiasRanksAndDeciles) {
  std::vector<double> predicted, actual;
  for (int i = 0; i < 20; ++i) {
    predicted.push_back(i);
    actual.push_back(i + (i % 2 == 0 ? 1.0 : -3.0));
  }
  const ForecastAccuracy got = accuracy(predicted, actual);
  EXPECT_DOUBLE_EQ(got.mae, 2.0);
  EXPECT_DOUBLE_EQ(got.rmse, std::sqrt(5.0));
  EXPECT_NEAR(*got.bias, 190.0 / 170.0 - 1, 1e-12);
  EXPECT_GT(*got.spearman, 0.8);
  ASSERT_EQ(got.deciles.size(), 10u);
  EXPECT_EQ(got.deciles[0].customers, 2u);
  EXPECT_DOUBLE_EQ(got.deciles[9].mean_predicted, 18.5);
  EXPECT_DOUBLE_EQ(got.deciles[9].mean_actual, 17.5);
}

TEST(Accuracy, EqualForecastsShareTheirActuals) {
  const std::vector<double> predicted(20, 1.0);
  std::vector<double> actual(20, 0.0);
  actual[3] = 40;
  const ForecastAccuracy got = accuracy(predicted, actual);
  for (const Decile& decile : got.deciles) EXPECT_DOUBLE_EQ(decile.mean_actual, 2.0);
  EXPECT_FALSE(got.spearman.has_value());
}

TEST(Accuracy, NothingHappened) {
  const std::vector<double> predicted = {1, 2, 3}, actual = {0, 0, 0};
  const ForecastAccuracy got = accuracy(predicted, actual);
  EXPECT_FALSE(got.bias.has_value());
  EXPECT_EQ(got.deciles.size(), 3u);
  EXPECT_DOUBLE_EQ(got.mae, 2.0);
}

TEST(RankCorrelation, SharesRanksOfTies) {
  const std::vector<double> values = {3, 1, 3, 2};
  EXPECT_EQ(average_ranks(values), (std::vector<double>{3.5, 1, 3.5, 2}));
  const std::vector<double> other = {6, 2, 6, 4};
  EXPECT_DOUBLE_EQ(*spearman(values, other), 1.0);
  EXPECT_FALSE(pearson(values, std::vector<double>{5, 5, 5, 5}).has_value());
}

ForecastAccuracy candidate(double mae, std::optional<double> bias) {
  ForecastAccuracy result;
  result.mae = mae;
  result.bias = bias;
  return result;
}

TEST(Choice, TakesTheLeastMaeAmongTheUnbiased) {
  const std::vector<ForecastAccuracy> candidates = {candidate(1.0, -0.56), candidate(1.3, 0.02),
                                                    candidate(1.2, -0.1), candidate(1.2, 0.05)};
  const Choice choice = choose(candidates);
  EXPECT_EQ(choice.index, 2u);
  EXPECT_TRUE(choice.unbiased);
}

TEST(Choice, TakesTheLeastMaeAmongAllWhereNoneIsUnbiased) {
  const std::vector<ForecastAccuracy> candidates = {candidate(1.4, -0.2), candidate(1.1, 0.5),
                                                    candidate(2.0, std::nullopt)};
  const Choice choice = choose(candidates);
  EXPECT_EQ(choice.index, 1u);
  EXPECT_FALSE(choice.unbiased);
}

TEST(HoldoutSplit, LastHorizonOrLastThird) {
  const auto whole = holdout_split({0}, {999}, 180);
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->fit_end, Date{819});
  EXPECT_EQ(whole->last, Date{999});
  EXPECT_EQ(holdout_split({0}, {299}, 180)->fit_end, Date{199});
  EXPECT_FALSE(holdout_split({0}, {20}, 180).has_value());
  EXPECT_FALSE(holdout_split({0}, {999}, 7).has_value());
}

TEST(OnlineRetail, ForecastsAreHonest) {
  const auto path = open_data("online_retail.csv.gz");
  if (!path) GTEST_SKIP() << "online_retail.csv.gz is absent; set CLIENTELE_DATA";
  const std::vector<Order> orders = online_retail_orders(*path);
  ASSERT_EQ(orders.size(), 397884u);
  const Date last = *parse_date("2011-12-09");
  for (const char* cut : {"2011-06-30", "2011-08-31", "2011-09-30"}) {
    const Date end = *parse_date(cut);
    const PurchaseHistory history = reduce(orders, Clock::week, end);
    const HoldoutActuals actual = holdout_actuals(history, orders, end, last);
    const SummaryTable table = collapse(history.repeats, history.recency, history.age).value();
    std::vector<ForecastAccuracy> candidates;
    for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
      const PurchaseFit fit = fit_purchases(table, family);
      EXPECT_TRUE(fit.converged);
      EXPECT_EQ(fit.model.limit, LimitCase::no_dropout);
      std::vector<double> forecast(history.size());
      for (std::size_t i = 0; i < forecast.size(); ++i) {
        const Past past{history.repeats[i], history.recency[i], history.age[i]};
        forecast[i] = expected_purchases(fit.model, past, (last - end) / 7.0);
        EXPECT_TRUE(std::isfinite(forecast[i]));
      }
      candidates.push_back(accuracy(forecast, actual.purchases));
    }
    if (std::string_view(cut) != "2011-06-30") continue;
    for (const ForecastAccuracy& candidate : candidates) {
      EXPECT_LE(std::abs(*candidate.bias), 0.125);
      EXPECT_LE(candidate.rmse, 2.25);
    }
    const PurchaseFit fit = fit_purchases(table, Family::bg_nbd);
    EXPECT_NEAR(fit.model.r, 0.744, 5e-4);
    EXPECT_NEAR(fit.model.alpha, 9.05, 5e-3);
  }
}

}  // namespace
}  // namespace clientele::lifetime
