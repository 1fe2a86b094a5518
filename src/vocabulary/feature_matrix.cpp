// Tables of the caller's own columns as matrices for clustering.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/pointer.hpp"
#include "vocabulary/feature_segments.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::vocabulary {
namespace {

constexpr std::size_t kMostLevels = 50;  // of one text feature

struct Bounds {
  std::string_view name;
  double most;
};
constexpr Bounds kDocumented[] = {{"purchase_total", kMostMoney}, {"visit_frequency", 1e9},
                                  {"avg_ticket", kMostMoney},     {"product_diversity", 1e9},
                                  {"loyalty_score", 1},           {"recency_days", 1e6}};
constexpr double kMostValue = 1e15;

void check_value(const FeatureColumn& column, std::size_t row, std::string_view list,
                 Faults& faults) {
  const double value = column.numbers[row];
  const auto* bounds = std::find_if(std::begin(kDocumented), std::end(kDocumented),
                                    [&](const Bounds& b) { return b.name == column.name; });
  const bool known = bounds != std::end(kDocumented);
  const double least = known ? 0 : -kMostValue;
  const double most = known ? bounds->most : kMostValue;
  if (value >= least && value <= most) return;
  if (faults.full()) return faults.count_only();
  std::string pointer = pointer_to(list, row, "features", column.name);
  if (std::isnan(value)) {
    faults.add(std::move(pointer), "missing",
               "Every customer needs this feature; fill it in or leave it out of all.");
  } else {
    faults.add(
        std::move(pointer), "out_of_range",
        known ? "Must be from 0 to " + std::string(bounds->most == 1 ? "1" : "its maximum") + "."
              : "Must be of magnitude at most 1e15.");
  }
}

// Adds one 0/1 column for each frequent level; its values are appended to `added` by column.
void encode(const FeatureColumn& column, FeatureMatrix& matrix,
            std::vector<std::vector<double>>& added) {
  std::vector<std::size_t> customers(column.levels.size(), 0);
  for (const std::uint32_t code : column.codes) {
    if (code != FeatureColumn::kMissingCode) ++customers[code];
  }
  std::vector<std::size_t> order(customers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return customers[a] != customers[b] ? customers[a] > customers[b]
                                        : column.levels[a] < column.levels[b];
  });
  order.resize(std::min(order.size(), kMostLevels));
  for (const std::size_t level : order) {
    matrix.names.push_back(column.name + "=" + column.levels[level]);
    std::vector<double>& values = added.emplace_back();
    for (const std::uint32_t code : column.codes) values.push_back(code == level ? 1.0 : 0.0);
  }
}

}  // namespace

FeatureMatrix matrix_of(const FeatureTable& table, std::string_view list, bool encode_categories,
                        Faults& faults, Context& context) {
  FeatureMatrix matrix;
  matrix.rows = table.rows;
  std::vector<std::vector<double>> columns;
  std::vector<const FeatureColumn*> texts;
  for (const FeatureColumn& column : table.columns) {
    if (column.kind == ColumnKind::text) {
      texts.push_back(&column);
      continue;
    }
    for (std::size_t row = 0; row < table.rows; ++row) check_value(column, row, list, faults);
    matrix.names.push_back(column.name);
    columns.push_back(column.numbers);
  }
  const std::size_t numbers = columns.size();
  for (const FeatureColumn* column : texts) {
    if (encode_categories) {
      encode(*column, matrix, columns);
    } else {
      context.warn("text_feature_left_out",
                   "'" + column->name.substr(0, 80) +
                       "' holds texts and was left out; encode_categories: true takes it in.");
    }
  }
  matrix.encoded = columns.size() - numbers;
  if (columns.empty()) {
    faults.add(pointer_to(list), "no_features", "No customer has a feature that is a number.");
  } else if (columns.size() > kMostFeatureColumns) {
    faults.add(pointer_to(list), "too_many_features",
               "At most " + std::to_string(kMostFeatureColumns) +
                   " columns can be clustered, levels of texts included; there are " +
                   std::to_string(columns.size()) + ".");
  }
  if (!faults.empty()) return matrix;
  matrix.values.resize(table.rows * columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < table.rows; ++i) {
      matrix.values[i * columns.size() + j] = columns[j][i];
    }
  }
  return matrix;
}

}  // namespace clientele::vocabulary
