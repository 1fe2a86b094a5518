#include "models/pricing/demand_model.hpp"

#include <algorithm>
#include <cmath>

#include "models/pricing/tree_demand.hpp"

namespace clientele::pricing {
namespace {

constexpr std::size_t kFewestHeldOut = 2;
constexpr double kLeastNoise = 0.01;

struct HoldoutErrors {
  std::vector<double> shares;  // absolute error / units, of the rows that sold anything
  std::optional<double> mape;
  double log_deviation = kLeastNoise;
};

// Of forecasts of log units, by row of the hold-out [begin, n).
HoldoutErrors errors_of(const SalesHistory& history, std::size_t begin,
                        std::span<const double> log_units) {
  HoldoutErrors errors;
  double sum = 0, squares = 0;
  for (std::size_t i = begin; i < history.rows(); ++i) {
    const double units = history.units[i];
    if (units <= 0) continue;
    errors.shares.push_back(std::abs(std::exp(log_units[i]) - units) / units);
    sum += errors.shares.back();
    const double off = std::log(units) - log_units[i];
    squares += off * off;
  }
  if (errors.shares.empty()) return errors;
  const auto count = static_cast<double>(errors.shares.size());
  errors.mape = sum / count;
  errors.log_deviation = std::max(kLeastNoise, std::sqrt(squares / count));
  return errors;
}

// Whether the trees' errors are smaller by more than the standard error of the paired difference.
bool clearly_smaller(const std::vector<double>& trees, const std::vector<double>& line) {
  const auto n = static_cast<double>(trees.size());
  if (n < 2) return false;
  double mean = 0;
  for (std::size_t i = 0; i < trees.size(); ++i) mean += (trees[i] - line[i]) / n;
  double squares = 0;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    squares += (trees[i] - line[i] - mean) * (trees[i] - line[i] - mean);
  }
  return mean + std::sqrt(squares / (n * (n - 1))) < 0;
}

}  // namespace

std::optional<double> DemandModel::mape() const {
  for (const CandidateError& candidate : candidates) {
    if (candidate.algorithm == algorithm) return candidate.mape;
  }
  return std::nullopt;
}

DemandModel choose_demand_model(const SalesHistory& history, std::span<const double> prices,
                                const DemandSettings& settings) {
  const std::size_t n = history.rows();
  const DemandColumns columns = demand_columns(history);
  DemandModel model;
  model.holdout_rows = std::max(kFewestHeldOut, n / 4);
  const std::size_t earlier = n - model.holdout_rows;
  model.line = fit_demand_line(columns, history.units, n, settings.prior);
  model.tree_shift.resize(prices.size());

  const DemandLine past = fit_demand_line(columns, history.units, earlier, settings.prior);
  std::vector<double> by_line(n);
  for (std::size_t i = 0; i < n; ++i) by_line[i] = past.log_units(columns, i);
  const HoldoutErrors line_errors = errors_of(history, earlier, by_line);
  model.candidates.push_back({Algorithm::elastic_net, line_errors.mape});
  if (n < kRowsForTrees) return model;

  const auto [lowest, highest] =
      std::minmax_element(history.price.begin(), history.price.end() - 1);
  std::vector<double> seen(prices.begin(), prices.end());
  for (double& price : seen) price = std::clamp(price, *lowest, *highest);
  const TreeTable table(history, seen);
  double least = line_errors.mape.value_or(0);
  TreeSettings tree_settings{TreeKind::boosting, settings.allow_upward, settings.seed};
  for (const Algorithm algorithm : {Algorithm::boosting, Algorithm::forest}) {
    tree_settings.kind = algorithm == Algorithm::boosting ? TreeKind::boosting : TreeKind::forest;
    std::vector<double> blend = table.fit(earlier, tree_settings);
    for (std::size_t i = earlier; i < n; ++i) blend[i] = 0.5 * (blend[i] + by_line[i]);
    const HoldoutErrors errors = errors_of(history, earlier, blend);
    model.candidates.push_back({algorithm, errors.mape});
    if (!errors.mape || *errors.mape >= least) continue;
    if (!clearly_smaller(errors.shares, line_errors.shares)) continue;
    least = *errors.mape;
    model.algorithm = algorithm;
    model.noise = errors.log_deviation;
  }
  if (model.algorithm == Algorithm::elastic_net) return model;
  tree_settings.kind =
      model.algorithm == Algorithm::boosting ? TreeKind::boosting : TreeKind::forest;
  const std::vector<double> by_trees = table.fit(n, tree_settings);
  for (std::size_t c = 0; c < prices.size(); ++c) {
    model.tree_shift[c] = by_trees[n + c] - model.line.log_units_now(std::log(seen[c]));
  }
  return model;
}

}  // namespace clientele::pricing
