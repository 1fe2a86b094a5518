#include "models/pricing/tree_demand.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "models/trees/boosting.hpp"
#include "models/trees/forest.hpp"

namespace clientele::pricing {
namespace {

constexpr double kLeastUnits = 0.01;
constexpr std::uint32_t kWeekdays = 7;

// Columns with "now" repeated once a candidate price, and the storage behind them.
class WideColumns {
 public:
  WideColumns(std::size_t rows, std::size_t candidates) : rows_(rows), candidates_(candidates) {}

  void add(std::vector<double> values) {
    values.resize(rows_ + candidates_, values[rows_]);
    numbers_.push_back(std::move(values));
    columns_.emplace_back(trees::NumericColumn{numbers_.back()});
  }
  void add(std::vector<std::uint32_t> codes, std::uint32_t levels) {
    codes.resize(rows_ + candidates_, codes[rows_]);
    codes_.push_back(std::move(codes));
    columns_.emplace_back(trees::CategoricalColumn{codes_.back(), levels});
  }
  std::span<const trees::Column> columns() const { return columns_; }

 private:
  std::size_t rows_;
  std::size_t candidates_;
  std::deque<std::vector<double>> numbers_;
  std::deque<std::vector<std::uint32_t>> codes_;
  std::vector<trees::Column> columns_;
};

}  // namespace

TreeTable::TreeTable(const SalesHistory& history, std::span<const double> prices) {
  const std::size_t n = history.rows();
  WideColumns wide(n, prices.size());
  std::vector<double> price(history.price.begin(), history.price.end() - 1);
  price.insert(price.end(), prices.begin(), prices.end());
  wide.add(std::move(price));
  if (!history.competitor_price.empty()) wide.add(history.competitor_price);
  if (!history.inventory.empty()) wide.add(history.inventory);
  std::vector<std::uint32_t> days;
  std::vector<double> time;
  for (const Date date : history.date) {
    days.push_back(static_cast<std::uint32_t>(weekday(date)));
    time.push_back(date.days);
  }
  wide.add(std::move(days), kWeekdays);
  wide.add(std::move(time));
  for (const FeatureColumn& control : history.controls) {
    if (control.kind == ColumnKind::text) {
      wide.add(control.codes, static_cast<std::uint32_t>(control.levels.size()));
    } else {
      wide.add(control.numbers);
    }
  }
  matrix_ = trees::Binning::fit(wide.columns(), {}, 1).apply(wide.columns(), 1);
  const bool zeros = std::any_of(history.units.begin(), history.units.end() - 1,
                                 [](double units) { return units <= 0; });
  shift_ = zeros ? 0.5 : 0.0;
  target_.resize(matrix_.rows());
  for (std::size_t i = 0; i < n; ++i) target_[i] = std::log(history.units[i] + shift_);
}

std::vector<double> TreeTable::fit(std::size_t rows, const TreeSettings& settings) const {
  std::vector<std::uint32_t> all(matrix_.rows());
  std::iota(all.begin(), all.end(), 0U);
  std::vector<std::int8_t> monotone(matrix_.features());
  if (!settings.allow_upward) monotone[0] = -1;
  trees::TrainingSet set;
  set.matrix = &matrix_;
  set.objective = trees::Objective::squared_error;
  set.target = target_;
  set.rows = std::span(all).first(rows);
  const auto n = static_cast<double>(rows);
  trees::TreeEnsemble model;
  if (settings.kind == TreeKind::boosting) {
    trees::BoostingSettings boosting;
    boosting.trees = 60;
    boosting.max_depth = 3;
    boosting.lambda = 2;
    boosting.min_child_weight = std::max(3.0, n / 50);
    boosting.column_sample = 1;
    boosting.monotone = monotone;
    boosting.seed = settings.seed;
    model = trees::fit_boosting(set, boosting).model;
  } else {
    trees::ForestSettings forest;
    forest.trees = 32;
    forest.max_depth = 8;
    forest.min_leaf_weight = std::max(3.0, n / 100);
    forest.monotone = monotone;
    forest.seed = settings.seed;
    model = trees::fit_forest(set, forest);
  }
  std::vector<double> log_units(all.size());
  trees::predict(model, matrix_, all, log_units);
  for (double& value : log_units) {
    value = std::log(std::max(std::exp(value) - shift_, kLeastUnits));
  }
  return log_units;
}

}  // namespace clientele::pricing
