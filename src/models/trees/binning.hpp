// Raw columns to small integer bins, once per request: one matrix serves every fold, algorithm and
// refit.
//
// Bin 0 is "missing" in every column. A numeric column has at most `max_bins` further bins in
// ascending order of value: one a distinct value where there are few, else of about equal row
// counts. A categorical column has one bin a level; beyond 255 levels the 254 most frequent keep
// their own and the others share one. No label is read, so bins of all rows leak nothing into a
// fold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace clientele::trees {

// NaN = missing; infinities are values like any other.
struct NumericColumn {
  std::span<const double> values;
};

// Codes below `levels`; any other code = missing (or never seen in training).
struct CategoricalColumn {
  std::span<const std::uint32_t> codes;
  std::uint32_t levels = 0;
};

// Views of the caller's columns, all of the same length.
using Column = std::variant<NumericColumn, CategoricalColumn>;

inline constexpr std::size_t kMaxFeatures = 8000;
inline constexpr std::uint32_t kMaxValueBins = 255;

struct BinningSettings {
  std::uint32_t max_bins = 0;  // 2-255 numeric value bins; 0 = 64 below 20 000 rows, else 255
};

// How one column's values become bins.
struct FeatureBinning {
  bool categorical = false;
  std::vector<double> cuts;                // numeric: ascending; bin = 1 + number of cuts < value
  std::vector<std::uint8_t> bin_of_level;  // categorical: by level code

  // Bins in use, the missing one included; at most 256.
  std::uint32_t bins() const;
  bool operator==(const FeatureBinning&) const = default;
};

// Binned cells of n rows x f features, in column order and in row order.
class BinnedMatrix {
 public:
  std::size_t rows() const { return rows_; }
  std::size_t features() const { return offsets_.size() - 1; }
  // Bins of all rows in one feature.
  std::span<const std::uint8_t> column(std::size_t feature) const {
    return {cells_.data() + feature * rows_, rows_};
  }
  // Cells of one row as positions in a histogram over all features: offset(f) + bin.
  const std::uint16_t* row(std::size_t row) const { return codes_.data() + row * features(); }
  std::uint32_t offset(std::size_t feature) const { return offsets_[feature]; }
  std::uint32_t bins(std::size_t feature) const {
    return offsets_[feature + 1] - offsets_[feature];
  }
  std::uint32_t total_bins() const { return offsets_.back(); }
  bool categorical(std::size_t feature) const { return categorical_[feature] != 0; }
  // Category of a row for target statistics: 0 = missing, else 1 + the level's code, unbounded by
  // 255.
  std::uint32_t category(std::size_t feature, std::size_t row) const {
    const auto& wide = wide_[feature];
    return wide.empty() ? column(feature)[row] : wide[row];
  }
  // Categories of a categorical feature, the missing one included.
  std::uint32_t categories(std::size_t feature) const { return categories_[feature]; }

 private:
  friend class Binning;
  std::size_t rows_ = 0;
  std::vector<std::uint8_t> cells_;
  std::vector<std::uint16_t> codes_;
  std::vector<std::uint32_t> offsets_{0};
  std::vector<std::uint8_t> categorical_;
  std::vector<std::uint32_t> categories_;
  std::vector<std::vector<std::uint32_t>> wide_;  // only where a feature has over 255 levels
};

class Binning {
 public:
  Binning() = default;
  explicit Binning(std::vector<FeatureBinning> features) : features_(std::move(features)) {}

  // Learns the bins. Independent of row order. Requires: at most kMaxFeatures columns.
  // Complexity: O(f n log n), columns in parallel.
  static Binning fit(std::span<const Column> columns, const BinningSettings& settings,
                     std::size_t threads);
  // True for columns of the number and kinds that fit() saw.
  bool accepts(std::span<const Column> columns) const;
  // Requires: accepts(columns), all of one length; levels coded as in fit().
  BinnedMatrix apply(std::span<const Column> columns, std::size_t threads) const;

  const std::vector<FeatureBinning>& features() const { return features_; }
  bool operator==(const Binning&) const = default;

 private:
  std::vector<FeatureBinning> features_;
};

}  // namespace clientele::trees
