#include "models/trees/oblivious.hpp"

#include <algorithm>

#include "models/trees/logistic.hpp"
#include "numeric/simd.hpp"

namespace clientele::trees {
namespace {

constexpr std::size_t kBlock = 64;  // rows scored together

CLIENTELE_SIMD void or_bits(const std::uint8_t* cells, std::size_t n, std::uint8_t low,
                            std::uint8_t width, std::uint32_t level, std::uint8_t* leaves) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t bit = static_cast<std::uint8_t>(cells[i] - low) > width ? 1 : 0;
    leaves[i] = static_cast<std::uint8_t>(leaves[i] | bit << level);
  }
}

// Cells of a block of rows in every model column that the model's splits read, column by column.
class BlockCells {
 public:
  BlockCells(const ObliviousEnsemble& model, const BinnedMatrix& matrix)
      : model_(model), matrix_(matrix), cells_(model.columns() * kBlock) {
    std::vector<bool> read(model.columns());
    for (const ObliviousSplit& split : model.splits) read[split.column] = true;
    for (std::size_t column = 0; column < read.size(); ++column) {
      if (read[column]) read_.push_back(static_cast<std::uint16_t>(column));
    }
  }

  void load(std::span<const std::uint32_t> rows) {
    for (const std::uint16_t column : read_) {
      std::uint8_t* out = cells_.data() + column * kBlock;
      if (column < model_.features) {
        const auto cells = matrix_.column(column);
        for (std::size_t i = 0; i < rows.size(); ++i) out[i] = cells[rows[i]];
        continue;
      }
      const TargetStatistic& statistic = model_.statistics[column - model_.features];
      for (std::size_t i = 0; i < rows.size(); ++i) {
        out[i] = statistic.bin(matrix_.category(statistic.feature, rows[i]));
      }
    }
  }
  void leaves(const ObliviousTree& tree, std::uint8_t* out) const {
    std::fill_n(out, kBlock, std::uint8_t{0});
    for (std::uint32_t level = 0; level < tree.depth; ++level) {
      const ObliviousSplit& split = model_.splits[tree.first_split + level];
      or_bits(cells_.data() + split.column * kBlock, kBlock, split.low, split.width, level, out);
    }
  }

 private:
  const ObliviousEnsemble& model_;
  const BinnedMatrix& matrix_;
  std::vector<std::uint8_t> cells_;
  std::vector<std::uint16_t> read_;
};

}  // namespace

void or_split_bits(const ObliviousSplit& split, std::span<const std::uint8_t> cells,
                   std::uint32_t level, std::span<std::uint8_t> leaves) {
  or_bits(cells.data(), cells.size(), split.low, split.width, level, leaves.data());
}

void ObliviousEnsemble::truncate(std::size_t count) {
  if (count >= trees.size()) return;
  splits.resize(trees[count].first_split);
  values.resize(trees[count].first_leaf);
  covers.resize(trees[count].first_leaf);
  trees.resize(count);
}

void predict_raw(const ObliviousEnsemble& model, const BinnedMatrix& matrix,
                 std::span<const std::uint32_t> rows, std::span<double> out, std::size_t trees) {
  const std::size_t count = std::min(trees, model.trees.size());
  BlockCells cells(model, matrix);
  std::uint8_t leaves[kBlock];
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const auto block = rows.subspan(begin, std::min(kBlock, rows.size() - begin));
    cells.load(block);
    std::fill_n(out.begin() + begin, block.size(), model.base);
    for (std::size_t t = 0; t < count; ++t) {
      cells.leaves(model.trees[t], leaves);
      const float* values = model.values.data() + model.trees[t].first_leaf;
      for (std::size_t i = 0; i < block.size(); ++i) out[begin + i] += values[leaves[i]];
    }
  }
}

void predict(const ObliviousEnsemble& model, const BinnedMatrix& matrix,
             std::span<const std::uint32_t> rows, std::span<double> out, std::size_t trees) {
  predict_raw(model, matrix, rows, out, trees);
  if (model.link == Link::logistic) logistic(out, out);
}

void leaves_of(const ObliviousEnsemble& model, std::size_t tree, const BinnedMatrix& matrix,
               std::span<const std::uint32_t> rows, std::span<std::uint8_t> out) {
  const ObliviousTree& shape = model.trees[tree];
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::uint32_t level = 0; level < shape.depth; ++level) {
    const ObliviousSplit& split = model.splits[shape.first_split + level];
    if (split.column < model.features) {
      const auto cells = matrix.column(split.column);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(out[i] | split_bit(split, cells[rows[i]]) << level);
      }
      continue;
    }
    const TargetStatistic& statistic = model.statistics[split.column - model.features];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint8_t cell = statistic.bin(matrix.category(statistic.feature, rows[i]));
      out[i] = static_cast<std::uint8_t>(out[i] | split_bit(split, cell) << level);
    }
  }
}

}  // namespace clientele::trees
