#include "models/trees/binning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"

namespace clientele::trees {
namespace {

constexpr std::size_t kRowBlock = 4096;
constexpr std::size_t kManyRows = 20000;

struct DistinctValue {
  double value;
  std::size_t count;
};

std::size_t rows_of(const Column& column) {
  if (const auto* numeric = std::get_if<NumericColumn>(&column)) return numeric->values.size();
  return std::get<CategoricalColumn>(column).codes.size();
}

std::vector<DistinctValue> distinct_values(std::span<const double> values) {
  std::vector<double> sorted;
  sorted.reserve(values.size());
  for (const double value : values) {
    if (!std::isnan(value)) sorted.push_back(value);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<DistinctValue> distinct;
  for (const double value : sorted) {
    if (!distinct.empty() && distinct.back().value == value) {
      ++distinct.back().count;
    } else {
      distinct.push_back({value, 1});
    }
  }
  return distinct;
}

// A number c with low <= c < high, halfway where that can be represented.
double cut_between(double low, double high) {
  const double middle = low / 2 + high / 2;
  return std::isfinite(middle) && low <= middle && middle < high ? middle : low;
}

// Ends of the bins (indices into `distinct`): values with at least a mean bin's rows stay alone,
// the others share bins of about the mean of what is left.
std::vector<std::size_t> bin_ends(const std::vector<DistinctValue>& distinct,
                                  std::uint32_t max_bins) {
  std::size_t rest_rows = 0;
  for (const DistinctValue& value : distinct) rest_rows += value.count;
  const double mean_rows = static_cast<double>(rest_rows) / max_bins;
  const auto stands_alone = [&](std::size_t i) {
    return static_cast<double>(distinct[i].count) >= mean_rows;
  };
  std::size_t rest_bins = max_bins;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (!stands_alone(i)) continue;
    --rest_bins;
    rest_rows -= distinct[i].count;
  }
  std::vector<std::size_t> ends;
  std::size_t filled = 0;
  for (std::size_t i = 0; i + 1 < distinct.size() && ends.size() + 1 < max_bins; ++i) {
    filled += distinct[i].count;
    if (!stands_alone(i)) rest_rows -= distinct[i].count;
    const double share = static_cast<double>(rest_rows + filled) /
                         static_cast<double>(std::max<std::size_t>(rest_bins, 1));
    const bool full =
        stands_alone(i) || static_cast<double>(filled) >= share ||
        (stands_alone(i + 1) && static_cast<double>(filled) >= std::max(1.0, share / 2));
    if (!full) continue;
    if (!stands_alone(i) && rest_bins > 1) --rest_bins;
    ends.push_back(i);
    filled = 0;
  }
  return ends;
}

std::vector<double> numeric_cuts(std::span<const double> values, std::uint32_t max_bins) {
  const std::vector<DistinctValue> distinct = distinct_values(values);
  std::vector<double> cuts;
  if (distinct.size() <= max_bins) {
    for (std::size_t i = 0; i + 1 < distinct.size(); ++i) {
      cuts.push_back(cut_between(distinct[i].value, distinct[i + 1].value));
    }
    return cuts;
  }
  for (const std::size_t i : bin_ends(distinct, max_bins)) {
    cuts.push_back(cut_between(distinct[i].value, distinct[i + 1].value));
  }
  return cuts;
}

std::vector<std::uint8_t> level_bins(const CategoricalColumn& column, std::uint32_t max_bins) {
  std::vector<std::uint8_t> bin_of_level(column.levels);
  if (column.levels <= max_bins) {
    for (std::uint32_t level = 0; level < column.levels; ++level) {
      bin_of_level[level] = static_cast<std::uint8_t>(level + 1);
    }
    return bin_of_level;
  }
  std::vector<std::uint64_t> counts(column.levels);
  for (const std::uint32_t code : column.codes) {
    if (code < column.levels) ++counts[code];
  }
  std::vector<std::uint32_t> order(column.levels);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    bin_of_level[order[rank]] =
        static_cast<std::uint8_t>(std::min<std::size_t>(rank + 1, max_bins));
  }
  return bin_of_level;
}

std::uint8_t numeric_bin(const std::vector<double>& cuts, double value) {
  if (std::isnan(value)) return 0;
  const double* first = cuts.data();
  std::size_t length = cuts.size();
  while (length > 0) {
    const std::size_t half = length / 2;
    const bool above = first[half] < value;
    first += above ? half + 1 : 0;
    length = above ? length - half - 1 : half;
  }
  return static_cast<std::uint8_t>(1 + (first - cuts.data()));
}

void bin_column(const Column& column, const FeatureBinning& binning, std::uint8_t* cells) {
  if (const auto* numeric = std::get_if<NumericColumn>(&column)) {
    for (const double value : numeric->values) *cells++ = numeric_bin(binning.cuts, value);
    return;
  }
  for (const std::uint32_t code : std::get<CategoricalColumn>(column).codes) {
    *cells++ = code < binning.bin_of_level.size() ? binning.bin_of_level[code] : std::uint8_t{0};
  }
}

// Level codes + 1 (0 = missing), kept where bins do not tell all levels apart.
std::vector<std::uint32_t> wide_categories(const Column& column, const FeatureBinning& binning) {
  std::vector<std::uint32_t> wide;
  const auto levels = static_cast<std::uint32_t>(binning.bin_of_level.size());
  if (!binning.categorical || levels < binning.bins()) return wide;
  const auto codes = std::get<CategoricalColumn>(column).codes;
  wide.reserve(codes.size());
  for (const std::uint32_t code : codes) wide.push_back(code < levels ? code + 1 : 0);
  return wide;
}

}  // namespace

