// Time of one fit and forecast on generated daily sales with a weekly pattern.
#include <benchmark/benchmark.h>

#include <cmath>
#include <numbers>

#include "base/rng.hpp"
#include "models/forecast/arima.hpp"
#include "models/forecast/ces.hpp"
#include "models/forecast/ensemble.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/prophet.hpp"
#include "models/forecast/tbats.hpp"
#include "models/forecast/theta.hpp"

namespace clientele::forecast {
namespace {

std::vector<double> daily_sales(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> y(n);
  double level = 0, previous = 0;
  for (std::size_t t = 0; t < n; ++t) {
    const double day = static_cast<double>(t), shock = 50 * rng.normal();
    level += 0.3 * shock;
    const double week = 1 + 0.2 * std::sin(2 * std::numbers::pi * day / 7);
    y[t] = (1000 + 0.5 * day + level) * week + shock + 0.4 * previous;
    previous = shock;
  }
  return y;
}

// Runs `fit` on twenty series in turn.
template <typename Fit>
void measure(benchmark::State& state, Fit fit) {
  std::vector<std::vector<double>> series;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    series.push_back(daily_sales(static_cast<std::size_t>(state.range(0)), seed));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    const Forecast forecast = fit(series[next++ % series.size()]);
    benchmark::DoNotOptimize(forecast.mean.data());
    if (!std::isfinite(forecast.mean.back())) state.SkipWithError("not finite");
  }
}

constexpr std::size_t kHorizon = 28;

void bench_ets(benchmark::State& state) {
  measure(state, [](const auto& y) { return predict(auto_ets(y, 7), kHorizon); });
}
void bench_arima(benchmark::State& state) {
  measure(state, [](const auto& y) { return predict(auto_arima(y, 7), kHorizon); });
}
void bench_theta(benchmark::State& state) {
  measure(state, [](const auto& y) { return predict(fit_theta(y, 7), kHorizon); });
}
void bench_ces(benchmark::State& state) {
  measure(state, [](const auto& y) { return predict(auto_ces(y, 7), kHorizon); });
}
void bench_prophet(benchmark::State& state) {
  measure(state, [](const auto& y) {
    const double periods[] = {7, 365.25};
    return predict(fit_prophet(y, {.seasons = usual_seasons(periods, y.size())}), kHorizon);
  });
}
void bench_tbats(benchmark::State& state) {
  measure(state, [](const auto& y) {
    const double periods[] = {7};
    return predict(auto_tbats(y, periods), kHorizon);
  });
}
void bench_ensemble(benchmark::State& state) {
  measure(state, [](const auto& y) { return forecast_ensemble(y, 7, kHorizon).combined; });
}
BENCHMARK(bench_ets)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_arima)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_theta)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_ces)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_prophet)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_tbats)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_ensemble)->Arg(90)->Arg(735)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::forecast
