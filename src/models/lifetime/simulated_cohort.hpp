// Test and benchmark support: cohorts of customers drawn from a known model, with their futures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/lifetime/purchase_model.hpp"
#include "models/lifetime/spend_model.hpp"

namespace clientele::lifetime {

struct CohortPlan {
  PurchaseModel model;
  SpendModel spend;  // gamma_gamma; left out when p == 0
  std::size_t customers = 1000;
  double observed = 52;         // time units until the end of the observation
  double acquired_within = 26;  // first purchases are uniform over this stretch, <= observed
  double future = 0;            // time units to follow after it
  double tick = 0;              // > 0: purchases in one tick are one purchase
  std::uint64_t seed = 0;
};

// Columns with one place a customer.
struct SimulatedCohort {
  std::vector<std::uint32_t> repeats;
  std::vector<double> recency;
  std::vector<double> age;
  std::vector<double> mean_value;  // of the repeats; 0 without them
  std::vector<double> future_purchases;
  std::vector<double> future_value;
  std::vector<char> alive;  // at the end of the observation
};

// At most kMostSimulated purchases a customer are followed.
inline constexpr std::size_t kMostSimulated = 20000;
SimulatedCohort simulate(const CohortPlan& plan);

}  // namespace clientele::lifetime
