#include "models/trees/boosting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/trees/tables_for_tests.hpp"

namespace clientele::trees {
namespace {

// The settings that make_golden.py gives xgboost.
BoostingSettings golden_settings() {
  BoostingSettings settings;
  settings.trees = 12;
  settings.max_depth = 3;
  settings.eta = 0.3;
  settings.lambda = 2;
  settings.gamma = 0.05;
  settings.min_child_weight = 3;
  settings.row_sample = settings.column_sample = 1;
  return settings;
}

std::vector<double> raw(const BoostingFit& fit, const BinnedMatrix& matrix,
                        const std::vector<std::uint32_t>& rows) {
  std::vector<double> out(rows.size());
  predict_raw(fit.model, matrix, rows, out);
  return out;
}

void expect_near(const std::vector<double>& ours, const std::vector<double>& theirs,
                 double tolerance) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_NEAR(ours[i], theirs[i], tolerance) << i;
}

TEST(Boosting, GivesTheMarginsOfXgboost) {
  const auto lines = golden("boosting.csv");
  const Table table = golden_table(lines);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const auto fit_of = [&](Objective objective, const char* target) {
    return fit_boosting({&matrix, objective, lines.at(target), {}, rows, {}}, golden_settings());
  };
  expect_near(raw(fit_of(Objective::logistic, "label"), matrix, rows), lines.at("logistic"), 2e-5);
  expect_near(raw(fit_of(Objective::squared_error, "score"), matrix, rows),
              lines.at("squarederror"), 2e-5);
}

TEST(Boosting, GivesTheMonotoneModelOfXgboost) {
  const auto lines = golden("boosting.csv");
  const Table table = golden_table(lines);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  BoostingSettings settings = golden_settings();
  settings.gamma = 0;
  const std::vector<std::int8_t> monotone{0, -1, 0, 1};
  settings.monotone = monotone;
  const auto fit =
      fit_boosting({&matrix, Objective::squared_error, lines.at("score"), {}, rows, {}}, settings);
  expect_near(raw(fit, matrix, rows), lines.at("monotone"), 2e-5);
}

TEST(Boosting, OneUnregularisedTreeIsTheRegressionTreeOfScikitLearn) {
  const auto lines = golden("tree.csv");
  const Table table = golden_table(lines);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  BoostingSettings settings = golden_settings();
  settings.trees = 1;
  settings.max_depth = 4;
  settings.eta = 1;
  settings.lambda = settings.gamma = 0;
  settings.min_child_weight = 6;
  TrainingSet set{&matrix, Objective::squared_error, lines.at("score"), {}, rows, {}};
  expect_near(raw(fit_boosting(set, settings), matrix, rows), lines.at("plain"), 1e-6);
  settings.max_depth = 3;
  settings.min_child_weight = 0.5;
  set.weights = lines.at("weight");
  expect_near(raw(fit_boosting(set, settings), matrix, rows), lines.at("weighted"), 1e-6);
}

TEST(Boosting, WeightsAreRepetitions) {
  const Table table = generated_table(400, 5);
  const BinnedMatrix matrix = table.binned();
  std::vector<double> weights(800, 1.0);
  for (std::size_t i = 0; i < 400; ++i) weights[i] = i % 2 == 0 ? 2 : 1;
  Table repeated = table;
  const auto repeat = [](auto& column) {
    for (std::size_t i = 0; i < 400; i += 2) column.push_back(column[i]);
  };
  for (auto& column : repeated.numbers) repeat(column);
  for (auto& column : repeated.codes) repeat(column);
  repeat(repeated.label);
  repeated.rows = 600;
  const Binning binning = Binning::fit(table.columns(), {}, 1);
  const BinnedMatrix longer = binning.apply(repeated.columns(), 1);
  BoostingSettings settings = golden_settings();
  const auto rows = table.all_rows(), more_rows = repeated.all_rows();
  const auto weighted =
      fit_boosting({&matrix, Objective::logistic, table.label, weights, rows, {}}, settings);
  const auto plain =
      fit_boosting({&longer, Objective::logistic, repeated.label, {}, more_rows, {}}, settings);
  expect_near(raw(weighted, matrix, rows), raw(plain, matrix, rows), 1e-5);
}

TEST(Boosting, FindsThePlantedSignalOutOfSample) {
  const Table table = generated_table(3000, 11);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(3000, 5, 0, false), test = fold_rows(3000, 5, 0, true);
  BoostingSettings settings;
  settings.early_stopping.patience = 20;
  const auto fit =
      fit_boosting({&matrix, Objective::logistic, table.label, {}, train, test}, settings);
  std::vector<double> p(test.size()), label;
  predict(fit.model, matrix, test, p);
  for (const auto row : test) label.push_back(table.label[row]);
  EXPECT_GT(ranking_quality(p, label), 0.93);
  EXPECT_GT(*std::min_element(p.begin(), p.end()), 0);
  EXPECT_LT(*std::max_element(p.begin(), p.end()), 1);
}

TEST(Boosting, HeldOutLossIsThatOfThePredictions) {
  const Table table = generated_table(600, 3);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(600, 4, 1, false), test = fold_rows(600, 4, 1, true);
  BoostingSettings settings;
  settings.trees = 30;
  const auto fit =
      fit_boosting({&matrix, Objective::squared_error, table.score, {}, train, test}, settings);
  ASSERT_EQ(fit.held_out_loss.size(), 31U);
  for (const std::size_t count : {0U, 1U, 30U}) {
    std::vector<double> out(test.size());
    predict(fit.model, matrix, test, out, count);
    double sum = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
      sum += std::pow(out[i] - table.score[test[i]], 2);
    }
    EXPECT_NEAR(fit.held_out_loss[count], sum / static_cast<double>(test.size()), 1e-12);
  }
}

