#include "models/tabular/drivers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::tabular {
namespace {

constexpr std::size_t kBlock = 4096;  // rows explained together

// Running sums of one column.
struct ColumnSums {
  double absolute = 0;
  double n = 0, value = 0, shap = 0, product = 0;  // numbers: of rows with a value
  std::vector<double> level_shap, level_rows;      // texts

  void add(const FeatureColumn& column, std::uint32_t row, double contribution) {
    absolute += std::abs(contribution);
    if (column.kind == ColumnKind::text) {
      const std::uint32_t code = column.codes[row];
      if (code >= level_rows.size()) return;
      level_shap[code] += contribution;
      level_rows[code] += 1;
      return;
    }
    const double number = column.numbers[row];
    if (!std::isfinite(number) || std::abs(number) > 1e100) return;
    n += 1;
    value += number;
    shap += contribution;
    product += number * contribution;
  }

  ColumnEffect effect(std::uint32_t index, double rows) const {
    ColumnEffect effect{.column = index, .importance = absolute / rows};
    effect.rises = n > 0 && product / n > value / n * (shap / n);
    double highest = -std::numeric_limits<double>::infinity();
    for (std::uint32_t level = 0; level < level_rows.size(); ++level) {
      if (level_rows[level] == 0) continue;
      const double mean = level_shap[level] / level_rows[level];
      if (mean <= highest) continue;
      highest = mean;
      effect.level = level;
    }
    return effect;
  }
};

std::array<Factor, kFactors> strongest(std::span<const double> contributions) {
  std::array<Factor, kFactors> factors;
  for (std::uint32_t column = 0; column < contributions.size(); ++column) {
    Factor next{column, contributions[column]};
    if (next.contribution == 0) continue;
    for (Factor& place : factors) {
      if (std::abs(next.contribution) > std::abs(place.contribution)) std::swap(place, next);
    }
  }
  return factors;
}

}  // namespace

Explanation explain(const Classifier& classifier, const FeatureTable& table,
                    const EncodedTable& encoded, std::span<const std::uint32_t> rows,
                    std::size_t threads) {
  Explanation explanation;
  explanation.factors.reserve(rows.size());
  const std::size_t columns = table.columns.size();
  std::vector<ColumnSums> sums(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    sums[c].level_shap.assign(table.columns[c].levels.size(), 0.0);
    sums[c].level_rows.assign(table.columns[c].levels.size(), 0.0);
  }
  std::vector<double> values(std::min(kBlock, rows.size()) * columns), raw(kBlock);
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const auto block = rows.subspan(begin, std::min(kBlock, rows.size() - begin));
    const auto out = std::span(values).first(block.size() * columns);
    const double base =
        contributions(classifier.model, classifier.encoding.design, encoded, block, out, threads);
    raw_output(classifier.model, encoded, block, std::span(raw).first(block.size()));
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto row = out.subspan(i * columns, columns);
      const double sum = std::accumulate(row.begin(), row.end(), base);
      explanation.additivity_error = std::max(
          explanation.additivity_error, std::abs(sum - raw[i]) / std::max(1.0, std::abs(raw[i])));
      explanation.factors.push_back(strongest(row));
      for (std::size_t c = 0; c < columns; ++c) sums[c].add(table.columns[c], block[i], row[c]);
    }
  }
  for (std::uint32_t c = 0; c < columns; ++c) {
    const ColumnEffect effect = sums[c].effect(c, static_cast<double>(rows.size()));
    if (effect.importance > 1e-12) explanation.effects.push_back(effect);
  }
  std::stable_sort(
      explanation.effects.begin(), explanation.effects.end(),
      [](const ColumnEffect& a, const ColumnEffect& b) { return a.importance > b.importance; });
  return explanation;
}

std::vector<std::uint32_t> spread_rows(std::size_t rows, std::size_t most) {
  std::vector<std::uint32_t> chosen(std::min(rows, most));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = static_cast<std::uint32_t>(i * rows / chosen.size());
  }
  return chosen;
}

}  // namespace clientele::tabular
