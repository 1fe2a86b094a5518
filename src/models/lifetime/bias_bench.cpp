// Bias of the total and RMSE (purchases) of forecasts up to the end of the data, on every split at
// hand: open data and simulated shops, also such whose purchases swing with the year. Prints a line
// a split and the mean of |bias|; the figures, also those of totals corrected by how earlier
// forecasts fared (worse), are in bench/RESULTS.md.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "models/lifetime/boosted_value.hpp"
#include "models/lifetime/fit.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/holdout.hpp"
#include "models/lifetime/simulated_orders.hpp"

namespace clientele::lifetime {
namespace {

double sum_of_biases = 0;
int splits = 0;
double trees_biases = 0, mean_biases = 0;
int tree_splits = 0;
Date days_first(const std::vector<Order>& days) {
  Date first = days[0].day;
  for (const auto& d : days) first = std::min(first, d.day);
  return first;
}

void study(const std::string& name, const std::vector<Order>& orders, Date end, Date last) {
  const PurchaseHistory history = reduce(orders, Clock::week, end);
  const HoldoutActuals actual = holdout_actuals(history, orders, end, last);
  const SummaryTable table = collapse(history.repeats, history.recency, history.age).value();
  std::printf("%-28s", name.c_str());
  std::vector<double> mean(history.size());
  for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd}) {
    const PurchaseModel model = fit_purchases(table, family).model;
    std::vector<double> forecast(history.size());
    for (std::size_t i = 0; i < forecast.size(); ++i) {
      const Past past{history.repeats[i], history.recency[i], history.age[i]};
      forecast[i] = expected_purchases(model, past, (last - end) / 7.0);
    }
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += forecast[i];
    const ForecastAccuracy found = accuracy(forecast, actual.purchases);
    sum_of_biases += std::abs(*found.bias);
    ++splits;
    std::printf("  %+6.3f (%5.3f)", *found.bias, found.rmse);
  }
  std::vector<Order> days;
  for (const PurchaseDay& d : purchase_days(orders)) days.push_back({d.customer, d.day, 1.0});
  const PurchaseHistory ones = reduce(days, Clock::week, end);
  const auto trees = boosted_value(days, ones, Clock::week, days_first(days), end, last - end);
  if (trees) {
    const PurchaseModel model = fit_purchases(table, Family::mbg_nbd).model;
    std::vector<double> forecast(history.size());
    for (std::size_t i = 0; i < forecast.size(); ++i) {
      const Past past{history.repeats[i], history.recency[i], history.age[i]};
      forecast[i] = trees->daily[i] * trees->window_days *
                    expected_purchases(model, past, (last - end) / 7.0) /
                    expected_purchases(model, past, trees->window_days / 7.0);
      mean[i] += forecast[i];
    }
    const ForecastAccuracy found = accuracy(forecast, actual.purchases);
    for (double& m : mean) m /= 4;
    const ForecastAccuracy all = accuracy(mean, actual.purchases);
    std::printf("  trees %+6.3f (%5.3f)  mean %+6.3f (%5.3f)", *found.bias, found.rmse, *all.bias,
                all.rmse);
    trees_biases += std::abs(*found.bias);
    mean_biases += std::abs(*all.bias);
    ++tree_splits;
  }
  std::printf("\n");
}

void report(const char* kind) {
  if (splits > 0) std::printf("%s: mean |bias| %.3f\n", kind, sum_of_biases / splits);
  if (tree_splits > 0)
    std::printf("%s: trees %.3f mean %.3f (%d)\n", kind, trees_biases / tree_splits,
                mean_biases / tree_splits, tree_splits);
  trees_biases = mean_biases = 0;
  tree_splits = 0;
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
