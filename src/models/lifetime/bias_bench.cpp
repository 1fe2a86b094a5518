// Bias of the total and RMSE (purchases) of forecasts up to the end of the data, on every split at
// hand: open data and simulated shops, also such whose purchases swing with the year. Prints a line
// a split and the mean of |bias|; the figures, also those of totals corrected by how earlier
// forecasts fared (worse), are in bench/RESULTS.md.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/holdout.hpp"
#include "models/lifetime/simulated_orders.hpp"

namespace clientele::lifetime {
namespace {

double sum_of_biases = 0;
int splits = 0;

void study(const std::string& name, const std::vector<Order>& orders, Date end, Date last) {
  const PurchaseHistory history = reduce(orders, Clock::week, end);
  const HoldoutActuals actual = holdout_actuals(history, orders, end, last);
  const SummaryTable table = collapse(history.repeats, history.recency, history.age).value();
  std::printf("%-28s", name.c_str());
  for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
    const PurchaseModel model = fit_purchases(table, family).model;
    std::vector<double> forecast(history.size());
    for (std::size_t i = 0; i < forecast.size(); ++i) {
      const Past past{history.repeats[i], history.recency[i], history.age[i]};
      forecast[i] = expected_purchases(model, past, (last - end) / 7.0);
    }
    const ForecastAccuracy found = accuracy(forecast, actual.purchases);
    sum_of_biases += std::abs(*found.bias);
    ++splits;
    std::printf("  %+6.3f (%5.3f)", *found.bias, found.rmse);
  }
  std::printf("\n");
}

void report(const char* kind) {
  if (splits > 0) std::printf("%s: mean |bias| %.3f\n", kind, sum_of_biases / splits);
  sum_of_biases = 0;
  splits = 0;
}

void forecast_bias(benchmark::State& state) {
  for (auto _ : state) {
    if (const auto path = open_data("online_retail.csv.gz")) {
      const auto orders = online_retail_orders(*path);
      for (const char* end :
           {"2011-05-31", "2011-06-30", "2011-07-31", "2011-08-31", "2011-09-30", "2011-10-31"}) {
        study(std::string("retail ") + end, orders, *parse_date(end), *parse_date("2011-12-09"));
      }
      report("Online Retail");
    }
    if (const auto path = open_data("cdnow_sample.txt")) {
      const auto orders = cdnow_orders(*path);
      for (const char* end : {"1997-06-30", "1997-09-30", "1997-12-31", "1998-03-31"}) {
        study(std::string("CDNOW ") + end, orders, *parse_date(end), *parse_date("1998-06-30"));
      }
      report("CDNOW");
    }
    for (const double season : {0.0, 0.3}) {
      for (int seed = 0; seed < 6; ++seed) {
        ShopPlan plan;
        plan.model = {.r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
        plan.customers = 2000;
        plan.season = season;
        plan.seed = static_cast<std::uint64_t>(seed);
        plan.known_days = 700;
        plan.future_days = 0;
        const SimulatedShop shop = simulate_orders(plan);
        study("season " + std::to_string(season), shop.orders, {420 + 20 * seed},
              {560 + 20 * seed});
      }
      report(season > 0 ? "simulated, seasonal" : "simulated, steady");
    }
  }
}
BENCHMARK(forecast_bias)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace clientele::lifetime
