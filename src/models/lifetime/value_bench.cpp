// Coverage of the 80 % intervals from orders to money, as the endpoint computes them: every
// customer and the total, for every algorithm, on shops simulated from each purchase model.
#include <benchmark/benchmark.h>

#include "models/lifetime/simulated_orders.hpp"
#include "models/lifetime/value_forecast.hpp"

namespace clientele::lifetime {
namespace {

ShopPlan shop_of(Family family) {
  ShopPlan plan;
  plan.model = {.family = family, .r = 0.9, .alpha = 8, .dropout_shape = 0.8, .dropout_scale = 6};
  if (family == Family::pareto_nbd) plan.model.dropout_scale = 40;
  return plan;
}

// Arguments: the world's model, the algorithm used (4 = the one chosen), shops.
void value_coverage(benchmark::State& state) {
  double customers = 0, inside = 0, points = 0, points_inside = 0, totals = 0, bias = 0;
  const int shops = static_cast<int>(state.range(2));
  for (auto _ : state) {
    for (int i = 0; i < shops; ++i) {
      ShopPlan plan = shop_of(static_cast<Family>(state.range(0)));
      plan.seed = static_cast<std::uint64_t>(i);
      const SimulatedShop shop = simulate_orders(plan);
      ValueForecastSettings settings;
      settings.end = shop.end;
      settings.months = {12};
      settings.threads = 2;
      if (state.range(1) < 4) settings.only = static_cast<Algorithm>(state.range(1));
      const ValueForecast got = forecast_values(shop.orders, settings).value();
      double actual = 0;
      for (std::size_t k = 0; k < got.history.size(); ++k) {
        const double value = shop.future_value[got.history.customer[k]];
        const bool in = value >= got.low[k] && value <= got.high[k];
        actual += value;
        (got.high[k] > 0 ? customers : points) += 1;
        (got.high[k] > 0 ? inside : points_inside) += in;
      }
      totals += actual >= got.total_low[0] && actual <= got.total_high[0];
      bias += (got.total[0] / actual - 1) / shops;
    }
  }
  state.counters["customers"] = inside / customers;
  state.counters["with_points"] = (inside + points_inside) / (customers + points);
  state.counters["totals"] = totals / shops;
  state.counters["bias"] = bias;
}
BENCHMARK(value_coverage)
    ->ArgsProduct({{0, 1, 2}, {0, 1, 2, 3, 4}, {60}})
    ->Unit(benchmark::kSecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Iterations(1);

}  // namespace
}  // namespace clientele::lifetime
