#include "models/lifetime/value_forecast.hpp"

#include <algorithm>
#include <cmath>

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
constexpr double kQuantile90 = 1.2815515655446004;  // of the normal distribution

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

// Money expected of each customer within `time`, undiscounted.
std::vector<double> expected_values(const PurchaseHistory& history, const PurchaseModel& model,
                                    const SpendModel& spend, double time) {
  std::vector<double> values(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Past past{history.repeats[i], history.recency[i], history.age[i]};
    values[i] = expected_purchases(model, past, time) *
                expected_spend(spend, past.repeats, history.mean_repeat_value[i]);
  }
  return values;
}

// What the trees expect of each customer in their window over what the purchase model does: the
// model says how purchases thin out, the trees how many there are. 1 where the model expects none.
std::vector<double> boosted_ratios(const BoostedValue& boosted, const PurchaseHistory& history,
                                   const PurchaseModel& model, const SpendModel& spend,
                                   Clock clock) {
  std::vector<double> ratios =
      expected_values(history, model, spend, boosted.window_days / days_of(clock));
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    ratios[i] = ratios[i] > 0 ? boosted.daily[i] * boosted.window_days / ratios[i] : 1.0;
  }
  return ratios;
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
    double least = HUGE_VAL;
    PurchaseModel reference;
    std::vector<double> expected;  // by the reference, the purchase model with the least error
    for (std::size_t m = 0; m < kPurchaseModels; ++m) {
      const PurchaseModel model = fit_purchases(*table, kFamilies[m], settings_.threads).model;
      std::vector<double> predicted = expected_values(known, model, spend, time);
      result_.candidates[m].accuracy = accuracy(predicted, actual.value);
      if (result_.candidates[m].accuracy->mae >= least) continue;
      least = result_.candidates[m].accuracy->mae;
      reference = model;
      expected = std::move(predicted);
    }
    const auto boosted = boosted_value(orders_, known, settings_.clock, first_, fit_end,
                                       last - fit_end, settings_.threads);
    if (boosted) {
      const auto ratios = boosted_ratios(*boosted, known, reference, spend, settings_.clock);
      for (std::size_t i = 0; i < known.size(); ++i) expected[i] *= ratios[i];
      result_.candidates[kBoosting].accuracy = accuracy(expected, actual.value);
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
    if (result_.best == Algorithm::gradient_boosting) use_boosting(model.fit.model);
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

  // Multiplies values and intervals by what the trees make of each customer. The total's interval
  // allows for the level that the trees learnt, and reaches over the purchase model's, whose level
  // may be the true one.
  void use_boosting(const PurchaseModel& reference) {
    const auto boosted = boosted_value(orders_, result_.history, settings_.clock, first_,
                                       settings_.end, horizon_days_, settings_.threads);
    if (!boosted) return;
    result_.candidates[kBoosting].exists = true;
    const auto ratios =
        boosted_ratios(*boosted, result_.history, reference, result_.spend.model, settings_.clock);
    for (std::size_t h = 0; h < result_.horizons; ++h) {
      double before = 0, after = 0;
      for (std::size_t i = 0; i < ratios.size(); ++i) {
        const std::size_t at = i * result_.horizons + h;
        before += result_.value[at];
        result_.value[at] *= ratios[i];
        result_.low[at] *= ratios[i];
        result_.high[at] *= ratios[i];
        after += result_.value[at];
      }
      const double ratio = before > 0 ? after / before : 1.0;
      const double level = kQuantile90 * boosted->level_error * after;
      const double below = std::hypot(after - result_.total_low[h] * ratio, level);
      const double above = std::hypot(result_.total_high[h] * ratio - after, level);
      result_.total_low[h] = std::clamp(after - below, 0.0, result_.total_low[h]);
      result_.total_high[h] = std::max(after + above, result_.total_high[h]);
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
