#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "models/selection/binary_metrics.hpp"
#include "models/selection/folds.hpp"

namespace clientele::selection {
namespace {

// Numbers of scikit-learn 1.9.1: roc_auc_score, average_precision_score, f1_score, log_loss,
// brier_score_loss.
TEST(BinaryMetrics, AgreeWithScikitLearn) {
  const std::array scores{0.1, 0.4, 0.35, 0.8, 0.35, 0.7, 0.8, 0.2};
  const std::array labels{0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0};
  const BinaryMetrics metrics = binary_metrics(scores, labels);
  EXPECT_NEAR(metrics.roc_auc, 0.7333333333333333, 1e-15);
  EXPECT_NEAR(metrics.pr_auc, 0.5555555555555556, 1e-15);
  EXPECT_NEAR(metrics.f1, 0.6666666666666666, 1e-15);
  EXPECT_NEAR(metrics.accuracy, 0.75, 1e-15);
  EXPECT_NEAR(metrics.log_loss, 0.5636488923770252, 1e-12);
  EXPECT_NEAR(metrics.brier, 0.190625, 1e-12);
  EXPECT_NEAR(metrics.best_f1, 2.0 / 3, 1e-15);
}

TEST(BinaryMetrics, TiesCountHalfAndOneClassHasNoAuc) {
  const std::array equal{0.5, 0.5, 0.5};
  EXPECT_EQ(roc_auc(equal, std::array{0.0, 1.0, 0.0}), 0.5);
  EXPECT_TRUE(std::isnan(roc_auc(equal, std::array{1.0, 1.0, 1.0})));
  EXPECT_EQ(binary_metrics(equal, std::array{0.0, 0.0, 0.0}).best_f1, 0);
}

TEST(CalibrationBins, LeaveOutEmptyTenths) {
  const auto bins = calibration_bins(std::array{0.05, 0.09, 1.0}, std::array{0.0, 1.0, 1.0}, 10);
  ASSERT_EQ(bins.size(), 2u);
  EXPECT_EQ(bins[0].rows, 2u);
  EXPECT_NEAR(bins[0].mean_probability, 0.07, 1e-15);
  EXPECT_EQ(bins[1].low, 0.9);
  EXPECT_NEAR(bins[0].observed_rate, 0.5, 1e-15);
}

TEST(Folds, DealEachClassEvenly) {
  std::vector<double> labels(103, 0.0);
  for (std::size_t i = 0; i < 13; ++i) labels[7 * i] = 1;
  const auto folds = stratified_folds(labels, 5, 42);
  std::array<int, 5> all{}, positive{};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++all.at(folds[i]);
    positive.at(folds[i]) += labels[i] > 0 ? 1 : 0;
  }
  for (std::size_t f = 0; f < 5; ++f) {
    EXPECT_TRUE(all.at(f) == 20 || all.at(f) == 21);
    EXPECT_TRUE(positive.at(f) == 2 || positive.at(f) == 3);
  }
  EXPECT_EQ(folds, stratified_folds(labels, 5, 42));
  EXPECT_NE(folds, stratified_folds(labels, 5, 43));
}

TEST(Folds, KeepTheRowsOfAUnitTogether) {
  constexpr std::uint32_t kUnits = 60;
  std::vector<double> labels;
  std::vector<std::uint32_t> unit_of;
  for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
    for (std::uint32_t row = 0; row <= unit % 4; ++row) {
      unit_of.push_back(unit);
      labels.push_back(unit % 3 == 0 ? 1 : 0);
    }
  }
  const auto folds = unit_folds(labels, unit_of, kUnits, 5, 42);
  std::array<int, 5> all{}, positive{};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++all.at(folds[i]);
    positive.at(folds[i]) += labels[i] > 0 ? 1 : 0;
    if (i > 0 && unit_of[i] == unit_of[i - 1]) {
      EXPECT_EQ(folds[i], folds[i - 1]);
    }
  }
  for (std::size_t f = 0; f < 5; ++f) {
    EXPECT_EQ(all.at(f), 30);
    EXPECT_EQ(positive.at(f), 10);
  }
  EXPECT_EQ(folds, unit_folds(labels, unit_of, kUnits, 5, 42));
}

}  // namespace
}  // namespace clientele::selection
