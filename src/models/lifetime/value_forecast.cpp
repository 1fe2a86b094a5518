#include "models/lifetime/value_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/lifetime/boosted_value.hpp"
#include "models/lifetime/forecast.hpp"
#include "models/lifetime/value_intervals.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::array kFamilies{Family::bg_nbd, Family::mbg_nbd, Family::pareto_nbd};
constexpr std::size_t kPurchaseModels = kFamilies.size();
constexpr std::size_t kBoosting = static_cast<std::size_t>(Algorithm::gradient_boosting);
constexpr std::size_t kRefits = 50;
constexpr std::size_t kFewestToJudge = 30;  // customers; fewer say nothing about a model
constexpr double kDaysOfMonth = 365.25 / 12;

int days_of_months(int months) { return static_cast<int>(std::lround(months * kDaysOfMonth)); }

double mean_of_purchases(const PurchaseHistory& history) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const double purchases = history.repeats[i] + 1.0;
    sum += purchases * history.mean_purchase_value[i];
    count += purchases;
  }
  return count > 0 ? sum / count : 0.0;
}

SpendFit fit_spend_of(const PurchaseHistory& history) {
  return fit_spend(spend_table(history.repeats, history.mean_repeat_value),
                   mean_of_purchases(history));
}

class Forecaster {
 public:
  Forecaster(std::span<const Order> orders, const ValueForecastSettings& settings)
      : orders_(orders),
        settings_(settings),
        first_(std::min_element(orders.begin(), orders.end(),
                                [](const Order& a, const Order& b) { return a.day < b.day; })
                   ->day),
        horizon_days_(days_of_months(settings.months.back())) {}

  Result<ValueForecast> run() {
    result_.history = reduce(orders_, settings_.clock, settings_.end);
    const PurchaseHistory& history = result_.history;
    if (history.size() == 0) {
      return invalid("/customers", "no_orders", "No customer has an order on or before today.");
    }
    auto table = collapse(history.repeats, history.recency, history.age);
    if (!table) return std::move(table).error();
    const auto days = purchase_days({orders_.begin(), orders_.end()});
    result_.regularity = regularity(days);
    result_.correlation = value_correlation(history.repeats, history.mean_repeat_value);
    result_.spend = fit_spend_of(history);
    judge();
    if (settings_.only) result_.best = *settings_.only;
    for (std::size_t i = 0; i < kPurchaseModels; ++i) {
      Candidate& candidate = result_.candidates[i];
      candidate.exists = true;
      candidate.fit = fit_purchases(*table, kFamilies[i], settings_.threads);
    }
    fill_values(*table);
    if (result_.best == Algorithm::gradient_boosting && !result_.candidates[kBoosting].exists) {
      return invalid("/algorithm", "too_little_history",
                     "GradientBoosting needs four weeks of orders and 50 customers who bought in "
                     "the first two thirds of them; leave algorithm out to have one chosen.");
    }
    return std::move(result_);
  }

 private:
  // Accuracy of every candidate on the hold-out, and the choice.
  void judge() {
    result_.holdout = holdout_split(first_, settings_.end, horizon_days_);
    if (!result_.holdout) return;
    const auto [fit_end, last] = *result_.holdout;
    const PurchaseHistory known = reduce(orders_, settings_.clock, fit_end);
    const auto table = collapse(known.repeats, known.recency, known.age);
    if (known.size() < kFewestToJudge || !table) {
      result_.holdout.reset();
      return;
    }
    const HoldoutActuals actual = holdout_actuals(known, orders_, fit_end, last);
    const SpendModel spend = fit_spend_of(known).model;
    const double time = (last - fit_end) / days_of(settings_.clock);
    std::vector<double> predicted(known.size());
    for (std::size_t m = 0; m < kPurchaseModels; ++m) {
      const PurchaseModel model = fit_purchases(*table, kFamilies[m], settings_.threads).model;
      for (std::size_t i = 0; i < known.size(); ++i) {
        const Past past{known.repeats[i], known.recency[i], known.age[i]};
        predicted[i] = expected_purchases(model, past, time) *
                       expected_spend(spend, past.repeats, known.mean_repeat_value[i]);
      }
      result_.candidates[m].accuracy = accuracy(predicted, actual.value);
    }
    const auto boosted = boosted_value(orders_, known, settings_.clock, first_, fit_end,
                                       last - fit_end, settings_.threads);
    if (boosted) {
      for (std::size_t i = 0; i < known.size(); ++i) {
        predicted[i] = boosted->daily[i] * (last - fit_end);
      }
      result_.candidates[kBoosting].accuracy = accuracy(predicted, actual.value);
    }
    pick();
  }

