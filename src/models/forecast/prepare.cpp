#include <cmath>

#include "models/forecast/model.hpp"

namespace clientele::forecast {
namespace {

std::size_t short_period(const Problem& problem) {
  for (const double period : problem.periods) {
    const auto rounded = static_cast<std::size_t>(std::lround(period));
    if (period <= kMaxShortPeriod && problem.y.size() >= 2 * rounded) return rounded;
  }
  return 1;
}

}  // namespace

Prepared prepare(Problem problem) {
  Prepared out;
  const std::size_t n = problem.y.size(), horizon = problem.horizon;
  out.period = short_period(problem);
  out.effects.assign(problem.regressors.size(), 0);
  out.past_regression.assign(n, 0);
  out.past_season.assign(n, 0);
  out.future_regression.assign(horizon, 0);
  out.future_season.assign(horizon, 0);
  out.adjusted.assign(problem.y.begin(), problem.y.end());
  out.problem = std::move(problem);
  return out;
}

}  // namespace clientele::forecast
