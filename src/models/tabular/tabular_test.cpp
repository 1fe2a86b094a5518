// The classifier as a whole: quality, determinism, bytes, alignment, leaks, explanations.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.hpp"
#include "models/tabular/classifier_bytes.hpp"
#include "models/tabular/drivers.hpp"

namespace clientele::tabular {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Sample {
  FeatureTable table;
  std::vector<double> label;
};

// Log odds = 1.5 x - 1 + (1.2 where the plan is "b"); noise, a constant and gaps beside them.
Sample sample(std::size_t rows, std::size_t labelled) {
  Sample made;
  made.table.rows = rows;
  made.table.columns = {{"x", ColumnKind::number, {}, {}, {}},
                        {"noise", ColumnKind::number, {}, {}, {}},
                        {"plan", ColumnKind::text, {}, {}, {"a", "b", "c"}},
                        {"same", ColumnKind::number, {}, {}, {}}};
  Rng rng(5);
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = rng.normal();
    const auto plan = static_cast<std::uint32_t>(rng.below(3));
    made.table.columns[0].numbers.push_back(rng.uniform() < 0.1 ? kMissing : x);
    made.table.columns[1].numbers.push_back(rng.normal());
    made.table.columns[2].codes.push_back(plan);
    made.table.columns[3].numbers.push_back(7);
    const double log_odds = 1.5 * x - 1 + (plan == 1 ? 1.2 : 0);
    const double label = rng.uniform() < 1 / (1 + std::exp(-log_odds)) ? 1 : 0;
    made.label.push_back(i < labelled ? label : kMissing);
  }
  return made;
}

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// Mean of |mean_probability - observed_rate|, weighted by rows.
double calibration_error(const std::vector<selection::CalibrationBin>& bins) {
  double sum = 0, rows = 0;
  for (const selection::CalibrationBin& bin : bins) {
    sum += static_cast<double>(bin.rows) * std::abs(bin.mean_probability - bin.observed_rate);
    rows += static_cast<double>(bin.rows);
  }
  return sum / rows;
}

TEST(Classifier, FindsWhatWasPlantedAndIsCalibrated) {
  const Sample data = sample(1500, 1200);
  const auto training = train(data.table, data.label, {});
  ASSERT_TRUE(training);
  EXPECT_GT(training->metrics.roc_auc, 0.78);
  EXPECT_LT(calibration_error(training->calibration), 0.06);
  EXPECT_EQ(training->idle, std::vector<std::uint32_t>{3});
  EXPECT_TRUE(training->leaks.empty());
  for (const AlgorithmResult& result : training->benchmark.results) {
    EXPECT_GT(result.metrics.roc_auc, 0.75);
    EXPECT_EQ(result.fold_auc.size(), 5u);
  }
  const Explanation explanation =
      explain(training->classifier, data.table, training->encoded, all_rows(1500), 1);
  EXPECT_LE(explanation.additivity_error, 1e-6);
  ASSERT_GE(explanation.effects.size(), 2u);
  EXPECT_EQ(explanation.effects[0].column, 0u);
  EXPECT_TRUE(explanation.effects[0].rises);
  EXPECT_EQ(explanation.effects[1].column, 2u);
  EXPECT_EQ(explanation.effects[1].level, 1u);
}

// A customer's rows on both sides of a fold let trees look the label up.
TEST(Classifier, RepeatedCustomersOfANoisyLabelAreNotLearntByHeart) {
  Sample data;
  data.table.columns = {{"x", ColumnKind::number, {}, {}, {}}};
  std::vector<std::uint32_t> customer_of;
  for (std::uint32_t i = 0; i < 360; ++i) {
    Rng rng(11, i % 60);
    data.table.columns[0].numbers.push_back(rng.normal());
    data.label.push_back(rng.uniform() < 0.5 ? 1 : 0);
    customer_of.push_back(1000 + i % 60);
  }
  data.table.rows = 360;
  const auto apart = train(data.table, data.label, {});
  const auto together = train(data.table, data.label, {}, customer_of);
  ASSERT_TRUE(apart && together);
  EXPECT_GT(apart->metrics.roc_auc, 0.95);
  EXPECT_LT(together->metrics.roc_auc, 0.75);
  EXPECT_GT(together->auc_high - together->auc_low, 0.2);
  EXPECT_EQ(together->units, 60u);
}

