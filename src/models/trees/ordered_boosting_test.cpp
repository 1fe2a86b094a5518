#include "models/trees/ordered_boosting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/trees/boosting.hpp"
#include "models/trees/tables_for_tests.hpp"

namespace clientele::trees {
namespace {

std::vector<double> raw(const ObliviousEnsemble& model, const BinnedMatrix& matrix,
                        const std::vector<std::uint32_t>& rows, std::size_t trees = kAllTrees) {
  std::vector<double> out(rows.size());
  predict_raw(model, matrix, rows, out, trees);
  return out;
}

OrderedBoostingSettings golden_settings() {
  OrderedBoostingSettings settings;
  settings.trees = 10;
  settings.depth = 3;
  settings.learning_rate = 0.2;
  settings.random_strength = 0;
  settings.mode = OrderedMode::plain;
  return settings;
}

TEST(OrderedBoosting, PlainModeGivesTheValuesOfCatboost) {
  const auto lines = golden("oblivious.csv");
  const Table table = golden_table(lines);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const auto expect = [&](Objective objective, const char* target, const char* expected) {
    const auto fit = fit_ordered_boosting({&matrix, objective, lines.at(target), {}, rows, {}},
                                          golden_settings());
    const auto values = raw(fit.model, matrix, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_NEAR(values[i], lines.at(expected)[i], 2e-5) << expected << ' ' << i;
    }
  };
  expect(Objective::squared_error, "score", "squared");
  expect(Objective::logistic, "label", "logistic");
}

class Modes : public testing::TestWithParam<OrderedMode> {};
INSTANTIATE_TEST_SUITE_P(OrderedAndPlain, Modes,
                         testing::Values(OrderedMode::ordered, OrderedMode::plain));

TEST_P(Modes, FindThePlantedSignalOutOfSample) {
  const Table table = generated_table(3000, 31);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(3000, 5, 0, false), test = fold_rows(3000, 5, 0, true);
  OrderedBoostingSettings settings;
  settings.mode = GetParam();
  settings.early_stopping.patience = 20;
  const auto fit =
      fit_ordered_boosting({&matrix, Objective::logistic, table.label, {}, train, test}, settings);
  std::vector<double> p(test.size()), label;
  predict(fit.model, matrix, test, p);
  for (const auto row : test) label.push_back(table.label[row]);
  EXPECT_GT(ranking_quality(p, label), 0.93);
  EXPECT_EQ(fit.model.ordered, GetParam() == OrderedMode::ordered);
  EXPECT_EQ(fit.model.statistics.size(), 1U);  // the column of 40 levels
}

TEST_P(Modes, HeldOutLossIsThatOfThePredictions) {
  const Table table = generated_table(900, 32);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(900, 3, 2, false), test = fold_rows(900, 3, 2, true);
  OrderedBoostingSettings settings;
  settings.mode = GetParam();
  settings.trees = 25;
  const auto fit = fit_ordered_boosting(
      {&matrix, Objective::squared_error, table.score, {}, train, test}, settings);
  for (const std::size_t count : {0U, 1U, 25U}) {
    const auto out = raw(fit.model, matrix, test, count);
    double sum = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
      sum += std::pow(out[i] - table.score[test[i]], 2);
    }
    EXPECT_NEAR(fit.held_out_loss[count], sum / static_cast<double>(test.size()), 1e-12);
  }
  EXPECT_LT(fit.held_out_loss[25], 0.5 * fit.held_out_loss[0]);
}

TEST_P(Modes, DegenerateTablesGiveConstants) {
  Table table = generated_table(60, 33);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  OrderedBoostingSettings settings;
  settings.mode = GetParam();
  const std::vector<double> ones(60, 1.0);
  EXPECT_TRUE(fit_ordered_boosting({&matrix, Objective::logistic, ones, {}, rows, {}}, settings)
                  .model.trees.empty());
  for (const std::size_t few : {1U, 2U, 3U, 9U}) {
    const std::vector<std::uint32_t> first(rows.begin(), rows.begin() + few);
    const auto fit =
        fit_ordered_boosting({&matrix, Objective::logistic, table.label, {}, first, {}}, settings);
    for (const double value : raw(fit.model, matrix, rows)) EXPECT_TRUE(std::isfinite(value));
  }
  table.numbers.assign(1, std::vector<double>(60, 1.0));
  table.codes.clear();
  const BinnedMatrix constant = table.binned();
  const auto fit =
      fit_ordered_boosting({&constant, Objective::logistic, table.label, {}, rows, {}}, settings);
  EXPECT_NEAR(raw(fit.model, constant, rows)[0], fit.model.base, 1e-5);
}

TEST_P(Modes, RepeatedFitsAreIdentical) {
  const Table table = generated_table(800, 34);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  OrderedBoostingSettings settings;
  settings.mode = GetParam();
  settings.column_sample = 0.5;
  const TrainingSet set{&matrix, Objective::logistic, table.label, {}, rows, {}};
  const auto first = fit_ordered_boosting(set, settings).model;
  EXPECT_EQ(first, fit_ordered_boosting(set, settings).model);
  settings.seed = 43;
  EXPECT_NE(first, fit_ordered_boosting(set, settings).model);
}

TEST(OrderedBoosting, FallsBackToPlainOutsideItsSizes) {
  const Table table = generated_table(600, 35);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const std::vector<std::uint32_t> few(rows.begin(), rows.begin() + 499);
  OrderedBoostingSettings settings;
  settings.trees = 2;
  const auto is_ordered = [&](std::span<const std::uint32_t> chosen) {
    return fit_ordered_boosting({&matrix, Objective::logistic, table.label, {}, chosen, {}},
                                settings)
        .model.ordered;
  };
  EXPECT_FALSE(is_ordered(few));
  EXPECT_TRUE(is_ordered(rows));
}

// The reason for ordered statistics: a category of its own for every row says nothing, and must not
// look as if it did.
TEST(OrderedBoosting, ARowsOwnLabelDoesNotLeakThroughItsCategory) {
  Table table;
  table.rows = 1200;
  table.codes.assign(1, {});
  table.levels = {1200};
  Rng rng(5);
  for (std::uint32_t i = 0; i < 1200; ++i) {
    table.codes[0].push_back(i);
    table.label.push_back(static_cast<double>(rng.below(2)));
  }
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  OrderedBoostingSettings settings;
  settings.trees = 50;
  const auto fit =
      fit_ordered_boosting({&matrix, Objective::logistic, table.label, {}, rows, {}}, settings);
  for (const double value : raw(fit.model, matrix, rows)) EXPECT_LT(std::abs(value), 0.2);
}

TEST(TargetStatistics, ReadOnlyTheRowsBefore) {
  Table table;
  table.rows = 6;
  table.codes = {{0, 1, 0, 0, 1, 2}};
  table.levels = {3};
  table.label = {1, 0, 1, 0, 0, 1};
  const BinnedMatrix matrix = table.binned();
  const std::vector<std::uint32_t> rows{0, 1, 2, 3, 4};  // row 5 is not trained on
  const TrainingSet set{&matrix, Objective::logistic, table.label, {}, rows, {}};
  const auto labels = statistic_labels(set);
  const TargetStatisticBuilder builder(set, 0, labels);
  std::vector<std::uint8_t> bins(5);
  builder.ordered_bins(rows, bins);
  // Prior 2/5. Means of the rows before: .4, .4, (1+.4)/2, (2+.4)/3, (0+.4)/2; totals: category 0
  // (2+.4)/4 = .6, category 1 .4/3 = .133, unseen .4. Bins: 16 between .133 and .6, ends clamped.
  const auto bin = [](double mean) {
    return std::clamp(static_cast<int>((mean - 0.4 / 3) * 16 / (0.6 - 0.4 / 3)), 0, 15);
  };
  EXPECT_EQ((std::vector<int>(bins.begin(), bins.end())),
            (std::vector<int>{bin(0.4), bin(0.4), bin(0.7), bin(0.8), bin(0.2)}));
  const TargetStatistic full = builder.full();
  EXPECT_EQ(full.bin(1), 15);
  EXPECT_EQ(full.bin(2), 0);
  EXPECT_EQ(full.bin(3), bin(0.4));
  EXPECT_EQ(full.bin(99), full.bin(0));
}

TEST(Oblivious, LeavesAndTruncationAgreeWithPredictions) {
  const Table table = generated_table(700, 36);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  auto model =
      fit_ordered_boosting({&matrix, Objective::logistic, table.label, {}, rows, {}}, {}).model;
  model.truncate(9);
  std::vector<double> sums(rows.size(), model.base);
  std::vector<std::uint8_t> leaves(rows.size());
  for (std::size_t tree = 0; tree < 9; ++tree) {
    leaves_of(model, tree, matrix, rows, leaves);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sums[i] += model.values[model.trees[tree].first_leaf + leaves[i]];
    }
  }
  EXPECT_EQ(raw(model, matrix, rows), sums);
  EXPECT_EQ(raw(model, matrix, {123})[0], sums[123]);
}

}  // namespace
}  // namespace clientele::trees
