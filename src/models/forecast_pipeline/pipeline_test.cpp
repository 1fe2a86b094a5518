#include "models/forecast_pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "models/forecast/theta.hpp"
#include "models/forecast_pipeline/cost_structure.hpp"
#include "models/forecast_pipeline/paths.hpp"
#include "models/forecast_pipeline/reconciliation.hpp"
#include "models/forecast_pipeline/yearly_pattern.hpp"

namespace clientele::forecast_pipeline {
namespace {

const Date kMonday = date_from({2024, 1, 1});

Question question_of(std::vector<double> values, std::size_t months) {
  Question question;
  question.series = {kMonday, std::move(values)};
  const auto list = months_after(question.series.day(question.series.size() - 1), months);
  question.horizon = days_ahead(question.series.day(question.series.size() - 1), list);
  for (std::size_t day = 0; day < question.series.size() + question.horizon; ++day) {
    question.business.push_back(weekday(question.series.day(day)) < 5 ? 1 : 0);
  }
  question.candidates = {Model::ets, Model::theta, Model::random_forest, Model::aggregation};
  question.members = {Model::ets, Model::theta, Model::aggregation};
  return question;
}

Outlook ahead(const Question& question, std::size_t months) {
  const auto& series = question.series;
  return look_ahead(question, months_after(series.day(series.size() - 1), months));
}

std::vector<double> weekly(std::size_t days, std::uint64_t seed, double noise = 10) {
  Rng rng(seed);
  std::vector<double> values;
  for (std::size_t t = 0; t < days; ++t) {
    values.push_back(std::max(0.0, 100 + (t % 7 == 4 ? 50 : 0) + noise * rng.normal()));
  }
  return values;
}

TEST(SimulatedTotals, HaveTheVarianceOfMovingAveragesAndAreNotNegative) {
  forecast::Forecast forecast{
      {50, 50, 50}, {1, std::sqrt(1.25), std::sqrt(1.5)}, {1, 0.5, 0.5}, {}};
  const std::vector<double> scale{1, 1, 1};
  const std::vector<Grouping> all{{{0, 0, 0}, 1}};
  const auto totals = simulated_totals(forecast, scale, {}, all, 7);
  const std::vector<double>& paths = totals[0][0];
  double mean = 0, squares = 0;
  for (const double total : paths) mean += total / static_cast<double>(paths.size());
  for (const double total : paths) squares += (total - mean) * (total - mean);
  EXPECT_NEAR(mean, 150, 0.3);
  // 2 e1 + 1.5 e2 + e3
  EXPECT_NEAR(squares / static_cast<double>(paths.size()), 4 + 2.25 + 1, 0.8);
  EXPECT_EQ(simulated_totals(forecast, scale, {}, all, 7), totals);
  forecast.mean = {0, 0, 0};
  EXPECT_EQ(simulated_totals(forecast, scale, {}, all, 7)[0][0].front(), 0);
}

TEST(DailySeries, SumsDatesInAnyOrderAndListsGaps) {
  const std::vector<Observation> sent{
      {kMonday + 4, 1}, {kMonday, 0.1}, {kMonday + 4, 2}, {kMonday, 0.2}};
  const Assembled got = assemble(sent);
  EXPECT_EQ(got.series.values, (std::vector<double>{0.1 + 0.2, 0, 0, 0, 3}));
  EXPECT_EQ(got.missing_days, 3u);
  EXPECT_EQ(got.repeated_dates, 2u);
  ASSERT_EQ(got.gaps.size(), 1u);
  EXPECT_EQ(got.gaps[0].first, kMonday + 1);
  EXPECT_EQ(got.gaps[0].last, kMonday + 3);
  EXPECT_EQ(assemble({}).series.size(), 0u);
}

TEST(OpenWeek, FindsClosedWeekdaysButNoAccidents) {
  std::vector<double> values = weekly(84, 1);
  for (std::size_t t = 6; t < 84; t += 7) values[t] = 0;
  EXPECT_FALSE(open_week(kMonday, values).open[6]);
  EXPECT_EQ(open_week(kMonday, values).days(), 6u);
  std::vector<double> sparse(84, 0);
  sparse[3] = sparse[40] = 1;
  EXPECT_EQ(open_week(kMonday, sparse).days(), 7u);
  EXPECT_EQ(open_week(kMonday, std::vector<double>(84, 0)).days(), 7u);
}

TEST(Pipeline, ForecastsClosedWeekdaysAsExactZeros) {
  std::vector<double> values = weekly(120, 2);
  for (std::size_t t = 6; t < values.size(); t += 7) values[t] = 0;
  const Question question = question_of(values, 2);
  const Outlook outlook = ahead(question, 2);
  for (std::size_t h = 0; h < outlook.days.size(); ++h) {
    const int day = weekday(question.series.day(values.size() + h));
    EXPECT_EQ(outlook.days[h].value == 0, day == 6) << h;
    EXPECT_EQ(outlook.days[h].upper_95 == 0, day == 6) << h;
  }
}

TEST(Pipeline, FindsOutliersAndShiftsAndTamesThem) {
  std::vector<double> values = weekly(200, 3);
  values[50] = 5000;
  for (std::size_t t = 120; t < 200; ++t) values[t] += 100;
  const Outlook outlook = ahead(question_of(values, 1), 1);
  ASSERT_FALSE(outlook.adjusted.outliers.empty());
  EXPECT_EQ(outlook.adjusted.outliers.front().index, 50u);
  const auto shifts = find_level_shifts(outlook.adjusted.usual, 7);
  ASSERT_EQ(shifts.size(), 1u);
  EXPECT_NEAR(static_cast<double>(shifts[0].index), 120, 8);
  EXPECT_NEAR(outlook.average_ahead, 207, 12);
}

TEST(Pipeline, ClosedDaysDoNotPullTheLevelDown) {
  std::vector<double> values = weekly(200, 3);
  for (std::size_t t = 190; t < 199; ++t) values[t] = 0;
  const Outlook outlook = ahead(question_of(values, 1), 1);
  ASSERT_EQ(outlook.adjusted.closures.size(), 9u);
  EXPECT_EQ(outlook.adjusted.closures.front().index, 190u);
  // 9 of 200 days were closed, and some will be again.
  EXPECT_NEAR(outlook.average_ahead, 107 * (1 - 9.0 / 200), 5);
}

TEST(Closures, AreNotSlowSalesNorDaysWithACause) {
  Rng rng(4);
  std::vector<double> slow;
  for (std::size_t t = 0; t < 200; ++t) slow.push_back(std::floor(5 * rng.uniform()));
  const std::vector<std::uint8_t> phase(200, 0);
  ASSERT_GT(std::count(slow.begin(), slow.end(), 0.0), 20);
  EXPECT_TRUE(find_closures(slow, expected_values(slow, phase), {}).empty());
  std::vector<double> busy(200, 50);
  busy[70] = busy[90] = 0;
  std::vector<std::uint8_t> known(200, 0);
  known[90] = 1;
  const auto found = find_closures(busy, expected_values(busy, phase), known);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].index, 70u);
  EXPECT_EQ(found[0].expected, 50);
  const auto young = std::span(busy).last(55);
  const auto of_young = expected_values(young, std::span(phase).last(55));
  EXPECT_TRUE(find_closures(young, of_young, {}).empty());
  for (std::size_t t = 0; t < 32; ++t) busy[t] = 0;
  EXPECT_TRUE(find_closures(busy, expected_values(busy, phase), {}).empty());
}

