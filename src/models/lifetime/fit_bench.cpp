// Speed on 200 000 customers, convergence over 1 000 strange cohorts, coverage of the intervals.
// The customers are simulated, or read from the CSV (x,recency,age,mean_value) that
// CLIENTELE_COHORT names: bench/lifetime/compare.py gives lifetimes the same file.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/forecast.hpp"
#include "models/lifetime/purchase_history.hpp"
#include "models/lifetime/simulated_cohort.hpp"
#include "models/lifetime/stress_cohort.hpp"
#include "models/lifetime/value_intervals.hpp"

namespace clientele::lifetime {
namespace {

CohortPlan shop(std::size_t customers) {
  CohortPlan plan;
  plan.model = {.r = 0.55, .alpha = 10, .dropout_shape = 0.8, .dropout_scale = 2.4};
  plan.spend = {SpendCase::gamma_gamma, 6, 4, 15, 30};
  plan.customers = customers;
  plan.observed = 78;
  plan.acquired_within = 52;
  plan.tick = 1.0 / 7;
  return plan;
}

SimulatedCohort read_cohort(const char* path) {
  SimulatedCohort cohort;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream row(line);
    double value[4] = {};
    char comma = 0;
    for (double& v : value) row >> v >> comma;
    cohort.repeats.push_back(static_cast<std::uint32_t>(value[0]));
    cohort.recency.push_back(value[1]);
    cohort.age.push_back(value[2]);
    cohort.mean_value.push_back(value[3]);
  }
  return cohort;
}

const SimulatedCohort& cohort() {
  static const SimulatedCohort kCohort = [] {
    const char* path = std::getenv("CLIENTELE_COHORT");
    return path != nullptr ? read_cohort(path) : simulate(shop(200000));
  }();
  return kCohort;
}

SummaryTable table_of(const SimulatedCohort& customers) {
  return collapse(customers.repeats, customers.recency, customers.age).value();
}

void report(benchmark::State& state, const PurchaseFit& fit) {
  state.counters["log_likelihood"] = fit.log_likelihood;
  state.counters["evaluations"] = fit.evaluations;
  state.counters["r"] = fit.model.r;
  state.counters["alpha"] = fit.model.alpha;
  state.counters["shape"] = fit.model.dropout_shape;
  state.counters["scale"] = fit.model.dropout_scale;
}

// From the customers' columns to the parameters: collapsing included.
void fit(benchmark::State& state) {
  const auto family = static_cast<Family>(state.range(0));
  PurchaseFit last;
  cohort();
  for (auto _ : state) last = fit_purchases(table_of(cohort()), family, state.range(1));
  report(state, last);
}
BENCHMARK(fit)
    ->ArgsProduct({{0, 1, 2}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

// Horizons 6, 12, 36 with monthly discounting, and the money of every customer.
void forecast(benchmark::State& state) {
  const auto family = static_cast<Family>(state.range(0));
  const SummaryTable table = table_of(cohort());
  const PurchaseModel model = fit_purchases(table, family).model;
  const SpendTable spend = spend_table(cohort().repeats, cohort().mean_value);
  const SpendModel spent = fit_spend(spend, 0).model;
  const ForecastPlan plan{{6, 12, 36}, 4.345, 0.01};
  double total = 0;
  for (auto _ : state) {
    const auto expected = forecast_purchases(table, model, plan, state.range(1));
    const auto values = lifetime_values(table, expected, spent, cohort().mean_value);
    total = 0;
    for (std::size_t i = 1; i < values.size(); i += 3) total += values[i];
  }
  state.counters["total_12"] = total;
}
BENCHMARK(forecast)
    ->ArgsProduct({{0, 1, 2}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void spend_fit(benchmark::State& state) {
  SpendFit last;
  for (auto _ : state) {
    last = fit_spend(spend_table(cohort().repeats, cohort().mean_value), 0);
  }
  state.counters["p"] = last.model.p;
  state.counters["q"] = last.model.q;
  state.counters["v"] = last.model.v;
}
BENCHMARK(spend_fit)->Unit(benchmark::kMillisecond)->UseRealTime();

void refits_200(benchmark::State& state) {
  const auto family = static_cast<Family>(state.range(0));
  const SummaryTable table = table_of(cohort());
  const PurchaseModel model = fit_purchases(table, family).model;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bootstrap_purchases(table, model, 200, 1, state.range(1)));
  }
}
BENCHMARK(refits_200)
    ->ArgsProduct({{0, 1, 2}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Iterations(1);

void intervals(benchmark::State& state) {
  const SummaryTable table = table_of(cohort());
  const SpendTable spend = spend_table(cohort().repeats, cohort().mean_value);
  FittedPair pair{fit_purchases(table, Family::bg_nbd).model, fit_spend(spend, 0).model, {}, {}};
  pair.purchase_refits = bootstrap_purchases(table, pair.purchases, 50, 1, 2);
  pair.spend_refits = bootstrap_spend(spend, 0, 50, 2, 2);
  const ForecastPlan plan{{6, 12, 36}, month_length(Clock::week), 0.0};
  const IntervalSettings settings{.draws = 100, .threads = 2};
  for (auto _ : state) {
    benchmark::DoNotOptimize(value_intervals(table, pair, cohort().mean_value, plan, settings));
  }
}
BENCHMARK(intervals)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

bool sound(const SummaryTable& table, const PurchaseFit& fitted) {
  if (!fitted.converged || !(fitted.log_likelihood >= fitted.nbd_log_likelihood)) return false;
  const auto got = forecast_purchases(table, fitted.model, {{36}, table.longest_age / 18, 0});
  for (std::size_t i = 0; i < got.expected.size(); ++i) {
    if (!(got.expected[i] >= 0) || !std::isfinite(got.expected[i])) return false;
    if (!(got.alive[i] >= 0 && got.alive[i] <= 1)) return false;
  }
  return true;
}

bool sound(const SpendFit& fitted) {
  const auto usable = [](double mean) { return std::isfinite(mean) && mean >= 0; };
  return fitted.converged && usable(expected_spend(fitted.model, 0, 0)) &&
         usable(expected_spend(fitted.model, 3, 1e-3)) &&
         usable(expected_spend(fitted.model, 3, 1e6));
}

// Cohorts [first, first + count) of 50 to 200 000 customers: counts the fits of each purchase model
// and of the spend model that converged to finite forecasts, and names the others.
void convergence(benchmark::State& state) {
  double found[4] = {}, limits = 0, most = 0;
  const auto first = static_cast<std::uint64_t>(state.range(0));
  const auto count = static_cast<std::uint64_t>(state.range(1));
  for (auto _ : state) {
    for (std::uint64_t i = first; i < first + count; ++i) {
      const SimulatedCohort world = simulate(stress_cohort(i, 200000));
      const SummaryTable table = table_of(world);
      for (int family = 0; family < 3; ++family) {
        const PurchaseFit fitted = fit_purchases(table, static_cast<Family>(family), 2);
        const bool good = sound(table, fitted);
        found[family] += good;
        limits += fitted.model.limit != LimitCase::none;
        most = std::max(most, static_cast<double>(fitted.evaluations));
        if (!good)
          std::fprintf(stderr, "cohort %d, family %d failed\n", static_cast<int>(i), family);
      }
      const bool good = sound(fit_spend(spend_table(world.repeats, world.mean_value), 1.0));
      found[3] += good;
      if (!good) std::fprintf(stderr, "cohort %d, spend failed\n", static_cast<int>(i));
    }
  }
  state.counters["bg"] = found[0];
  state.counters["mbg"] = found[1];
  state.counters["pareto"] = found[2];
  state.counters["spend"] = found[3];
  state.counters["at_a_limit"] = limits;
  state.counters["most_evaluations"] = most;
}
BENCHMARK(convergence)
    ->ArgsProduct({benchmark::CreateDenseRange(0, 900, 100), {100}})
    ->Unit(benchmark::kSecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Iterations(1);

// Shares of customers (whose interval is not the point 0) and of totals inside their 80 % interval.
void coverage_200(benchmark::State& state) {
  const auto family = static_cast<Family>(state.range(0));
  double customers = 0, inside = 0, all = 0, all_inside = 0, totals = 0;
  for (auto _ : state) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CohortPlan plan = shop(1000);
      plan.model.family = family;
      if (family == Family::pareto_nbd) plan.model.dropout_scale = 30;
      plan.future = 12 * month_length(Clock::week);
      plan.seed = seed;
      const SimulatedCohort world = simulate(plan);
      const SummaryTable table = table_of(world);
      const SpendTable spend = spend_table(world.repeats, world.mean_value);
      FittedPair pair{fit_purchases(table, family).model, fit_spend(spend, 0).model, {}, {}};
      pair.purchase_refits = bootstrap_purchases(table, pair.purchases, 50, seed, 2);
      pair.spend_refits = bootstrap_spend(spend, 0, 50, seed + 1, 2);
      const ForecastPlan horizon{{12}, month_length(Clock::week), 0.0};
      const ValueIntervals got = value_intervals(table, pair, world.mean_value, horizon,
                                                 {.draws = 100, .seed = seed, .threads = 2});
      double actual = 0;
      for (std::size_t i = 0; i < world.age.size(); ++i) {
        const double value = world.future_value[i];
        const bool in = value >= got.low[i] && value <= got.high[i];
        actual += value;
        all += 1;
        all_inside += in;
        customers += got.high[i] > 0;
        inside += in && got.high[i] > 0;
      }
      totals += actual >= got.total_low[0] && actual <= got.total_high[0];
    }
  }
  state.counters["customers"] = inside / customers;
  state.counters["with_points"] = all_inside / all;
  state.counters["totals"] = totals / 200;
}
BENCHMARK(coverage_200)
    ->Arg(0)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kSecond)
    ->UseRealTime()
    ->Iterations(1);

}  // namespace
}  // namespace clientele::lifetime
