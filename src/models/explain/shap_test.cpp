// Every explainer against the definition: Shapley values summed over all subsets of the features,
// of the game "expected output when only the features of S are known".
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "models/explain/gauss_points.hpp"
#include "models/explain/oblivious_shap.hpp"
#include "models/explain/tree_shap.hpp"
#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"
#include "models/trees/ordered_boosting.hpp"
#include "models/trees/tables_for_tests.hpp"

namespace clientele::explain {
namespace {

using trees::BinnedMatrix;
using trees::Objective;
using trees::ObliviousEnsemble;
using trees::TreeEnsemble;

// Game of one row: the value of a set of features, given as bits.
using Game = std::function<double(std::uint32_t known)>;

std::vector<double> shapley(const Game& game, std::size_t features) {
  std::vector<double> factorial{1};
  for (std::size_t i = 1; i <= features; ++i) {
    factorial.push_back(factorial.back() * static_cast<double>(i));
  }
  std::vector<double> values(features);
  for (std::uint32_t known = 0; known < 1U << features; ++known) {
    const auto size = static_cast<std::size_t>(std::popcount(known));
    for (std::size_t j = 0; j < features; ++j) {
      if ((known >> j & 1) != 0) continue;
      const double weight = factorial[size] * factorial[features - size - 1] / factorial[features];
      values[j] += weight * (game(known | 1U << j) - game(known));
    }
  }
  return values;
}

bool goes_left(const TreeEnsemble& model, std::size_t tree, const trees::TreeNode& node,
               const BinnedMatrix& matrix, std::uint32_t row) {
  const std::size_t feature = node.feature & ~trees::kCategorySetFlag;
  const std::uint8_t bin = matrix.column(feature)[row];
  if ((node.feature & trees::kCategorySetFlag) == 0) {
    return bin >= node.low && bin <= node.low + node.width;
  }
  return trees::contains(
      model.sets[model.set_begin[tree] + node.low + std::size_t{256} * node.width], bin);
}

// Known features are followed, unknown ones averaged by cover (Lundberg et al., algorithm 1).
double expected_value(const TreeEnsemble& model, std::size_t tree, std::size_t at,
                      const BinnedMatrix& matrix, std::uint32_t row, std::uint32_t known) {
  const std::size_t begin = model.tree_begin[tree];
  const trees::TreeNode& node = model.nodes[begin + at];
  if (node.first_child == 0) return model.values[begin + at];
  const auto below = [&](std::size_t child) {
    return expected_value(model, tree, child, matrix, row, known);
  };
  const std::size_t left = node.first_child, right = left + 1;
  if ((known >> (node.feature & ~trees::kCategorySetFlag) & 1) != 0) {
    return below(goes_left(model, tree, node, matrix, row) ? left : right);
  }
  const double covers[2] = {model.covers[begin + left], model.covers[begin + right]};
  return (covers[0] * below(left) + covers[1] * below(right)) / model.covers[begin + at];
}

Game game_of(const TreeEnsemble& model, const BinnedMatrix& matrix, std::uint32_t row) {
  return [&model, &matrix, row](std::uint32_t known) {
    double sum = 0;
    for (std::size_t tree = 0; tree < model.trees(); ++tree) {
      sum += expected_value(model, tree, 0, matrix, row, known);
    }
    return model.base + (model.average ? sum / static_cast<double>(model.trees()) : sum);
  };
}

// The same for an oblivious tree: leaves below a node are those that share its first bits.
double expected_value(const ObliviousEnsemble& model, const trees::ObliviousTree& tree,
                      std::uint32_t level, std::uint32_t bits, const BinnedMatrix& matrix,
                      std::uint32_t row, std::uint32_t known) {
  if (level == tree.depth) return model.values[tree.first_leaf + bits];
  const trees::ObliviousSplit& split = model.splits[tree.first_split + level];
  const bool derived = split.column >= model.features;
  const auto& statistics = model.statistics;
  const std::size_t feature =
      derived ? statistics[split.column - model.features].feature : split.column;
  const std::uint8_t cell =
      derived ? statistics[split.column - model.features].bin(matrix.category(feature, row))
              : matrix.column(feature)[row];
  const auto below = [&](std::uint32_t bit) {
    return expected_value(model, tree, level + 1, bits | bit << level, matrix, row, known);
  };
  if ((known >> feature & 1) != 0) return below(trees::split_bit(split, cell));
  double covers[2] = {0, 0};
  for (std::uint32_t leaf = 0; leaf < 1U << tree.depth; ++leaf) {
    if ((leaf & ((1U << level) - 1)) != bits) continue;
    covers[leaf >> level & 1] += model.covers[tree.first_leaf + leaf];
  }
  if (covers[0] + covers[1] == 0) return 0;  // weighs nothing in what is above
  return (covers[0] * below(0) + covers[1] * below(1)) / (covers[0] + covers[1]);
}

Game game_of(const ObliviousEnsemble& model, const BinnedMatrix& matrix, std::uint32_t row) {
  return [&model, &matrix, row](std::uint32_t known) {
    double sum = model.base;
    for (const auto& tree : model.trees) {
      sum += expected_value(model, tree, 0, 0, matrix, row, known);
    }
    return sum;
  };
}

template <typename Model, typename Explainer>
void expect_shapley(const Model& model, const Explainer& explainer, const BinnedMatrix& matrix,
                    const std::vector<std::uint32_t>& rows) {
  std::vector<double> values(rows.size() * model.features), output(rows.size());
  explainer.explain(matrix, rows, values, 1);
  predict_raw(model, matrix, rows, output);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Game game = game_of(model, matrix, rows[i]);
    const auto expected = shapley(game, model.features);
    double sum = explainer.base();
    for (std::size_t j = 0; j < model.features; ++j) {
      const double value = values[i * model.features + j];
      ASSERT_NEAR(value, expected[j], 1e-10) << "row " << rows[i] << " feature " << j;
      sum += value;
    }
    ASSERT_NEAR(explainer.base(), game(0), 1e-10);
    ASSERT_NEAR(sum, output[i], 1e-10);
  }
}

struct Sample {
  trees::Table table;
  BinnedMatrix matrix;
  std::vector<std::uint32_t> rows;
  explicit Sample(std::uint64_t seed, std::size_t size = 500)
      : table(trees::generated_table(size, seed)), matrix(table.binned()), rows(table.all_rows()) {}
  trees::TrainingSet labels() const {
    return {&matrix, Objective::logistic, table.label, {}, rows, {}};
  }
  std::vector<std::uint32_t> some(std::size_t count) const {
    return {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count)};
  }
};