TEST(Pipeline, NothingButZerosHasNoShift) {
  EXPECT_TRUE(find_level_shifts(std::vector<double>(100, 0.0), 7).empty());
}

TEST(Pipeline, MonthsAreTheSumsOfTheirDaysAndTheirIntervalsAreNot) {
  const Question question = question_of(weekly(180, 4), 2);
  const Outlook outlook = ahead(question, 2);
  for (const MonthTotal& month : outlook.calendar) {
    double value = 0, upper = 0;
    for (std::size_t h = 0; h < outlook.days.size(); ++h) {
      const Date date = question.series.day(question.series.size() + h);
      if (date < month.month.first_day() || date > month.month.last_day()) continue;
      value += outlook.days[h].value;
      upper += outlook.days[h].upper_95;
    }
    EXPECT_NEAR(month.total.value, value, 1e-6 * value);
    EXPECT_LT(month.total.upper_95, upper);
    EXPECT_LE(month.total.lower_95, month.total.lower_80);
    EXPECT_LE(month.total.upper_80, month.total.upper_95);
    EXPECT_GE(month.total.lower_95, 0);
  }
}

TEST(Pipeline, DegenerateSeriesAreCarriedOn) {
  const Outlook zeros = ahead(question_of(std::vector<double>(100, 0), 1), 1);
  EXPECT_EQ(zeros.calendar[0].total.value, 0);
  EXPECT_EQ(zeros.calendar[0].total.upper_95, 0);
  const Outlook constant = ahead(question_of(std::vector<double>(100, 7), 1), 1);
  EXPECT_NEAR(constant.days[0].value, 7, 1e-9);
  EXPECT_NEAR(constant.days[0].upper_95, 7, 1e-6);
  for (const std::size_t n : {1U, 2U, 5U, 13U, 30U}) {
    const Outlook few = ahead(question_of(std::vector<double>(n, 3), 1), 1);
    EXPECT_NEAR(few.days[0].value, 3, 0.5) << n;
    EXPECT_TRUE(std::isfinite(few.calendar[0].total.upper_95)) << n;
  }
}

