#include "models/linear/design.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::linear {
namespace {

constexpr std::size_t kFewestRowsOfLevel = 3;

double median_of(std::vector<double> present) {
  const auto middle = present.begin() + static_cast<std::ptrdiff_t>(present.size() / 2);
  std::nth_element(present.begin(), middle, present.end());
  if (present.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(present.begin(), middle), *middle);
}

// A value as the model sees it: infinities are as good as missing.
double imputed(double value, double median) { return std::isfinite(value) ? value : median; }

// Fills what concerns the values; false when nothing varies.
bool learn_number(const FeatureColumn& column, ColumnCode& code, std::size_t& missing) {
  std::vector<double> present;
  present.reserve(column.numbers.size());
  for (const double value : column.numbers) {
    if (std::isfinite(value)) present.push_back(value);
  }
  missing = column.numbers.size() - present.size();
  if (present.empty()) return false;
  code.median = median_of(std::move(present));
  const auto rows = static_cast<double>(column.numbers.size());
  double sum = 0, squares = 0;
  for (const double value : column.numbers) sum += imputed(value, code.median) / rows;
  if (!std::isfinite(sum)) return false;
  for (const double value : column.numbers) {
    const double centred = imputed(value, code.median) - sum;
    squares += centred * centred / rows;
  }
  code.mean = sum;
  code.deviation = std::sqrt(squares);
  return std::isfinite(code.deviation) && code.deviation > 1e-12 * std::abs(sum) &&
         code.deviation > 0;
}

// Levels worth a coefficient of their own, most frequent first.
std::vector<std::uint32_t> frequent_levels(const std::vector<std::size_t>& counts,
                                           std::size_t rows) {
  std::vector<std::uint32_t> levels;
  for (std::uint32_t level = 0; level < counts.size(); ++level) {
    if (counts[level] >= std::min(kFewestRowsOfLevel, std::max<std::size_t>(rows / 10, 1)) &&
        counts[level] < rows) {
      levels.push_back(level);
    }
  }
  std::stable_sort(levels.begin(), levels.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  if (levels.size() > kMostLevels) levels.resize(kMostLevels);
  return levels;
}

// Gives out the 0/1 coefficients, behind those of the numbers.
class Binaries {
 public:
  explicit Binaries(DesignCode& code) : code_(code) {}
  std::uint32_t add(std::uint32_t source, std::size_t count, std::size_t rows) {
    const double share = static_cast<double>(count) / static_cast<double>(rows);
    code_.means.push_back(share);
    code_.deviations.push_back(std::sqrt(share * (1 - share)));
    code_.source_of.push_back(source);
    return code_.coefficients++;
  }

 private:
  DesignCode& code_;
};

void learn_text(const FeatureColumn& column, std::size_t rows, ColumnCode& code,
                Binaries& binaries) {
  std::vector<std::size_t> counts(column.levels.size());
  std::size_t missing = 0;
  for (const std::uint32_t level : column.codes) {
    if (level < counts.size()) {
      ++counts[level];
    } else {
      ++missing;
    }
  }
  code.level_column.assign(counts.size(), kNoColumn);
  for (const std::uint32_t level : frequent_levels(counts, rows)) {
    code.level_column[level] = binaries.add(code.source, counts[level], rows);
  }
  if (missing > 0 && missing < rows) code.missing_column = binaries.add(code.source, missing, rows);
}

}  // namespace

DesignCode learn_design(const FeatureTable& table) {
  DesignCode design;
  std::vector<std::size_t> missing(table.columns.size());
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const FeatureColumn& column = table.columns[c];
    ColumnCode code{.source = c, .is_text = column.kind == ColumnKind::text, .level_column = {}};
    if (!code.is_text && learn_number(column, code, missing[c])) {
      code.number_column = design.coefficients++;
      design.means.push_back(0);
      design.deviations.push_back(1);
      design.source_of.push_back(c);
    }
    design.columns.push_back(std::move(code));
  }
  design.numbers = design.coefficients;
  Binaries binaries(design);
  for (ColumnCode& code : design.columns) {
    const std::size_t absent = missing[code.source];
    if (code.is_text) {
      learn_text(table.columns[code.source], table.rows, code, binaries);
    } else if (absent > 0 && absent < table.rows) {
      code.missing_column = binaries.add(code.source, absent, table.rows);
    }
  }
  return design;
}

Design encode(const DesignCode& code, const FeatureTable& table) {
  Design design;
  design.rows = table.rows;
  design.numbers = code.numbers;
  design.slots = static_cast<std::uint32_t>(
      std::count_if(code.columns.begin(), code.columns.end(), [](const ColumnCode& column) {
        return column.is_text || column.missing_column != kNoColumn;
      }));
  design.values.resize(table.rows * design.numbers);
  design.ones.assign(table.rows * design.slots, kNoColumn);
  std::uint32_t slot = 0;
  for (const ColumnCode& column : code.columns) {
    const FeatureColumn& source = table.columns[column.source];
    const bool has_slot = column.is_text || column.missing_column != kNoColumn;
    for (std::size_t row = 0; row < table.rows; ++row) {
      if (column.is_text) {
        const std::uint32_t level = source.codes[row];
        design.ones[row * design.slots + slot] =
            level < column.level_column.size()     ? column.level_column[level]
            : level == FeatureColumn::kMissingCode ? column.missing_column
                                                   : kNoColumn;
        continue;
      }
      const double value = source.numbers[row];
      if (column.number_column != kNoColumn) {
        const double score = (imputed(value, column.median) - column.mean) / column.deviation;
        design.values[row * design.numbers + column.number_column] =
            static_cast<float>(std::clamp(score, -1e6, 1e6));
      }
      if (has_slot && !std::isfinite(value)) {
        design.ones[row * design.slots + slot] = column.missing_column;
      }
    }
    if (has_slot) ++slot;
  }
  return design;
}

}  // namespace clientele::linear