TEST(Boosting, StopsAfterPatienceTreesWithoutGain) {
  Table noise = generated_table(500, 4);
  Rng rng(9);
  for (double& label : noise.label) label = static_cast<double>(rng.below(2));
  const BinnedMatrix matrix = noise.binned();
  const auto train = fold_rows(500, 2, 0, false), test = fold_rows(500, 2, 0, true);
  BoostingSettings settings;
  settings.early_stopping.patience = 7;
  const auto fit =
      fit_boosting({&matrix, Objective::logistic, noise.label, {}, train, test}, settings);
  const auto best = std::min_element(fit.held_out_loss.begin(), fit.held_out_loss.end());
  EXPECT_EQ(fit.held_out_loss.end() - best - 1, 7);
  EXPECT_EQ(fit.model.trees() + 1, fit.held_out_loss.size());
}

TEST(Boosting, MonotoneFeaturesNeverTurn) {
  Table table = generated_table(800, 6);
  for (std::size_t i = 0; i < table.rows; ++i) {
    table.score[i] = std::sin(2 * table.numbers[1][i]) + table.numbers[2][i];
  }
  const BinnedMatrix matrix = table.binned();
  const std::vector<std::int8_t> monotone{0, -1, 0, 0, 0};
  BoostingSettings settings;
  settings.monotone = monotone;
  settings.max_depth = 6;
  const auto rows = table.all_rows();
  const auto fit =
      fit_boosting({&matrix, Objective::squared_error, table.score, {}, rows, {}}, settings);
  Table sweep = generated_table(41, 8);
  for (std::size_t i = 0; i < sweep.rows; ++i) {
    sweep.numbers[0][i] = 0.1;
    sweep.numbers[1][i] = -4 + 0.2 * static_cast<double>(i);
    sweep.numbers[2][i] = 1;
    sweep.codes[0][i] = sweep.codes[1][i] = 0;
  }
  const BinnedMatrix swept = Binning::fit(table.columns(), {}, 1).apply(sweep.columns(), 1);
  const auto values = raw(fit, swept, sweep.all_rows());
  EXPECT_TRUE(std::is_sorted(values.rbegin(), values.rend()));
  EXPECT_GT(values.front(), values.back());
}

