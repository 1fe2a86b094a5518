// The ensemble on all monthly series of the M3 competition: accuracy and coverage as counters.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "models/forecast/arima.hpp"
#include "models/forecast/ensemble.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/intervals.hpp"
#include "models/forecast/m3_series.hpp"
#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

struct Sums {
  double smape = 0, mase = 0, msis = 0, steps = 0, series = 0, transformed = 0;
  double in80 = 0, in95 = 0, total_in80 = 0, total_in95 = 0;
};

double seasonal_naive_error(std::span<const double> y) {
  double sum = 0;
  for (std::size_t t = 12; t < y.size(); ++t) sum += std::abs(y[t] - y[t - 12]);
  return sum / static_cast<double>(y.size() - 12);
}

void judge(std::span<const double> y, std::span<const double> actual, const Forecast& forecast,
           const Calibrations& calibrations, Sums& sums) {
  const double naive = seasonal_naive_error(y);
  const auto inside = [](const Interval& i, double x) { return x >= i.lower && x <= i.upper; };
  double total = 0;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const double mean = forecast.mean[h], error = std::abs(actual[h] - mean);
    const Interval i80 = calibrations.steps.interval(mean, forecast.sigma[h], 0.80);
    const Interval i95 = calibrations.steps.interval(mean, forecast.sigma[h], 0.95);
    const double low = std::max(0.0, i95.lower), high = i95.upper;
    sums.smape += 200 * error / (std::abs(actual[h]) + std::abs(mean));
    sums.mase += error / naive;
    sums.msis +=
        (high - low + 40 * std::max(0.0, low - actual[h]) + 40 * std::max(0.0, actual[h] - high)) /
        naive;
    sums.in80 += inside(i80, actual[h]) ? 1 : 0;
    sums.in95 += inside(i95, actual[h]) ? 1 : 0;
    sums.steps += 1;
    total += actual[h];
  }
  const std::vector<std::size_t> together(actual.size(), 0);
  const Totals sum = totals(forecast, together, 1);
  const Calibration& scale = calibrations.totals;
  sums.total_in80 += inside(scale.interval(sum.mean[0], sum.sigma[0], 0.80), total) ? 1 : 0;
  sums.total_in95 += inside(scale.interval(sum.mean[0], sum.sigma[0], 0.95), total) ? 1 : 0;
  sums.series += 1;
}

// With `transform` the members are fitted to a Box-Cox transform where the folds are for it.
void forecast_m3(benchmark::State& state, bool transform) {
  const std::vector<std::vector<double>> all = read_m3();
  if (all.empty()) {
    state.SkipWithError("no M3 data");
    return;
  }
  Sums sums;
  for (auto _ : state) {
    sums = {};
    for (const std::vector<double>& series : all) {
      const std::size_t n = series.size() - kM3Horizon;
      const std::span<const double> y = std::span(series).first(n);
      const double power = transform ? validated_power(y, 12, kM3Horizon) : 1;
      sums.transformed += power == 1 ? 0 : 1;
      const auto ensemble = [&](std::size_t training, std::size_t horizon) {
        return forecast_ensemble(y.first(training), 12, horizon, {.power = power}).combined;
      };
      const Forecaster candidates[] = {ensemble};
      const auto folds = cross_validate(candidates, plan_folds(n, 12, kM3Horizon), 1);
      judge(y, std::span(series).subspan(n), ensemble(n, kM3Horizon), calibrate(y, folds[0]), sums);
    }
  }
  state.counters["transformed"] = sums.transformed;
  state.counters["sMAPE"] = sums.smape / sums.steps;
  state.counters["MASE"] = sums.mase / sums.steps;
  state.counters["MSIS95"] = sums.msis / sums.steps;
  state.counters["cover80"] = sums.in80 / sums.steps;
  state.counters["cover95"] = sums.in95 / sums.steps;
  state.counters["total_cover80"] = sums.total_in80 / sums.series;
  state.counters["total_cover95"] = sums.total_in95 / sums.series;
}
BENCHMARK_CAPTURE(forecast_m3, plain, false)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(forecast_m3, box_cox, true)->Iterations(1)->Unit(benchmark::kSecond);

// Share of the series on which our AICc is at most R's + 0.01; ARIMA where the differences agree.
void parity_with_r(benchmark::State& state) {
  const std::vector<std::vector<double>> all = read_m3();
  if (all.empty()) {
    state.SkipWithError("no M3 data");
    return;
  }
  double series = 0, ets = 0, same = 0, arima = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::vector<double>* row = find_reference("m3." + std::to_string(i));
      if (row == nullptr) continue;
      const std::vector<double>& r = *row;
      const std::span<const double> y = std::span(all[i]).first(all[i].size() - kM3Horizon);
      series += 1;
      const EtsModel smooth = auto_ets(y, 12);
      ets += smooth.aicc <= r[0] + 0.01 ? 1 : 0;
      const ArimaModel model = auto_arima(y, 12);
      if (std::getenv("CLIENTELE_PARITY") != nullptr) {
        std::printf("%zu %s %.3f %.3f %s %.3f %.3f d %g D %g\n", i, name_of(smooth.form).c_str(),
                    smooth.aicc, r[0], name_of(model.order, 12).c_str(), model.aicc, r[1], r[2],
                    r[3]);
      }
      if (model.order.d != static_cast<int>(r[2]) || model.order.D != static_cast<int>(r[3])) {
        continue;
      }
      same += 1;
      arima += model.aicc <= r[1] + 0.01 ? 1 : 0;
    }
  }
  state.counters["series"] = series;
  state.counters["ETS"] = ets / series;
  state.counters["same_differences"] = same / series;
  state.counters["ARIMA"] = arima / same;
}
BENCHMARK(parity_with_r)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace clientele::forecast
