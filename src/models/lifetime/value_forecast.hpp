// Lifetime values of all customers by the candidate that forecast a later stretch of time best.
//
// Candidates: BG/NBD, MBG/NBD and Pareto/NBD, each with the Gamma-Gamma spend model, and boosted
// trees. Each is fitted up to the start of the hold-out and judged on its revenue; the least mean
// absolute error among those whose total is within 10 % wins (holdout.hpp). With too little history
// for a hold-out, MBG/NBD is used: it doubts customers with one order. Then all is fitted again on
// everything. Totals are not corrected by how earlier forecasts fared: on the open data that
// doubles their bias (bias_bench.cpp, bench/RESULTS.md).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "models/lifetime/contract_detection.hpp"
#include "models/lifetime/fit.hpp"
#include "models/lifetime/holdout.hpp"
#include "models/lifetime/purchase_history.hpp"
#include "models/lifetime/spend_model.hpp"

namespace clientele::lifetime {

enum class Algorithm { bg_nbd, mbg_nbd, pareto_nbd, gradient_boosting };
inline constexpr std::size_t kAlgorithms = 4;

struct ValueForecastSettings {
  Clock clock = Clock::week;
  Date end;                 // the last day that is known
  std::vector<int> months;  // horizons, ascending, each >= 1
  double annual_discount = 0;
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::optional<Algorithm> only;  // used whatever the hold-out says
};

struct Candidate {
  bool exists = false;                       // the trees need more history than the models
  std::optional<ForecastAccuracy> accuracy;  // of revenue in the hold-out; none without one
  PurchaseFit fit;                           // on everything; purchase models only
};

struct ValueForecast {
  PurchaseHistory history;
  Algorithm best = Algorithm::mbg_nbd;
  bool unbiased = false;  // the best was within 10 % of the hold-out's total
  std::optional<HoldoutSplit> holdout;
  std::array<Candidate, kAlgorithms> candidates;
  SpendFit spend;
  Regularity regularity;
  std::optional<ValueCorrelation> correlation;

  std::size_t horizons = 0;
  std::vector<double> alive;                         // customers of `history`
  std::vector<double> purchases;                     // customers x horizons
  std::vector<double> value;                         // customers x horizons, money, discounted
  std::vector<double> low, high;                     // 80 % interval of `value`
  std::vector<double> total, total_low, total_high;  // by horizon
};

// Requires: finite amounts.
// Deterministic in the seed; independent of the order of `orders` and of `threads`.
// Errors: invalid_input when no customer bought by `end`, or when the trees alone may be used and
// the history is too short for them.
Result<ValueForecast> forecast_values(std::span<const Order> orders,
                                      const ValueForecastSettings& settings);

}  // namespace clientele::lifetime
