#include "models/lifetime/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/parallel.hpp"
#include "models/lifetime/purchase_curve.hpp"

namespace clientele::lifetime {
namespace {

// The present value of a horizon as a combination of the undiscounted expectations E_i: by
// summation by parts, sum_{i<M} E_i (d_i - d_{i+1}) + E_M d_M with d_i = (1 + rate)^-i.
struct Step {
  double time;
  std::vector<double> share;  // per horizon
  std::size_t horizon;        // the one that ends here, or `horizons`
};

std::vector<Step> steps_of(const ForecastPlan& plan) {
  const std::size_t horizons = plan.months.size();
  std::vector<Step> steps;
  if (horizons == 0) return steps;
  const double factor = 1.0 / (1.0 + plan.monthly_discount);
  const int last = *std::max_element(plan.months.begin(), plan.months.end());
  for (int month = 1; month <= last; ++month) {
    Step step{month * plan.month_length, std::vector<double>(horizons), horizons};
    const double now = std::pow(factor, month);
    for (std::size_t h = 0; h < horizons; ++h) {
      if (month < plan.months[h]) step.share[h] = now * (1.0 - factor);
      if (month == plan.months[h]) {
        step.share[h] = now;
        step.horizon = h;
      }
    }
    if (plan.monthly_discount != 0 || step.horizon < horizons) steps.push_back(std::move(step));
  }
  return steps;
}

// The rows of one group, forecast together.
class GroupForecast {
 public:
  GroupForecast(const SummaryTable& table, const PurchaseModel& model, std::size_t group,
                const std::vector<Step>& steps)
      : table_(table),
        model_(model),
        steps_(steps),
        group_(group),
        curve_(model, table.repeats[group], table.age[table.begin[group]],
               steps.empty() ? 0.0 : steps.back().time,
               (table.begin[group + 1] - table.begin[group]) * steps.size()) {}

  void write(std::size_t begin, std::size_t end, PurchaseForecast& forecast) const {
    const std::size_t horizons = forecast.horizons;
    alive(begin, end, forecast);
    std::vector<double> age;  // distinct, ascending
    std::vector<std::size_t> place;
    for (std::size_t i = begin; i < end; ++i) {
      if (age.empty() || table_.age[i] != age.back()) age.push_back(table_.age[i]);
      place.push_back(age.size() - 1);
    }
    std::vector<double> now(age.size());
    std::vector<double> discounted(age.size() * horizons);
    for (const Step& step : steps_) {
      curve_.evaluate(age, step.time, now);
      for (std::size_t h = 0; h < horizons; ++h) {
        if (step.share[h] == 0) continue;
        for (std::size_t a = 0; a < age.size(); ++a) {
          discounted[h * age.size() + a] += step.share[h] * now[a];
        }
      }
      if (step.horizon == horizons) continue;
      for (std::size_t i = begin; i < end; ++i) {
        forecast.expected[i * horizons + step.horizon] = forecast.alive[i] * now[place[i - begin]];
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t h = 0; h < horizons; ++h) {
        forecast.discounted[i * horizons + h] =
            forecast.alive[i] * discounted[h * age.size() + place[i - begin]];
      }
    }
  }

 private:
  void alive(std::size_t begin, std::size_t end, PurchaseForecast& forecast) const {
    probabilities_alive(
        model_, table_.repeats[group_], {table_.recency.data() + begin, end - begin},
        {table_.age.data() + begin, end - begin}, {forecast.alive.data() + begin, end - begin});
  }

  const SummaryTable& table_;
  const PurchaseModel& model_;
  const std::vector<Step>& steps_;
  std::size_t group_;
  PurchaseCurve curve_;
};

}  // namespace

double monthly_rate(double annual) { return std::expm1(std::log1p(annual) / 12.0); }

PurchaseForecast forecast_purchases(const SummaryTable& table, const PurchaseModel& model,
                                    const ForecastPlan& plan, std::size_t threads) {
  PurchaseForecast forecast;
  forecast.horizons = plan.months.size();
  forecast.alive.resize(table.rows());
  forecast.expected.resize(table.rows() * forecast.horizons);
  forecast.discounted.resize(table.rows() * forecast.horizons);
  const std::vector<Step> steps = steps_of(plan);
  std::vector<std::unique_ptr<GroupForecast>> groups(table.groups());
  const std::size_t chunks = (table.groups() + 3) / 4;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(table.groups(), chunks, chunk);
    for (std::size_t g = range.begin; g < range.end; ++g) {
      groups[g] = std::make_unique<GroupForecast>(table, model, g, steps);
    }
  });
  const std::vector<Block> work = blocks(table);
  parallel_for(threads, work.size(), [&](std::size_t chunk) {
    const Block& block = work[chunk];
    groups[block.group]->write(block.begin, block.end, forecast);
  });
  return forecast;
}

std::vector<std::uint32_t> row_repeats(const SummaryTable& table) {
  std::vector<std::uint32_t> repeats(table.rows());
  for (std::size_t g = 0; g < table.groups(); ++g) {
    std::fill(repeats.begin() + static_cast<std::ptrdiff_t>(table.begin[g]),
              repeats.begin() + static_cast<std::ptrdiff_t>(table.begin[g + 1]), table.repeats[g]);
  }
  return repeats;
}

std::vector<double> lifetime_values(const SummaryTable& table, const PurchaseForecast& forecast,
                                    const SpendModel& spend, std::span<const double> mean_value) {
  const std::vector<std::uint32_t> repeats = row_repeats(table);
  const std::size_t horizons = forecast.horizons;
  std::vector<double> values(table.customers() * horizons);
  for (std::size_t i = 0; i < table.customers(); ++i) {
    const std::size_t row = table.row_of[i];
    const double each = expected_spend(spend, repeats[row], mean_value[i]);
    for (std::size_t h = 0; h < horizons; ++h) {
      values[i * horizons + h] = each * forecast.discounted[row * horizons + h];
    }
  }
  return values;
}

}  // namespace clientele::lifetime
