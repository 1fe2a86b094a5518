#include "models/trees/model_bytes.hpp"

#include <gtest/gtest.h>

#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"
#include "models/trees/model_envelope.hpp"
#include "models/trees/ordered_boosting.hpp"
#include "models/trees/tables_for_tests.hpp"

namespace clientele::trees {
namespace {

struct Models {
  Table table = generated_table(600, 41);
  Binning binning = Binning::fit(table.columns(), {}, 1);
  BinnedMatrix matrix = binning.apply(table.columns(), 1);
  std::vector<std::uint32_t> rows = table.all_rows();
  TrainingSet set{&matrix, Objective::logistic, table.label, {}, rows, {}};

  TreeEnsemble forest() const {
    ForestSettings settings;
    settings.trees = 6;
    return fit_forest(set, settings);
  }
  ObliviousEnsemble oblivious() const {
    OrderedBoostingSettings settings;
    settings.trees = 6;
    return fit_ordered_boosting(set, settings).model;
  }
};

TEST(ModelBytes, ComeBackEqual) {
  const Models models;
  EXPECT_EQ(*binning_from_bytes(to_bytes(models.binning)), models.binning);
  const TreeEnsemble forest = models.forest();
  ASSERT_FALSE(forest.sets.empty());
  EXPECT_EQ(*tree_ensemble_from_bytes(to_bytes(forest)), forest);
  const TreeEnsemble boosted = fit_boosting(models.set, {}).model;
  EXPECT_EQ(*tree_ensemble_from_bytes(to_bytes(boosted)), boosted);
  EXPECT_EQ(*tree_ensemble_from_bytes(to_bytes(TreeEnsemble{})), TreeEnsemble{});
  const ObliviousEnsemble oblivious = models.oblivious();
  ASSERT_FALSE(oblivious.statistics.empty());
  EXPECT_EQ(*oblivious_ensemble_from_bytes(to_bytes(oblivious)), oblivious);
}

TEST(ModelBytes, AnyChangedByteIsRefused) {
  const Models models;
  std::vector<std::byte> bytes = to_bytes(models.oblivious());
  for (std::size_t i = 0; i < bytes.size(); i += i < 64 ? 1 : 37) {
    bytes[i] ^= std::byte{0x10};
    const auto loaded = oblivious_ensemble_from_bytes(bytes);
    ASSERT_FALSE(loaded.ok()) << i;
    EXPECT_EQ(loaded.error().kind, ErrorKind::file_error);
    bytes[i] ^= std::byte{0x10};
  }
  EXPECT_TRUE(oblivious_ensemble_from_bytes(bytes).ok());
}

TEST(ModelBytes, CutOrLengthenedFilesAreRefused) {
  const Models models;
  std::vector<std::byte> bytes = to_bytes(models.forest());
  for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 97) {
    EXPECT_FALSE(tree_ensemble_from_bytes(std::span(bytes).first(size)).ok());
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(tree_ensemble_from_bytes(bytes).ok());
}

TEST(ModelBytes, AnotherKindIsRefused) {
  const Models models;
  EXPECT_FALSE(tree_ensemble_from_bytes(to_bytes(models.binning)).ok());
  EXPECT_FALSE(binning_from_bytes(to_bytes(models.forest())).ok());
}

// A forged file has a right checksum over wrong content: whatever it holds, what loads can be
// scored.
template <typename Load, typename Use>
void expect_forgeries_are_safe(ModelKind kind, const std::vector<std::byte>& bytes, Load load,
                               Use use) {
  Rng rng(8);
  std::size_t refused = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<std::byte> payload(bytes.begin() + 24, bytes.end());
    for (std::uint64_t edits = 1 + rng.below(3); edits > 0; --edits) {
      payload[rng.below(payload.size())] = static_cast<std::byte>(rng.below(256));
    }
    if (rng.below(8) == 0) payload.resize(rng.below(payload.size()));
    const auto loaded = load(enveloped(kind, payload));
    if (loaded.ok()) {
      use(*loaded);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 300U);
}

TEST(ModelBytes, ForgedModelsNeverReadOutside) {
  const Models models;
  std::vector<double> out(models.rows.size());
  expect_forgeries_are_safe(ModelKind::tree_ensemble, to_bytes(models.forest()),
                            tree_ensemble_from_bytes, [&](const TreeEnsemble& model) {
                              if (fits(model, models.binning))
                                predict(model, models.matrix, models.rows, out);
                            });
  expect_forgeries_are_safe(ModelKind::oblivious_ensemble, to_bytes(models.oblivious()),
                            oblivious_ensemble_from_bytes, [&](const ObliviousEnsemble& model) {
                              if (fits(model, models.binning))
                                predict(model, models.matrix, models.rows, out);
                            });
  expect_forgeries_are_safe(ModelKind::binning, to_bytes(models.binning), binning_from_bytes,
                            [&](const Binning& binning) {
                              if (binning.accepts(models.table.columns())) {
                                EXPECT_LE(binning.apply(models.table.columns(), 1).total_bins(),
                                          65535U);
                              }
                            });
}

TEST(ModelBytes, AModelOfOtherColumnsDoesNotFit) {
  const Models models;
  const Table numeric = golden_table(golden("tree.csv"));
  const Binning other = Binning::fit(numeric.columns(), {}, 1);
  EXPECT_TRUE(fits(models.forest(), models.binning));
  EXPECT_FALSE(fits(models.forest(), other));
  EXPECT_TRUE(fits(models.oblivious(), models.binning));
  EXPECT_FALSE(fits(models.oblivious(), other));
}

}  // namespace
}  // namespace clientele::trees