  void pick() {
    std::vector<ForecastAccuracy> judged;
    std::vector<Algorithm> algorithms;
    for (std::size_t i = 0; i < kAlgorithms; ++i) {
      if (!result_.candidates[i].accuracy) continue;
      judged.push_back(*result_.candidates[i].accuracy);
      algorithms.push_back(static_cast<Algorithm>(i));
    }
    const Choice choice = choose(judged);
    result_.best = algorithms[choice.index];
    result_.unbiased = choice.unbiased;
  }

  // The purchase model that speaks of purchases and intervals: the best one, or the best of them.
  std::size_t reference() const {
    if (result_.best != Algorithm::gradient_boosting) {
      return static_cast<std::size_t>(result_.best);
    }
    std::size_t best = 1;
    for (std::size_t i = 0; i < kPurchaseModels && result_.holdout; ++i) {
      if (result_.candidates[i].accuracy->mae < result_.candidates[best].accuracy->mae) best = i;
    }
    return best;
  }

  void fill_values(const SummaryTable& table) {
    const PurchaseHistory& history = result_.history;
    const ForecastPlan plan{settings_.months, month_length(settings_.clock),
                            monthly_rate(settings_.annual_discount)};
    const Candidate& model = result_.candidates[reference()];
    const PurchaseForecast forecast =
        forecast_purchases(table, model.fit.model, plan, settings_.threads);
    const std::size_t horizons = result_.horizons = settings_.months.size();
    result_.value =
        lifetime_values(table, forecast, result_.spend.model, history.mean_repeat_value);
    const ValueIntervals intervals = intervals_of(table, model.fit.model, plan);
    result_.low = intervals.low;
    result_.high = intervals.high;
    result_.total_low = intervals.total_low;
    result_.total_high = intervals.total_high;
    for (std::size_t i = 0; i < history.size(); ++i) {
      result_.alive.push_back(forecast.alive[table.row_of[i]]);
      for (std::size_t h = 0; h < horizons; ++h) {
        result_.purchases.push_back(forecast.expected[table.row_of[i] * horizons + h]);
      }
    }
    if (result_.best == Algorithm::gradient_boosting) use_boosting(plan);
    result_.total.assign(horizons, 0.0);
    for (std::size_t i = 0; i < history.size(); ++i) {
      for (std::size_t h = 0; h < horizons; ++h) {
        result_.total[h] += result_.value[i * horizons + h];
      }
    }
  }

  ValueIntervals intervals_of(const SummaryTable& table, const PurchaseModel& model,
                              const ForecastPlan& plan) const {
    const auto& history = result_.history;
    const FittedPair pair{
        model, result_.spend.model,
        bootstrap_purchases(table, model, kRefits, settings_.seed, settings_.threads),
        bootstrap_spend(spend_table(history.repeats, history.mean_repeat_value),
                        mean_of_purchases(history), kRefits, settings_.seed, settings_.threads)};
    IntervalSettings settings;
    settings.seed = settings_.seed;
    settings.threads = settings_.threads;
    return value_intervals(table, pair, history.mean_repeat_value, plan, settings);
  }

  // Replaces the values by those of the trees; intervals keep their relative width.
  void use_boosting(const ForecastPlan& plan) {
    const auto boosted = boosted_value(orders_, result_.history, settings_.clock, first_,
                                       settings_.end, horizon_days_, settings_.threads);
    if (!boosted) return;
    result_.candidates[kBoosting].exists = true;
    const std::size_t horizons = result_.horizons;
    std::vector<double> before(horizons, 0.0), after(horizons, 0.0);
    for (std::size_t h = 0; h < horizons; ++h) {
      const int months = plan.months[h];
      double discount = 0;  // mean discount factor of the months
      for (int m = 1; m <= months; ++m)
        discount += std::pow(1 + plan.monthly_discount, -m) / months;
      for (std::size_t i = 0; i < result_.history.size(); ++i) {
        const std::size_t at = i * horizons + h;
        const double model = result_.value[at];
        const double trees = boosted->daily[i] * months * kDaysOfMonth * discount;
        before[h] += model;
        after[h] += trees;
        const double ratio = model > 0 ? trees / model : 1.0;
        result_.value[at] = trees;
        result_.low[at] = std::min(trees, result_.low[at] * ratio);
        result_.high[at] = std::max(trees, result_.high[at] * ratio);
      }
      const double ratio = before[h] > 0 ? after[h] / before[h] : 1.0;
      result_.total_low[h] *= ratio;
      result_.total_high[h] *= ratio;
    }
  }

  std::span<const Order> orders_;
  const ValueForecastSettings& settings_;
  Date first_;
  int horizon_days_;
  ValueForecast result_;
};

}  // namespace

Result<ValueForecast> forecast_values(std::span<const Order> orders,
                                      const ValueForecastSettings& settings) {
  if (orders.empty()) {
    return invalid("/customers", "no_orders", "No customer has an order on or before today.");
  }
  return Forecaster(orders, settings).run();
}

}  // namespace clientele::lifetime
