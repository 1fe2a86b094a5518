#include "models/forecast/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.hpp"

namespace clientele::forecast {
namespace {

constexpr double kClearAdvantage = 0.9;
constexpr std::size_t kFoldsForEvidence = 3;

double seasonal_naive_error(std::span<const double> y, std::size_t period) {
  const std::size_t lag = period == 0 || y.size() <= period ? 1 : period;
  double sum = 0;
  for (std::size_t t = lag; t < y.size(); ++t) sum += std::abs(y[t] - y[t - lag]);
  return y.size() > lag ? sum / static_cast<double>(y.size() - lag) : 0;
}

}  // namespace

FoldPlan plan_folds(std::size_t n, std::size_t period, std::size_t horizon, std::size_t folds) {
  FoldPlan plan;
  plan.horizon = std::max<std::size_t>(1, std::min(horizon, n / 6));
  const std::size_t least = std::min(std::max<std::size_t>({n / 2, 3, 2 * period}), n * 2 / 3);
  if (n < 4 || n < least + plan.horizon) return plan;
  const std::size_t room = n - plan.horizon - least;
  const std::size_t count = std::min(folds, room + 1);
  if (count == 0) return plan;
  std::size_t stride = count > 1 ? std::min(room / (count - 1), plan.horizon) : 0;
  if (period > 1 && stride > period && stride % period == 0) --stride;
  for (std::size_t i = count; i-- > 0;) plan.origins.push_back(n - plan.horizon - i * stride);
  return plan;
}

std::vector<std::vector<FoldForecast>> cross_validate(std::span<const Forecaster> candidates,
                                                      const FoldPlan& plan, std::size_t threads) {
  const std::size_t folds = plan.origins.size();
  std::vector<std::vector<FoldForecast>> out(candidates.size(), std::vector<FoldForecast>(folds));
  parallel_for(threads, candidates.size() * folds, [&](std::size_t task) {
    const std::size_t candidate = task / folds, fold = task % folds;
    const std::size_t origin = plan.origins[fold];
    out[candidate][fold] = {origin, candidates[candidate](origin, plan.horizon)};
  });
  return out;
}

Accuracy score(std::span<const double> y, std::size_t period, std::span<const FoldForecast> folds) {
  Accuracy result;
  double squares = 0, absolute = 0, percent = 0, sum = 0, sum_squares = 0;
  std::size_t count = 0, nonzero = 0;
  for (const FoldForecast& fold : folds) {
    double fold_squares = 0;
    for (std::size_t h = 0; h < fold.forecast.mean.size(); ++h) {
      const double actual = y[fold.origin + h], error = actual - fold.forecast.mean[h];
      fold_squares += error * error;
      absolute += std::abs(error);
      sum += actual;
      sum_squares += actual * actual;
      if (actual != 0) {
        percent += std::abs(error / actual);
        ++nonzero;
      }
    }
    const std::size_t steps = fold.forecast.mean.size();
    result.fold_rmse.push_back(
        std::sqrt(fold_squares / static_cast<double>(std::max<std::size_t>(1, steps))));
    squares += fold_squares;
    count += steps;
  }
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  const double n = static_cast<double>(std::max<std::size_t>(1, count));
  const double naive = seasonal_naive_error(y.first(folds.front().origin), period);
  const double total = sum_squares - sum * sum / n;
  result.rmse = std::sqrt(squares / n);
  result.mae = absolute / n;
  result.mape = nonzero > 0 ? 100 * percent / static_cast<double>(nonzero) : kUndefined;
  result.mase = naive > 0 ? result.mae / naive : kUndefined;
  result.r2 = total > 1e-12 * sum_squares ? 1 - squares / total : kUndefined;
  return result;
}

std::size_t choose(std::span<const Accuracy> candidates, std::size_t preferred) {
  const Accuracy& base = candidates[preferred];
  std::size_t best = preferred;
  if (base.fold_rmse.size() < kFoldsForEvidence) return preferred;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const Accuracy& other = candidates[c];
    if (c == preferred || !(other.rmse < kClearAdvantage * base.rmse)) continue;
    const bool always = std::equal(other.fold_rmse.begin(), other.fold_rmse.end(),
                                   base.fold_rmse.begin(), std::less<>());
    if (always && other.rmse < candidates[best].rmse) best = c;
  }
  return best;
}

}  // namespace clientele::forecast