TEST(TreeShap, IsTheShapleyValueOfBoostedTrees) {
  for (std::uint32_t depth = 1; depth <= 7; ++depth) {
    const Sample sample(50 + depth);
    trees::BoostingSettings settings;
    settings.trees = 8;
    settings.max_depth = depth;
    settings.min_child_weight = 0.5;
    const auto model = fit_boosting(sample.labels(), settings).model;
    expect_shapley(model, TreeShap(model), sample.matrix, sample.some(21));
  }
}

TEST(TreeShap, IsTheShapleyValueOfForests) {
  const Sample sample(60);
  trees::ForestSettings settings;
  settings.trees = 5;
  settings.max_depth = 14;
  settings.min_leaf_weight = 1;
  const auto model = fit_forest(sample.labels(), settings);
  ASSERT_FALSE(model.sets.empty());
  expect_shapley(model, TreeShap(model), sample.matrix, sample.some(9));
}

TEST(TreeShap, GivesTheNumbersOfTheShapPackage) {
  const auto lines = trees::golden("path_shap.csv");
  trees::Table table = trees::golden_table(lines);
  // One tree in scikit-learn's numbering, rewritten with neighbouring children.
  const auto& left = lines.at("left");
  TreeEnsemble model;
  model.features = 4;
  std::vector<std::size_t> source{0};
  for (std::size_t i = 0; i < source.size(); ++i) {
    const std::size_t from = source[i];
    trees::TreeNode node;
    if (left[from] >= 0) {
      node.first_child = static_cast<std::uint32_t>(source.size());
      node.feature = static_cast<std::uint16_t>(lines.at("feature")[from]);
      node.width = static_cast<std::uint8_t>(lines.at("threshold")[from] + 1);  // bin = value + 1
      source.push_back(static_cast<std::size_t>(left[from]));
      source.push_back(static_cast<std::size_t>(lines.at("right")[from]));
    }
    model.nodes.push_back(node);
    model.values.push_back(static_cast<float>(left[from] < 0 ? lines.at("value")[from] : 0));
    model.covers.push_back(static_cast<float>(lines.at("cover")[from]));
  }
  model.tree_begin.push_back(static_cast<std::uint32_t>(model.nodes.size()));
  model.set_begin.push_back(0);
  std::vector<trees::FeatureBinning> bins(4);
  for (auto& feature : bins) {
    for (int value = 0; value < 20; ++value) feature.cuts.push_back(value + 0.5);
  }
  const BinnedMatrix matrix = trees::Binning(bins).apply(table.columns(), 1);
  const TreeShap explainer(model);
  std::vector<double> values(table.rows * 4);
  explainer.explain(matrix, table.all_rows(), values, 1);
  EXPECT_NEAR(explainer.base(), lines.at("base")[0], 1e-6);
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(values[i], lines.at("shap")[i], 1e-6) << i;
  }
}

