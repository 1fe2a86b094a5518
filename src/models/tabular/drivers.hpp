// What moves a classifier's output: exact SHAP values, of rows and of columns.
//
// Of the model's raw output: log odds, for a forest the probability. A column's importance is the
// mean |SHAP| over the rows; the direction of a number is the sign of its covariance with its SHAP
// values, of a text the level with the highest mean. Rows are explained in blocks, so that memory
// does not grow with rows x columns. Complexity: that of SHAP.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/tabular/classifier.hpp"

namespace clientele::tabular {

inline constexpr std::size_t kFactors = 3;
inline constexpr std::uint32_t kNoFactor = ~std::uint32_t{0};

struct Factor {
  std::uint32_t column = kNoFactor;
  double contribution = 0;
};

struct ColumnEffect {
  std::uint32_t column = 0;
  double importance = 0;                              // mean |SHAP|
  bool rises = false;                                 // numbers: the output rises with the value
  std::uint32_t level = FeatureColumn::kMissingCode;  // texts: the level that raises most
};

struct Explanation {
  std::vector<std::array<Factor, kFactors>> factors;  // one a row: strongest first
  std::vector<ColumnEffect> effects;                  // strongest first, without those of no effect
  double additivity_error = 0;  // largest |base + sum of SHAP - raw output|, relative above 1
};

// `table` and `encoded`: the same rows, in the classifier's form. Requires: rows not empty.
Explanation explain(const Classifier& classifier, const FeatureTable& table,
                    const EncodedTable& encoded, std::span<const std::uint32_t> rows,
                    std::size_t threads);

// At most `most` of `rows` rows, evenly spread.
std::vector<std::uint32_t> spread_rows(std::size_t rows, std::size_t most);

}  // namespace clientele::tabular
