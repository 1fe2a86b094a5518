// Fixed and variable parts of a cost, from what drives it.
//   cost of a week = 7 fixed + sum_k v_k driver_k of the week + noise, by least squares
// Weeks, because invoices and the work behind them seldom share a day. Drivers whose coefficient is
// negative or below twice its standard error are taken out one by one: they explain no cost.
// A fixed part below 0 is set to 0 and the rest refitted through the origin.
// Degenerate cases: fewer than 8 weeks, or no driver that varies, give no structure.
// Complexity: O(weeks k^2 + k^4).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace clientele::forecast_pipeline {

struct Driver {
  std::string name;
  std::vector<double> values;  // one a day
};

struct DriverCost {
  std::string name;
  bool used = false;
  double cost_per_unit = 0;
  double standard_error = 0;
  double share = 0;  // of the total cost
};

struct CostStructure {
  double fixed_per_day = 0;
  double fixed_share = 0;     // of the total cost, 0-1
  double variable_share = 0;  // 0-1
  double r2 = 0;              // of the weeks
  std::size_t weeks = 0;
  std::vector<DriverCost> drivers;  // in the order given
};

// Requires: every driver as long as `cost`.
std::optional<CostStructure> cost_structure(std::span<const double> cost,
                                            std::span<const Driver> drivers);

}  // namespace clientele::forecast_pipeline