TEST(TreeShap, GivesTheContributionsOfXgboost) {
  const auto lines = trees::golden("boosting.csv");
  const trees::Table table = trees::golden_table(lines);
  const BinnedMatrix matrix = table.binned();
  const auto rows = table.all_rows();
  trees::BoostingSettings settings;
  settings.trees = 12;
  settings.max_depth = 3;
  settings.eta = 0.3;
  settings.lambda = 2;
  settings.gamma = 0.05;
  settings.min_child_weight = 20;
  settings.row_sample = settings.column_sample = 1;
  const auto model =
      trees::fit_boosting({&matrix, Objective::squared_error, lines.at("score"), {}, rows, {}},
                          settings)
          .model;
  const TreeShap explainer(model);
  std::vector<double> values(24 * 4);
  explainer.explain(matrix, std::span(rows).first(24), values, 1);
  const auto& expected = lines.at("shap");  // four features and the base value a row
  for (std::size_t i = 0; i < 24; ++i) {
    for (std::size_t j = 0; j < 4; ++j) ASSERT_NEAR(values[i * 4 + j], expected[i * 5 + j], 2e-5);
    ASSERT_NEAR(explainer.base(), expected[i * 5 + 4], 2e-5);
  }
}

TEST(TreeShap, IsTheSameOnAnyNumberOfThreadsAndInAnyBatch) {
  const Sample sample(61, 1500);
  const auto model = fit_boosting(sample.labels(), {}).model;
  const TreeShap explainer(model);
  std::vector<double> one(1500 * 5), eight(1500 * 5), single(5);
  explainer.explain(sample.matrix, sample.rows, one, 1);
  explainer.explain(sample.matrix, sample.rows, eight, 8);
  EXPECT_EQ(one, eight);
  const std::vector<std::uint32_t> row{777};
  explainer.explain(sample.matrix, row, single, 2);
  for (std::size_t j = 0; j < 5; ++j) EXPECT_EQ(single[j], one[777 * 5 + j]);
}

TEST(TreeShap, ConstantModelsExplainNothing) {
  const Sample sample(62, 40);
  const std::vector<double> ones(40, 1.0);
  const auto model =
      trees::fit_boosting({&sample.matrix, Objective::logistic, ones, {}, sample.rows, {}}, {})
          .model;
  const TreeShap explainer(model);
  std::vector<double> values(40 * 5, 9.0);
  explainer.explain(sample.matrix, sample.rows, values, 1);
  EXPECT_EQ(values, std::vector<double>(40 * 5, 0.0));
  EXPECT_EQ(explainer.base(), model.base);
}

TEST(ObliviousShap, IsTheShapleyValueWithStatisticsAtTheirSource) {
  for (const std::uint32_t depth : {1U, 2U, 4U, 6U, 8U}) {
    const Sample sample(70 + depth, 900);
    trees::OrderedBoostingSettings settings;
    settings.trees = 12;
    settings.depth = depth;
    settings.one_hot_levels = 2;  // both categorical columns become statistics
    const auto model = fit_ordered_boosting(sample.labels(), settings).model;
    ASSERT_EQ(model.statistics.size(), 2U);
    expect_shapley(model, ObliviousShap(model), sample.matrix, sample.some(11));
  }
}

TEST(ObliviousShap, IsTheSameOnAnyNumberOfThreads) {
  const Sample sample(80, 1500);
  const auto model = fit_ordered_boosting(sample.labels(), {}).model;
  const ObliviousShap explainer(model);
  std::vector<double> one(1500 * 5), eight(1500 * 5);
  explainer.explain(sample.matrix, sample.rows, one, 1);
  explainer.explain(sample.matrix, sample.rows, eight, 8);
  EXPECT_EQ(one, eight);
}

TEST(GaussPoints, IntegratePolynomialsExactly) {
  for (std::uint32_t n = 1; n <= 16; ++n) {
    const auto points = gauss_points(n);
    for (std::uint32_t degree = 0; degree < 2 * n; ++degree) {
      double integral = 0;
      for (const GaussPoint& point : points) integral += point.weight * std::pow(point.at, degree);
      EXPECT_NEAR(integral, 1.0 / (degree + 1), 1e-14);
    }
  }
}

}  // namespace
}  // namespace clientele::explain
