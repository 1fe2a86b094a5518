#include "models/forecast_pipeline/cost_structure.hpp"

#include <algorithm>
#include <cmath>
#include <Eigen/Dense>
#include <limits>

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kFewestWeeks = 8, kMostDrivers = 12;
constexpr double kLeastT = 2;

// Totals of whole weeks that end with the history.
std::vector<double> weekly_sums(std::span<const double> values) {
  const std::size_t weeks = values.size() / 7;
  const auto whole = values.last(7 * weeks);
  std::vector<double> sums(weeks, 0);
  for (std::size_t t = 0; t < whole.size(); ++t) sums[t / 7] += whole[t];
  return sums;
}

bool varies(std::span<const double> values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low > 1e-9 * std::max(std::abs(*high), std::abs(*low));
}

struct Fit {
  Eigen::VectorXd coefficients, errors;
  double squares = 0;
};

Fit least_squares(const Eigen::MatrixXd& x, const Eigen::VectorXd& y) {
  const Eigen::MatrixXd inverse =
      (x.transpose() * x).completeOrthogonalDecomposition().pseudoInverse();
  Fit fit{inverse * (x.transpose() * y), Eigen::VectorXd(x.cols())};
  fit.squares = (y - x * fit.coefficients).squaredNorm();
  const double freedom = std::max(1.0, static_cast<double>(x.rows() - x.cols()));
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    fit.errors(i) = std::sqrt(std::max(0.0, inverse(i, i)) * fit.squares / freedom);
  }
  return fit;
}

}  // namespace

std::optional<CostStructure> cost_structure(std::span<const double> cost,
                                            std::span<const Driver> drivers) {
  const std::vector<double> sums = weekly_sums(cost);
  const auto n = static_cast<Eigen::Index>(sums.size());
  std::vector<std::vector<double>> columns;
  std::vector<std::size_t> active;
  CostStructure out;
  out.weeks = sums.size();
  for (std::size_t d = 0; d < drivers.size(); ++d) {
    out.drivers.emplace_back().name = drivers[d].name;
    columns.push_back(weekly_sums(drivers[d].values));
    if (!columns.back().empty() && varies(columns.back()) && active.size() < kMostDrivers) {
      active.push_back(d);
    }
  }
  if (sums.size() < kFewestWeeks || active.empty()) return std::nullopt;
  const Eigen::Map<const Eigen::VectorXd> y(sums.data(), n);
  const double total = y.sum();
  if (!(total > 0)) return std::nullopt;
  bool has_fixed = true;
  Fit fit;
  while (!active.empty()) {
    Eigen::MatrixXd x(n, static_cast<Eigen::Index>(active.size()) + 1);
    x.col(0).setConstant(has_fixed ? 7 : 0);
    for (std::size_t i = 0; i < active.size(); ++i) {
      x.col(static_cast<Eigen::Index>(i) + 1) =
          Eigen::Map<const Eigen::VectorXd>(columns[active[i]].data(), n);
    }
    fit = least_squares(x, y);
    std::size_t weakest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < active.size(); ++i) {
      const auto at = static_cast<Eigen::Index>(i) + 1;
      const double t = fit.errors(at) > 0         ? fit.coefficients(at) / fit.errors(at)
                       : fit.coefficients(at) > 0 ? 1e6
                                                  : -1e6;
      DriverCost& driver = out.drivers[active[i]];
      driver.cost_per_unit = fit.coefficients(at);
      driver.standard_error = fit.errors(at);
      if (t < least) least = t, weakest = i;
    }
    if (least < kLeastT) {
      active.erase(active.begin() + static_cast<std::ptrdiff_t>(weakest));
    } else if (has_fixed && fit.coefficients(0) < 0) {
      has_fixed = false;
    } else {
      break;
    }
  }
  if (active.empty()) {  // nothing drives it: all of it is fixed
    out.fixed_per_day = total / static_cast<double>(7 * sums.size());
    out.fixed_share = 1;
    return out;
  }
  for (const std::size_t d : active) {
    DriverCost& driver = out.drivers[d];
    driver.used = true;
    double volume = 0;
    for (const double value : columns[d]) volume += value;
    driver.share = driver.cost_per_unit * volume / total;
    out.variable_share += driver.share;
  }
  out.fixed_per_day = has_fixed ? fit.coefficients(0) : 0;
  out.fixed_share = out.fixed_per_day * static_cast<double>(7 * sums.size()) / total;
  const double spread = (y.array() - y.mean()).square().sum();
  out.r2 = spread > 0 ? 1 - fit.squares / spread : 0;
  return out;
}

}  // namespace clientele::forecast_pipeline
