// Bias of the total and RMSE (purchases) of forecasts up to the end of the data, on every split at
// hand: open data and simulated shops, also such whose purchases swing with the year. Prints a line
// a split (BG, Pareto, MBG, the trees, the mean of the four) and the means of |bias|; the figures,
// also those of totals corrected by how earlier forecasts fared (worse), are in bench/RESULTS.md.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "models/lifetime/boosted_value.hpp"
#include "models/lifetime/fit.hpp"
#include "models/lifetime/golden_rows.hpp"
#include "models/lifetime/holdout.hpp"
#include "models/lifetime/simulated_orders.hpp"

namespace clientele::lifetime {
namespace {

// Mean of |bias| over splits.
struct Tally {
  double sum = 0;
  int splits = 0;

  double mean() const { return splits > 0 ? sum / splits : 0.0; }
};

struct Tallies {
  Tally models, trees, blend;
};

void judge(const char* name, const std::vector<double>& forecast, const HoldoutActuals& actual,
           Tally& tally) {
  const ForecastAccuracy found = accuracy(forecast, actual.purchases);
  tally.sum += std::abs(*found.bias);
  ++tally.splits;
  std::printf("  %s%+6.3f (%5.3f)", name, *found.bias, found.rmse);
}

std::vector<double> purchases_within(const PurchaseHistory& history, const PurchaseModel& model,
                                     double weeks) {
  std::vector<double> forecast(history.size());
  for (std::size_t i = 0; i < forecast.size(); ++i) {
    const Past past{history.repeats[i], history.recency[i], history.age[i]};
    forecast[i] = expected_purchases(model, past, weeks);
  }
  return forecast;
}

// The trees' forecast of purchases: every purchase day is worth 1.
std::optional<std::vector<double>> boosted_purchases(const std::vector<Order>& orders,
                                                     const PurchaseModel& model, Date end,
                                                     Date last) {
  std::vector<Order> days;
  Date first = end;
  for (const PurchaseDay& bought : purchase_days(orders)) {
    days.push_back({bought.customer, bought.day, 1.0});
    first = std::min(first, bought.day);
  }
  const PurchaseHistory history = reduce(days, Clock::week, end);
  const auto trees = boosted_value(days, history, Clock::week, first, end, last - end);
  if (!trees) return std::nullopt;
  std::vector<double> forecast = purchases_within(history, model, (last - end) / 7.0);
  const std::vector<double> window = purchases_within(history, model, trees->window_days / 7.0);
  for (std::size_t i = 0; i < forecast.size(); ++i) {
    forecast[i] *= trees->daily[i] * trees->window_days / window[i];
  }
  return forecast;
}

void study(const std::string& name, const std::vector<Order>& orders, Date end, Date last,
           Tallies& tallies) {
  const PurchaseHistory history = reduce(orders, Clock::week, end);
  const HoldoutActuals actual = holdout_actuals(history, orders, end, last);
  const SummaryTable table = collapse(history.repeats, history.recency, history.age).value();
  std::printf("%-28s", name.c_str());
  std::vector<double> blend(history.size());
  PurchaseModel model;
  for (const Family family : {Family::bg_nbd, Family::pareto_nbd, Family::mbg_nbd}) {
    model = fit_purchases(table, family).model;
    const std::vector<double> forecast = purchases_within(history, model, (last - end) / 7.0);
    for (std::size_t i = 0; i < blend.size(); ++i) blend[i] += forecast[i] / 4;
    judge("", forecast, actual, tallies.models);
  }
  if (const auto trees = boosted_purchases(orders, model, end, last)) {
    for (std::size_t i = 0; i < blend.size(); ++i) blend[i] += (*trees)[i] / 4;
    judge("trees ", *trees, actual, tallies.trees);
    judge("blend ", blend, actual, tallies.blend);
  }
  std::printf("\n");
}

void report(const char* kind, const Tallies& tallies) {
  std::printf("%s: mean |bias| of models %.3f, trees %.3f, blend %.3f\n", kind,
              tallies.models.mean(), tallies.trees.mean(), tallies.blend.mean());
}

void forecast_bias(benchmark::State& state) {
  for (auto _ : state) {
    if (const auto path = open_data("online_retail.csv.gz")) {
      Tallies tallies;
      const auto orders = online_retail_orders(*path);
      for (const char* end :
           {"2011-05-31", "2011-06-30", "2011-07-31", "2011-08-31", "2011-09-30", "2011-10-31"}) {
        study(std::string("retail ") + end, orders, *parse_date(end), *parse_date("2011-12-09"),
              tallies);
      }
      report("Online Retail", tallies);
    }
    if (const auto path = open_data("cdnow_sample.txt")) {
      Tallies tallies;
      const auto orders = cdnow_orders(*path);
      for (const char* end : {"1997-06-30", "1997-09-30", "1997-12-31", "1998-03-31"}) {
        study(std::string("CDNOW ") + end, orders, *parse_date(end), *parse_date("1998-06-30"),
              tallies);
      }
      report("CDNOW", tallies);
    }
    for (const double season : {0.0, 0.3}) {
      Tallies tallies;
      for (int seed = 0; seed < 6; ++seed) {
        ShopPlan plan;
        plan.model = {.r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
        plan.customers = 2000;
        plan.season = season;
        plan.seed = static_cast<std::uint64_t>(seed);
        plan.known_days = 700;
        plan.future_days = 0;
        const SimulatedShop shop = simulate_orders(plan);
        study("season " + std::to_string(season), shop.orders, {420 + 20 * seed}, {560 + 20 * seed},
              tallies);
      }
      report(season > 0 ? "simulated, seasonal" : "simulated, steady", tallies);
    }
  }
}
BENCHMARK(forecast_bias)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace clientele::lifetime