std::uint32_t FeatureBinning::bins() const {
  if (!categorical) return static_cast<std::uint32_t>(cuts.size()) + 2;
  std::uint32_t highest = 0;
  for (const std::uint8_t bin : bin_of_level) highest = std::max<std::uint32_t>(highest, bin);
  return highest + 1;
}

Binning Binning::fit(std::span<const Column> columns, const BinningSettings& settings,
                     std::size_t threads) {
  Binning binning;
  binning.features_.resize(columns.size());
  if (columns.empty()) return binning;
  // Positions over all features' bins are 16 bits wide.
  const auto widest = static_cast<std::uint32_t>(
      std::clamp<std::size_t>(65535 / columns.size() - 1, 2, kMaxValueBins));
  const std::uint32_t house = rows_of(columns[0]) < kManyRows ? 64 : kMaxValueBins;
  const std::uint32_t asked = settings.max_bins == 0 ? house : std::max(settings.max_bins, 2U);
  parallel_for(threads, columns.size(), [&](std::size_t f) {
    FeatureBinning& feature = binning.features_[f];
    if (const auto* numeric = std::get_if<NumericColumn>(&columns[f])) {
      feature.cuts = numeric_cuts(numeric->values, std::min(asked, widest));
    } else {
      feature.categorical = true;
      feature.bin_of_level = level_bins(std::get<CategoricalColumn>(columns[f]), widest);
    }
  });
  return binning;
}

bool Binning::accepts(std::span<const Column> columns) const {
  return std::equal(columns.begin(), columns.end(), features_.begin(), features_.end(),
                    [](const Column& column, const FeatureBinning& feature) {
                      return std::holds_alternative<CategoricalColumn>(column) ==
                             feature.categorical;
                    });
}

BinnedMatrix Binning::apply(std::span<const Column> columns, std::size_t threads) const {
  BinnedMatrix matrix;
  const std::size_t features = features_.size();
  matrix.rows_ = columns.empty() ? 0 : rows_of(columns[0]);
  matrix.cells_.resize(matrix.rows_ * features);
  matrix.codes_.resize(matrix.rows_ * features);
  matrix.wide_.resize(features);
  for (const FeatureBinning& feature : features_) {
    matrix.offsets_.push_back(matrix.offsets_.back() + feature.bins());
    matrix.categorical_.push_back(feature.categorical ? 1 : 0);
    const auto levels = static_cast<std::uint32_t>(feature.bin_of_level.size());
    matrix.categories_.push_back(feature.categorical ? levels + 1 : 0);
  }
  parallel_for(threads, features, [&](std::size_t f) {
    bin_column(columns[f], features_[f], matrix.cells_.data() + f * matrix.rows_);
    matrix.wide_[f] = wide_categories(columns[f], features_[f]);
  });
  const std::size_t blocks = (matrix.rows_ + kRowBlock - 1) / kRowBlock;
  parallel_for(threads, blocks, [&](std::size_t block) {
    const std::size_t end = std::min(matrix.rows_, (block + 1) * kRowBlock);
    for (std::size_t f = 0; f < features; ++f) {
      const std::uint8_t* cells = matrix.cells_.data() + f * matrix.rows_;
      std::uint16_t* codes = matrix.codes_.data() + f;
      for (std::size_t row = block * kRowBlock; row < end; ++row) {
        codes[row * features] = static_cast<std::uint16_t>(matrix.offsets_[f] + cells[row]);
      }
    }
  });
  return matrix;
}

}  // namespace clientele::trees
