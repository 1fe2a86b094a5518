#include "models/trees/forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/trees/tables_for_tests.hpp"

namespace clientele::trees {
namespace {

std::vector<double> predictions(const TreeEnsemble& model, const BinnedMatrix& matrix,
                                const std::vector<std::uint32_t>& rows,
                                std::size_t trees = kAllTrees) {
  std::vector<double> out(rows.size());
  predict(model, matrix, rows, out, trees);
  return out;
}

TEST(Forest, FindsThePlantedSignalOutOfSample) {
  const Table table = generated_table(3000, 21);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(3000, 5, 0, false), test = fold_rows(3000, 5, 0, true);
  const TreeEnsemble model =
      fit_forest({&matrix, Objective::logistic, table.label, {}, train, {}}, {});
  const auto p = predictions(model, matrix, test);
  std::vector<double> label;
  for (const auto row : test) label.push_back(table.label[row]);
  EXPECT_GT(ranking_quality(p, label), 0.92);
  EXPECT_GE(*std::min_element(p.begin(), p.end()), 0);
  EXPECT_LE(*std::max_element(p.begin(), p.end()), 1);
}

TEST(Forest, RegressionFollowsItsTarget) {
  const Table table = generated_table(3000, 22);
  const BinnedMatrix matrix = table.binned();
  const auto train = fold_rows(3000, 5, 0, false), test = fold_rows(3000, 5, 0, true);
  ForestSettings settings;
  settings.min_leaf_weight = 5;
  const auto out = predictions(
      fit_forest({&matrix, Objective::squared_error, table.score, {}, train, {}}, settings), matrix,
      test);
  double mean = 0, squared = 0, variance = 0;
  for (const auto row : test) mean += table.score[row] / static_cast<double>(test.size());
  for (std::size_t i = 0; i < test.size(); ++i) {
    squared += std::pow(out[i] - table.score[test[i]], 2);
    variance += std::pow(mean - table.score[test[i]], 2);
  }
  EXPECT_LT(squared / variance, 0.3);  // the noise alone is 0.15
}

TEST(Forest, IsTheSameOnAnyNumberOfThreads) {
  const Table table = generated_table(700, 23);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const TrainingSet set{&matrix, Objective::logistic, table.label, {}, rows, {}};
  const TreeEnsemble one = fit_forest(set, {}, 1);
  EXPECT_EQ(one, fit_forest(set, {}, 2));
  EXPECT_EQ(one, fit_forest(set, {}, 8));
}

TEST(Forest, LeavesHoldAtLeastTheirWeight) {
  const Table table = generated_table(500, 24);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  ForestSettings settings;
  settings.min_leaf_weight = 12;
  settings.trees = 10;
  const TreeEnsemble model =
      fit_forest({&matrix, Objective::logistic, table.label, {}, rows, {}}, settings);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) EXPECT_GE(model.covers[i], 12);
  for (std::size_t t = 0; t < model.trees(); ++t) EXPECT_EQ(model.covers[model.tree_begin[t]], 500);
}

TEST(Forest, ZeroWeightRowsDoNotTeach) {
  const Table table = generated_table(600, 25);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  std::vector<double> weights(600, 1.0), flipped = table.label;
  for (std::size_t i = 0; i < 600; i += 3) {
    weights[i] = 0;
    flipped[i] = 1 - flipped[i];
  }
  const TrainingSet set{&matrix, Objective::logistic, table.label, weights, rows, {}};
  TrainingSet other = set;
  other.target = flipped;
  EXPECT_EQ(fit_forest(set, {}), fit_forest(other, {}));
}

TEST(Forest, BootstrapDrawsAboutTwoThirdsOfTheRows) {
  // Every row its own leaf: a row that is not drawn takes a neighbour's value.
  Table table;
  table.rows = 2000;
  table.numbers.assign(1, {});
  for (std::size_t i = 0; i < 2000; ++i) {
    table.numbers[0].push_back(static_cast<double>(i % 200));
    table.score.push_back(static_cast<double>(i));
  }
  const BinnedMatrix matrix = table.binned(255);
  ForestSettings settings;
  settings.trees = 1;
  settings.min_leaf_weight = 1;
  settings.max_depth = 32;
  const auto rows = table.all_rows();
  const TreeEnsemble model =
      fit_forest({&matrix, Objective::squared_error, table.score, {}, rows, {}}, settings);
  EXPECT_EQ(model.covers[0], 2000);
  EXPECT_EQ(model.nodes.size(), 2 * 200U - 1);
}

TEST(Forest, MonotoneFeaturesNeverTurn) {
  Table table = generated_table(800, 26);
  const BinnedMatrix matrix = table.binned();
  const std::vector<std::int8_t> monotone{0, 1, 0, 0, 0};
  ForestSettings settings;
  settings.monotone = monotone;
  settings.features_per_node = 5;
  const auto rows = table.all_rows();
  const TreeEnsemble model =
      fit_forest({&matrix, Objective::squared_error, table.score, {}, rows, {}}, settings);
  Table sweep = generated_table(41, 8);
  for (std::size_t i = 0; i < sweep.rows; ++i) {
    sweep.numbers[0][i] = 0.1;
    sweep.numbers[1][i] = -4 + 0.2 * static_cast<double>(i);
    sweep.numbers[2][i] = 1;
    sweep.codes[0][i] = sweep.codes[1][i] = 0;
  }
  const BinnedMatrix swept = Binning::fit(table.columns(), {}, 1).apply(sweep.columns(), 1);
  const auto values = predictions(model, swept, sweep.all_rows());
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
}

TEST(Forest, DegenerateTargetsGiveConstants) {
  const Table table = generated_table(40, 27);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const std::vector<double> ones(40, 1.0), huge(40, -1e300);
  EXPECT_EQ(predictions(fit_forest({&matrix, Objective::logistic, ones, {}, rows, {}}, {}), matrix,
                        rows)[5],
            1);
  const std::vector<std::uint32_t> single{7};
  EXPECT_EQ(predictions(fit_forest({&matrix, Objective::logistic, table.label, {}, single, {}}, {}),
                        matrix, rows)[0],
            table.label[7]);
}

TEST(Ensemble, TruncationIsPredictionWithFewerTrees) {
  const Table table = generated_table(300, 28);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  TreeEnsemble model = fit_forest({&matrix, Objective::logistic, table.label, {}, rows, {}}, {});
  const auto few = predictions(model, matrix, rows, 7);
  model.truncate(7);
  EXPECT_EQ(model.trees(), 7U);
  EXPECT_EQ(predictions(model, matrix, rows), few);
}

TEST(Ensemble, ARowScoresTheSameInAnyBatch) {
  const Table table = generated_table(300, 29);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  const TreeEnsemble model =
      fit_forest({&matrix, Objective::logistic, table.label, {}, rows, {}}, {});
  const auto together = predictions(model, matrix, rows);
  for (std::uint32_t row = 0; row < 300; row += 17) {
    EXPECT_EQ(predictions(model, matrix, {row})[0], together[row]);
  }
}

}  // namespace
}  // namespace clientele::trees