TEST(Boosting, SetSplitsSeparateManyCategories) {
  const Table table = generated_table(2000, 12);
  Table only = table;
  only.numbers.clear();
  only.codes.erase(only.codes.begin());
  only.levels = {40};
  for (std::size_t i = 0; i < only.rows; ++i) only.score[i] = only.codes[0][i] % 2 == 0 ? 1 : -1;
  const BinnedMatrix matrix = only.binned();
  BoostingSettings settings = golden_settings();
  settings.trees = 1;
  settings.max_depth = 1;
  settings.eta = 1;
  const auto rows = only.all_rows();
  const auto fit =
      fit_boosting({&matrix, Objective::squared_error, only.score, {}, rows, {}}, settings);
  ASSERT_EQ(fit.model.sets.size(), 1U);
  const auto values = raw(fit, matrix, rows);
  for (std::size_t i = 0; i < only.rows; ++i) EXPECT_GT(values[i] * only.score[i], 0.9);
}

TEST(Boosting, HeavyTailsDoNotDrownTheRest) {
  Table table = generated_table(2000, 13);
  table.score[17] = 1e9;
  const BinnedMatrix matrix = table.binned();
  std::vector<double> weights(table.rows, 1.0);
  weights[17] = 0;
  BoostingSettings settings = golden_settings();
  const auto rows = table.all_rows();
  const auto with =
      fit_boosting({&matrix, Objective::squared_error, table.score, weights, rows, {}}, settings);
  const auto others = fold_rows(2000, 2000, 17, false);
  const auto without =
      fit_boosting({&matrix, Objective::squared_error, table.score, {}, others, {}}, settings);
  expect_near(raw(with, matrix, others), raw(without, matrix, others), 1e-6);
}

TEST(Boosting, OneClassOrEqualTargetsGiveAConstant) {
  const Table table = generated_table(50, 14);
  const BinnedMatrix matrix = table.binned();
  const std::vector<double> ones(50, 1.0), sevens(50, 7.0);
  const auto rows = table.all_rows();
  const auto classes = fit_boosting({&matrix, Objective::logistic, ones, {}, rows, {}}, {});
  EXPECT_EQ(classes.model.trees(), 0U);
  EXPECT_GT(classes.model.base, 3);
  EXPECT_TRUE(std::isfinite(classes.model.base));
  const auto values = fit_boosting({&matrix, Objective::squared_error, sevens, {}, rows, {}}, {});
  EXPECT_EQ(values.model.base, 7);
  const std::vector<std::uint32_t> single{3};
  EXPECT_EQ(
      fit_boosting({&matrix, Objective::logistic, table.label, {}, single, {}}, {}).model.trees(),
      0U);
}

TEST(Boosting, ATableWithoutUsableColumnsGivesItsMean) {
  Table table;
  table.rows = 30;
  table.numbers = {std::vector<double>(30, 4.0)};
  table.label.assign(30, 0.0);
  table.label[3] = table.label[4] = 1;
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const auto fit = fit_boosting({&matrix, Objective::logistic, table.label, {}, rows, {}}, {});
  std::vector<double> p(30);
  predict(fit.model, matrix, rows, p);
  EXPECT_NEAR(p[0], 2.0 / 30, 1e-12);
}

TEST(Boosting, CommonCountIsBestOnAverage) {
  const std::vector<std::vector<double>> losses{{1.0, 0.6, 0.5, 0.4}, {1.0, 0.7, 0.75}};
  EXPECT_EQ(common_tree_count(losses), 3U);  // 0.4 + 0.75, the short curve kept at its last
  EXPECT_EQ(common_tree_count(std::vector<std::vector<double>>{{0.5, 0.5, 0.6}}), 0U);
}

}  // namespace
}  // namespace clientele::trees
