// The demand model that forecast the latest quarter of the history best.
//
// Candidates: the log-log line ("ElasticNet"), and from kRowsForTrees rows boosted trees and a
// random forest. Each is fitted to the earlier rows and judged by the mean absolute percentage
// error of its median forecast on the last 25 % (at least 2 rows) that sold anything. Trees replace
// the line only where their error is smaller by more than the standard error of the difference. The
// winner is fitted again to all rows. Beyond the prices observed trees are flat and know nothing:
// there they keep the distance from the line that they have at the last price observed. Degenerate:
// a hold-out without sales cannot judge, the line is taken. Complexity: that of the fits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/pricing/demand_line.hpp"
#include "models/pricing/sales_history.hpp"

namespace clientele::pricing {

inline constexpr std::size_t kRowsForTrees = 40;

enum class Algorithm { elastic_net, boosting, forest };

struct CandidateError {
  Algorithm algorithm = Algorithm::elastic_net;
  std::optional<double> mape;  // fraction; empty when the hold-out sold nothing
};

struct DemandModel {
  Algorithm algorithm = Algorithm::elastic_net;
  std::vector<CandidateError> candidates;
  std::size_t holdout_rows = 0;
  DemandLine line;  // of all rows
  // By price asked: how far the chosen trees are above the line in log units, now; 0 for the line.
  std::vector<double> tree_shift;
  double noise = 0;  // for trees, the deviation of the hold-out's log errors

  std::optional<double> mape() const;
};

struct DemandSettings {
  ElasticityPrior prior;
  bool allow_upward = false;
  std::uint64_t seed = 42;
};

// Requires: at least 4 rows; some units sold; prices > 0.
DemandModel choose_demand_model(const SalesHistory& history, std::span<const double> prices,
                                const DemandSettings& settings);

}  // namespace clientele::pricing
