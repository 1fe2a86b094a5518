// Tables that the tests of trees and explanations share: golden files and generated data.
#pragma once

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "models/trees/binning.hpp"

namespace clientele::trees {

// `name,value,value,...` lines of tests/golden/trees; an empty value is NaN.
inline std::map<std::string, std::vector<double>> golden(const std::string& file) {
  std::ifstream in(std::string(CLIENTELE_SOURCE_DIR) + "/tests/golden/trees/" + file);
  std::map<std::string, std::vector<double>> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line + ",");
    std::string name, field;
    std::getline(fields, name, ',');
    while (std::getline(fields, field, ',')) {
      lines[name].push_back(field.empty() ? std::numeric_limits<double>::quiet_NaN()
                                          : std::stod(field));
    }
  }
  return lines;
}

// Columns with the storage behind them.
struct Table {
  std::size_t rows = 0;
  std::vector<std::vector<double>> numbers;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::uint32_t> levels;
  std::vector<double> score;  // a target for regressions
  std::vector<double> label;  // 0 or 1

  std::vector<Column> columns() const {
    std::vector<Column> columns;
    for (const auto& values : numbers) columns.emplace_back(NumericColumn{values});
    for (std::size_t c = 0; c < codes.size(); ++c) {
      columns.emplace_back(CategoricalColumn{codes[c], levels[c]});
    }
    return columns;
  }
  BinnedMatrix binned(std::uint32_t max_bins = 0) const {
    return Binning::fit(columns(), {max_bins}, 1).apply(columns(), 1);
  }
  std::vector<std::uint32_t> all_rows() const {
    std::vector<std::uint32_t> all(rows);
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }
};

inline Table golden_table(const std::map<std::string, std::vector<double>>& lines) {
  Table table;
  for (const char* name : {"x0", "x1", "x2", "x3"}) table.numbers.push_back(lines.at(name));
  table.rows = table.numbers[0].size();
  return table;
}

// Three numeric columns (one with missing values, one of three values) and two categorical ones (of
// 3 and 40 levels); every column but the second numeric one matters.
inline Table generated_table(std::size_t rows, std::uint64_t seed) {
  Table table;
  table.rows = rows;
  table.numbers.assign(3, {});
  table.codes.assign(2, {});
  table.levels = {3, 40};
  Rng rng(seed);
  for (std::size_t i = 0; i < rows; ++i) {
    const double a = rng.normal(), b = rng.normal();
    const auto c = static_cast<double>(rng.below(3));
    const auto d = static_cast<std::uint32_t>(rng.below(3));
    const auto e = static_cast<std::uint32_t>(rng.below(40));
    const bool missing = rng.below(10) == 0;
    const double score = (missing ? 1.0 : a) + 0.5 * c * (d == 1 ? 1 : -1) +
                         0.8 * std::sin(e * 1.7) + 0.5 * rng.normal();
    table.numbers[0].push_back(missing ? std::numeric_limits<double>::quiet_NaN() : a);
    table.numbers[1].push_back(b);
    table.numbers[2].push_back(c);
    table.codes[0].push_back(d);
    table.codes[1].push_back(e);
    table.score.push_back(score);
    table.label.push_back(score > 0.3 ? 1 : 0);
  }
  return table;
}

// Every `folds`-th row from `fold` on, or the others.
inline std::vector<std::uint32_t> fold_rows(std::size_t rows, std::size_t folds, std::size_t fold,
                                            bool held_out) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < rows; ++i) {
    if ((i % folds == fold) == held_out) chosen.push_back(static_cast<std::uint32_t>(i));
  }
  return chosen;
}

// Share of (positive, negative) pairs in the right order, ties half.
inline double ranking_quality(const std::vector<double>& score, const std::vector<double>& label) {
  double right = 0, pairs = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (label[i] < 0.5 || label[j] > 0.5) continue;
      pairs += 1;
      right += score[i] > score[j] ? 1.0 : (score[i] == score[j] ? 0.5 : 0.0);
    }
  }
  return right / pairs;
}

}  // namespace clientele::trees