TEST(Pipeline, SameOnAnyNumberOfThreads) {
  Question question = question_of(weekly(150, 5), 2);
  const Outlook one = ahead(question, 2);
  for (const std::size_t threads : {2U, 8U}) {
    question.threads = threads;
    const Outlook many = ahead(question, 2);
    EXPECT_EQ(one.calendar[1].total.value, many.calendar[1].total.value);
    EXPECT_EQ(one.calendar[1].total.lower_95, many.calendar[1].total.lower_95);
    EXPECT_EQ(one.evaluation.best, many.evaluation.best);
  }
}

TEST(Effects, OfAPromotionAreFoundAndForecast) {
  std::vector<double> values = weekly(150, 6, 5);
  Question question = question_of(values, 1);
  KnownDays::Column promotion{"promotion", true, {}};
  for (std::size_t t = 0; t < 150 + question.horizon; ++t) {
    promotion.values.push_back(t % 19 == 0 || t == 160 ? 1 : 0);
    if (t < 150 && promotion.values[t] != 0) question.series.values[t] *= 1.5;
  }
  KnownDays::Column noise{"noise", true, {}};
  Rng rng(1);
  for (std::size_t t = 0; t < 150 + question.horizon; ++t) {
    noise.values.push_back(rng.uniform() < 0.2 ? 1 : 0);
  }
  question.known.columns = {promotion, noise};
  const Outlook outlook = ahead(question, 1);
  const auto& effects = outlook.adjusted.effects.columns;
  EXPECT_TRUE(effects[0].used);
  EXPECT_NEAR(effects[0].effect, 0.5, 0.1);
  EXPECT_FALSE(effects[1].used);
  EXPECT_GT(outlook.days[10].value, 1.3 * outlook.days[17].value);
}

TEST(Effects, OfAPromotionAreNotThoseOfABulkOrderOnItsDay) {
  Question question = question_of(weekly(300, 6, 5), 1);
  KnownDays::Column promotion{"promotion", true, {}};
  for (std::size_t t = 0; t < 300 + question.horizon; ++t) {
    promotion.values.push_back(t % 19 == 0 ? 1 : 0);
    if (t < 300 && t % 19 == 0) question.series.values[t] *= 1.5;
  }
  question.series.values[190] *= 8;
  question.known.columns = {promotion};
  const Outlook outlook = ahead(question, 1);
  EXPECT_NEAR(outlook.adjusted.effects.columns[0].effect, 0.5, 0.1);
  ASSERT_EQ(outlook.adjusted.outliers.size(), 1u);
  const Outlier& bulk = outlook.adjusted.outliers[0];
  EXPECT_EQ(bulk.index, 190u);
  EXPECT_EQ(bulk.value, question.series.values[190]);
  EXPECT_NEAR(bulk.expected, 150, 25);  // of a day of promotion
}

TEST(Effects, OfAHolidayThatIsAlwaysClosedIsAllOfIt) {
  Question question = question_of(weekly(400, 6, 5), 1);
  question.known.holiday.assign(400 + question.horizon, 0);
  question.known.holiday_names = {"Closing day"};
  for (const std::size_t t : {30U, 395U, 405U}) question.known.holiday[t] = 1;
  question.series.values[30] = question.series.values[395] = 0;
  const Outlook outlook = ahead(question, 1);
  const HolidayEffect& effect = outlook.adjusted.effects.holidays.at(0);
  EXPECT_TRUE(effect.closed);
  EXPECT_EQ(effect.effect, -1);
  EXPECT_TRUE(outlook.adjusted.closures.empty());
  EXPECT_TRUE(outlook.adjusted.outliers.empty());
  EXPECT_EQ(outlook.days[5].value, 0);
  EXPECT_NEAR(outlook.days[6].value, 100, 15);
}

Adjusted adjusted_for(std::vector<double> values, std::size_t horizon) {
  const DailySeries series{kMonday, std::move(values)};
  return adjust(series, {}, series.size(), horizon, {});
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Candidates, CesFadesToTheMeanAndNotToNothing) {
  const Adjusted adjusted = adjusted_for(weekly(90, 11, 30), 120);
  const KnownDays known;
  const auto forecast = run_candidate(Model::ces, {&adjusted, &known});
  EXPECT_NEAR(mean_of(std::span(forecast.mean).last(28)), mean_of(adjusted.values), 12);
}

