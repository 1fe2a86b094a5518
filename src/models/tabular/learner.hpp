// The four algorithms over one encoded table, behind one face.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "base/feature_table.hpp"
#include "models/linear/elastic_net.hpp"
#include "models/trees/binning.hpp"
#include "models/trees/ensemble.hpp"
#include "models/trees/oblivious.hpp"

namespace clientele::tabular {

enum class Algorithm : std::uint8_t { logistic, forest, boosting, ordered };
inline constexpr std::size_t kAlgorithms = 4;
inline constexpr std::array<std::string_view, kAlgorithms> kAlgorithmNames{
    "Logistic Regression", "Random Forest", "XGBoost", "CatBoost"};

// How raw columns become what the learners read. Learnt without labels.
struct Encoding {
  linear::DesignCode design;
  trees::Binning binning;
  bool operator==(const Encoding&) const = default;
};

struct EncodedTable {
  linear::Design design;       // filled where a linear model reads it
  trees::BinnedMatrix matrix;  // filled where a tree model reads it
  std::size_t columns = 0;     // of the source table
};

enum class Reader : std::uint8_t { linear, trees, both };

Encoding learn_encoding(const FeatureTable& table, std::size_t threads);
EncodedTable encode(const Encoding& encoding, const FeatureTable& table, Reader reader,
                    std::size_t threads);

using Model = std::variant<linear::LinearModel, trees::TreeEnsemble, trees::ObliviousEnsemble>;

inline Reader reader_of(const Model& model) {
  return std::holds_alternative<linear::LinearModel>(model) ? Reader::linear : Reader::trees;
}

// Log odds, one a row. A forest's share p is taken as log(p / (1 - p)), p within 1e-4 of 0 and 1.
void log_odds(const Model& model, const EncodedTable& table, std::span<const std::uint32_t> rows,
              std::span<double> out);

// Exact SHAP values of the model's raw output by source column, row-major rows.size() x columns:
// log odds, for a forest the probability. Returns the base value.
double contributions(const Model& model, const linear::DesignCode& design,
                     const EncodedTable& table, std::span<const std::uint32_t> rows,
                     std::span<double> out, std::size_t threads);

// The raw output that the contributions add up to.
void raw_output(const Model& model, const EncodedTable& table, std::span<const std::uint32_t> rows,
                std::span<double> out);

}  // namespace clientele::tabular