TEST(Classifier, EveryAlgorithmIsDeterministicAdditiveAndSurvivesItsBytes) {
  const Sample data = sample(400, 400);
  const auto one = train(data.table, data.label, {.threads = 1});
  const auto eight = train(data.table, data.label, {.threads = 8});
  ASSERT_TRUE(one && eight);
  EXPECT_EQ(one->classifier, eight->classifier);
  EXPECT_EQ(one->probability, eight->probability);
  const std::vector<std::uint32_t> rows = all_rows(400);
  const std::vector<std::uint8_t> fold_of(400);
  const LabelledRows set{&one->encoded, &one->classifier.encoding, data.label, rows, fold_of, 1};
  for (std::size_t i = 0; i < kAlgorithms; ++i) {
    Classifier classifier = one->classifier;
    classifier.algorithm = static_cast<Algorithm>(i);
    classifier.model = refit(set, classifier.algorithm, one->benchmark.results[i], {});
    const Explanation explanation = explain(classifier, data.table, one->encoded, rows, 2);
    EXPECT_LE(explanation.additivity_error, 1e-6) << kAlgorithmNames[i];
    const std::vector<std::byte> bytes = to_bytes(classifier);
    const auto read = classifier_from_bytes(bytes);
    ASSERT_TRUE(read.ok()) << kAlgorithmNames[i] << read.error().detail;
    EXPECT_EQ(*read, classifier);
    EXPECT_EQ(score(*read, one->encoded), score(classifier, one->encoded));
    for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 100) {
      std::vector<std::byte> damaged = bytes;
      damaged[at] ^= std::byte{0x10};
      EXPECT_FALSE(classifier_from_bytes(damaged).ok()) << at;
      EXPECT_FALSE(classifier_from_bytes(std::span(bytes).first(at)).ok()) << at;
    }
  }
}

TEST(Classifier, AFeatureThatTellsTheLabelIsNamed) {
  Sample data = sample(300, 300);
  data.table.columns[1].numbers = data.label;
  const auto training = train(data.table, data.label, {});
  ASSERT_TRUE(training);
  EXPECT_EQ(training->leaks, std::vector<std::uint32_t>{1});
}

TEST(Classifier, SmallAndOddTablesGiveAnAnswer) {
  for (const std::size_t rows : {2u, 3u, 5u, 12u}) {
    Sample data = sample(rows, rows);
    for (std::size_t i = 0; i < rows; ++i) data.label[i] = i == 0 ? 1 : 0;
    const auto training = train(data.table, data.label, {});
    ASSERT_TRUE(training);
    for (const double p : training->probability) EXPECT_TRUE(p >= 0 && p <= 1);
  }
  Sample wide = sample(500, 500);
  wide.table.columns[2].levels.clear();
  for (std::uint32_t i = 0; i < 500; ++i) {
    wide.table.columns[2].levels.push_back("level " + std::to_string(i));
    wide.table.columns[2].codes[i] = i;
    wide.table.columns[0].numbers[i] *= 1e300;
  }
  const auto training = train(wide.table, wide.label, {});
  ASSERT_TRUE(training);
  EXPECT_TRUE(training->leaks.empty()) << "a level a row tells any label apart by chance";
}

TEST(Classifier, StopsWhenCancelled) {
  const Sample data = sample(200, 200);
  EXPECT_FALSE(train(data.table, data.label, {.cancelled = [] { return true; }}));
}

TEST(Align, BringsOtherTablesIntoTheTrainedForm) {
  const Sample data = sample(50, 50);
  FeatureTable other;
  other.rows = 2;
  other.columns = {{"plan", ColumnKind::text, {}, {0, 1}, {"c", "never seen"}},
                   {"x", ColumnKind::text, {}, {0, 1}, {"1.5", "much"}},
                   {"new", ColumnKind::number, {1, 2}, {}, {}}};
  const Alignment aligned = align(schema_of(data.table), other);
  EXPECT_EQ(aligned.missing, (std::vector<std::string>{"noise", "same"}));
  EXPECT_EQ(aligned.unknown, std::vector<std::string>{"new"});
  EXPECT_EQ(aligned.altered, std::vector<std::string>{"x"});
  EXPECT_EQ(aligned.table.columns[0].numbers[0], 1.5);
  EXPECT_TRUE(std::isnan(aligned.table.columns[0].numbers[1]));
  EXPECT_EQ(aligned.table.columns[2].codes,
            (std::vector<std::uint32_t>{2, FeatureColumn::kMissingCode}));
}

}  // namespace
}  // namespace clientele::tabular