TEST(Candidates, TreesDoNotTakeTheGrowthOfASummerForTheRule) {
  std::vector<double> values = weekly(200, 12);
  for (std::size_t t = 100; t < 200; ++t) values[t] *= 1 + 0.01 * static_cast<double>(t - 100);
  const Adjusted adjusted = adjusted_for(values, 60);
  const KnownDays known;
  const double recent = mean_of(std::span(adjusted.values).last(28));
  for (const Model model : {Model::random_forest, Model::gradient_boosting}) {
    const auto forecast = run_candidate(model, {&adjusted, &known});
    EXPECT_NEAR(mean_of(forecast.mean) / recent, 1, 0.15) << name_of(model);
  }
}

TEST(Candidates, AggregationAveragesTotalsOfOneTwoAndFourWeeks) {
  const std::vector<double> values = weekly(40 * 7, 13, 20);
  double expected = 0;
  for (const std::size_t weeks : {1U, 2U, 4U}) {
    std::vector<double> means;
    for (std::size_t t = 0; t < values.size(); t += 7 * weeks) {
      means.push_back(mean_of(std::span(values).subspan(t, 7 * weeks)));
    }
    const std::size_t ahead = 4 / weeks;
    const auto ets = predict(forecast::auto_ets(means, 1, {.damped_only = true}), ahead);
    const auto theta = predict(forecast::fit_theta(means, 1), ahead);
    expected += (mean_of(ets.mean) + mean_of(theta.mean)) / 6;
  }
  EXPECT_NEAR(mean_of(aggregate(values, 7, 28).mean), expected, 1e-9 * expected);
}

TEST(YearlyPattern, IsLearntFromLittleMoreThanAYear) {
  std::vector<double> values;
  Rng rng(7);
  for (std::size_t t = 0; t < 500; ++t) {
    const double season = 1 + 0.5 * std::sin(2 * 3.14159265 * static_cast<double>(t) / 365.25);
    values.push_back(100 * season + 5 * rng.normal());
  }
  const auto factors = yearly_factors(kMonday, values, 700);
  ASSERT_EQ(factors.size(), 700u);
  EXPECT_NEAR(factors[456], 1.5, 0.15);  // a quarter into the second year
  EXPECT_NEAR(factors[639], 0.5, 0.15);
  EXPECT_TRUE(yearly_factors(kMonday, std::span(values).first(300), 400).empty());
}

TEST(Reconciliation, MakesTheTotalTheSumAndMovesTheUncertain) {
  Rng rng(8);
  std::vector<std::vector<double>> errors(3);
  for (int t = 0; t < 400; ++t) {
    errors[0].push_back(rng.normal());
    errors[1].push_back(0.1 * rng.normal());
    errors[2].push_back(2 * rng.normal());
  }
  const auto shares = reconciling_shares(errors);
  std::vector<double> values{110, 40, 60};
  reconcile(shares, values);
  EXPECT_NEAR(values[0], values[1] + values[2], 1e-9);
  EXPECT_NEAR(values[1], 40, 0.3);  // well known
  EXPECT_NEAR(values[2], 68, 1);    // 4 / (1 + 0.01 + 4) of the gap
  std::vector<double> negative{0, 5, 1};
  reconcile(shares, negative);
  EXPECT_GE(negative[2], 0);
  EXPECT_NEAR(negative[0], negative[1] + negative[2], 1e-9);
  const auto certain = reconciling_shares(std::vector<std::vector<double>>(3));
  std::vector<double> parts{7, 2, 3};
  reconcile(certain, parts);
  EXPECT_EQ(parts, (std::vector<double>{5, 2, 3}));
}

TEST(CostStructure, SplitsFixedFromVariable) {
  Rng rng(9);
  std::vector<double> cost;
  Driver volume{"volume", {}}, useless{"useless", {}};
  for (int t = 0; t < 140; ++t) {
    volume.values.push_back(50 + 20 * rng.uniform() + t / 7);
    useless.values.push_back(rng.uniform());
    cost.push_back(300 + 2 * volume.values.back() + rng.normal());
  }
  const std::vector<Driver> drivers{volume, useless};
  const auto structure = cost_structure(cost, drivers);
  ASSERT_TRUE(structure);
  EXPECT_NEAR(structure->fixed_per_day, 300, 5);
  EXPECT_NEAR(structure->drivers[0].cost_per_unit, 2, 0.1);
  EXPECT_FALSE(structure->drivers[1].used);
  EXPECT_NEAR(structure->fixed_share + structure->variable_share, 1, 1e-6);
  EXPECT_FALSE(cost_structure(std::span(cost).first(40), drivers));
}

TEST(Months, BeginAfterTheLastDay) {
  EXPECT_EQ(months_after(date_from({2024, 3, 30}), 1)[0].text(), "2024-04");
  EXPECT_EQ(months_after(date_from({2024, 3, 31}), 1)[0].text(), "2024-04");
  EXPECT_EQ(months_after(date_from({2024, 12, 1}), 2)[1].text(), "2025-02");
}

}  // namespace
}  // namespace clientele::forecast_pipeline
