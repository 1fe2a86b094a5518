#include "models/pricing/price_advice.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/rng.hpp"

namespace clientele::pricing {
namespace {

constexpr std::size_t kDraws = 1000;
constexpr int kMostRejections = 50;
constexpr double kWidestData = 2.4;   // deviation of the data's own elasticity
constexpr double kUpwardPrior = 3;    // how much wider the prior is where demand may rise
constexpr double kClearlyUp = 1.645;  // z of a data slope that is credibly positive
constexpr double kCredible = 0.9;     // P(elasticity < 0) below which no price is given
constexpr double kMostLogUnits = 34;  // e^34 = 6e14
constexpr double kFarDeviations = 8;  // a stock so far above the mean does not bind
constexpr double kMostTerms = 512;    // of counts summed one by one
constexpr double kLeastLogTerm = -600;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

struct Curve {
  double level = 0;
  double elasticity = 0;
  double noise = 0;
  double day = 0;            // standard normal of one day's noise
  double trust = 0;          // share of the way from the line to the trees
  std::uint64_t number = 0;  // of the draw, for further random numbers
};

std::vector<Curve> draw_curves(const DemandLine& line, const DemandSettings& settings) {
  std::vector<Curve> curves(kDraws);
  Rng rng(settings.seed, 0);
  std::size_t part = 0;
  double reached = line.parts[0].weight;
  for (std::size_t i = 0; i < kDraws; ++i) {
    const double at = (static_cast<double>(i) + 0.5) / kDraws;
    while (at > reached && part + 1 < line.parts.size()) reached += line.parts[++part].weight;
    const LinePart& p = line.parts[part];
    const double deviation = std::sqrt(p.elasticity_variance);
    Curve& curve = curves[i];
    curve.number = i;
    curve.elasticity = p.elasticity + deviation * rng.normal();
    if (!settings.allow_upward) {
      for (int k = 0; k < kMostRejections && curve.elasticity > 0; ++k) {
        curve.elasticity = p.elasticity + deviation * rng.normal();
      }
      curve.elasticity = std::min(curve.elasticity, 0.0);
    }
    const double slope = p.covariance / p.elasticity_variance;
    const double rest = std::max(0.0, p.level_variance - slope * p.covariance);
    curve.level =
        p.level + slope * (curve.elasticity - p.elasticity) + std::sqrt(rest) * rng.normal();
    curve.noise = p.noise;
    curve.day = rng.normal();
    curve.trust = rng.uniform();
  }
  return curves;
}

// Units of the curves at one price.
struct Sold {
  std::vector<double> expected;  // mean of a day, stock considered
  std::vector<double> one_day;   // one day drawn from the noise
};

// E[min(U, stock)] of a lognormal U.
double capped_lognormal(double log_median, double noise, double stock) {
  const double mean = std::exp(log_median + 0.5 * noise * noise);
  if (noise <= 0) return std::min(mean, stock);
  if (stock <= 0) return 0;
  const double z = (std::log(stock) - log_median) / noise;
  return mean * normal_cdf(z - noise) + stock * normal_cdf(-z);
}

// E[min(N, stock)] of a negative binomial N of variance (1 + over) x mean, Poisson for over = 0.
double capped_count(double mean, double over, double stock) {
  const double deviation = std::sqrt((1 + over) * mean);
  if (stock > mean + kFarDeviations * deviation) return mean;
  const double log_none = over > 1e-6 ? -mean / over * std::log1p(over) : -mean;
  if (stock > kMostTerms || log_none < kLeastLogTerm) {
    const double z = (stock - mean) / deviation;
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
    const double value = mean * normal_cdf(z) + stock * normal_cdf(-z) - deviation * density;
    return std::clamp(value, 0.0, std::min(mean, stock));
  }
  double term = std::exp(log_none), below = 0, sum = 0;
  for (double k = 0; k < stock; ++k) {
    below += term;
    sum += k * term;
    term *= (mean + k * over) / ((k + 1) * (1 + over));
  }
  return std::min(mean, sum + stock * std::max(0.0, 1 - below));
}

Sold sell(const std::vector<Curve>& curves, const DemandModel& model, double tree_shift,
          double log_price, const PricingTask& task) {
  Sold sold;
  sold.expected.reserve(curves.size());
  sold.one_day.reserve(curves.size());
  const double stock = task.inventory.value_or(std::numeric_limits<double>::infinity());
  const bool by_trees = model.algorithm != Algorithm::elastic_net;
  for (const Curve& curve : curves) {
    const double log_units =
        std::min(kMostLogUnits, curve.level + curve.trust * tree_shift +
                                    curve.elasticity * (log_price - model.line.reference));
    if (model.line.counts) {
      const double mean = std::exp(log_units);
      Rng rng(task.demand.seed, 1 + curve.number);
      const double over = curve.noise - 1;
      const double rate = over > 1e-6 ? over * rng.gamma(mean / over) : mean;
      sold.one_day.push_back(
          std::min(stock, rate < 1e6 ? static_cast<double>(rng.poisson(rate)) : rate));
      sold.expected.push_back(capped_count(mean, over, stock));
      continue;
    }
    const double noise = by_trees ? model.noise : curve.noise;
    sold.expected.push_back(std::isfinite(stock) ? capped_lognormal(log_units, noise, stock)
                                                 : std::exp(log_units + 0.5 * noise * noise));
    sold.one_day.push_back(std::min(stock, std::exp(log_units + noise * curve.day)));
  }
  return sold;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Range80 range80(std::vector<double> values) {
  const auto at = [&values](double probability) {
    const auto place =
        values.begin() + static_cast<std::ptrdiff_t>(probability * static_cast<double>(kDraws));
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  const double low = at(0.1);
  return {low, at(0.9)};
}

double worth(const PricingTask& task, double price, double units) {
  return units * (task.objective == Objective::profit ? price - task.cost : price);
}

std::vector<Guardrail> broken(const PricingTask& task, double price) {
  std::vector<Guardrail> list;
  if (task.min_margin && price - task.cost < *task.min_margin * price - 1e-12 * price) {
    list.push_back(Guardrail::min_margin);
  }
  if (task.max_discount && price < task.current_price * (1 - *task.max_discount) * (1 - 1e-12)) {
    list.push_back(Guardrail::max_discount);
  }
  if (price < task.lowest_seen * (1 - task.max_extrapolation) ||
      price > task.highest_seen * (1 + task.max_extrapolation)) {
    list.push_back(Guardrail::extrapolation);
  }
  return list;
}

Outcome outcome_without_numbers(const PricingTask& task, double price) {
  Outcome outcome;
  outcome.price = price;
  outcome.extrapolated = price < task.lowest_seen || price > task.highest_seen;
  outcome.blocked_by = broken(task, price);
  return outcome;
}

// What the data alone say of the elasticity is the posterior without its prior.
Refusal doubt_about(const DemandLine& line, const DemandSettings& settings) {
  const double variance = line.elasticity_variance();
  const double prior_variance = settings.prior.deviation * settings.prior.deviation;
  const double information = 1 / variance - 1 / prior_variance;
  if (!(information > 1 / (kWidestData * kWidestData))) return Refusal::unclear_demand;
  if (settings.allow_upward) return Refusal::none;
  const double data_mean =
      (line.mean_elasticity() / variance - settings.prior.mean / prior_variance) / information;
  if (data_mean * std::sqrt(information) > kClearlyUp) return Refusal::rising_demand;
  return line.elasticity_cdf(0) < kCredible ? Refusal::uncertain_sign : Refusal::none;
}

// Fills in the numbers of all candidates, and of the current price as the last curve set.
void simulate(const PricingTask& task, PriceAdvice& advice) {
  const DemandModel& model = *advice.model;
  const auto curves = draw_curves(model.line, task.demand);
  std::vector<Outcome*> outcomes;
  for (Outcome& outcome : advice.outcomes) outcomes.push_back(&outcome);
  outcomes.push_back(&*advice.current);
  std::vector<std::vector<double>> worths;
  for (std::size_t c = 0; c < outcomes.size(); ++c) {
    Outcome& outcome = *outcomes[c];
    Sold sold = sell(curves, model, model.tree_shift[c], std::log(outcome.price), task);
    outcome.units = mean_of(sold.expected);
    outcome.revenue = outcome.units * outcome.price;
    outcome.profit = outcome.units * (outcome.price - task.cost);
    outcome.units80 = range80(std::move(sold.one_day));
    for (double& units : sold.expected) units = worth(task, outcome.price, units);
    worths.push_back(std::move(sold.expected));
  }
  for (std::size_t i = 0; i < kDraws; ++i) {
    const std::size_t current = advice.outcomes.size();
    std::optional<std::size_t> best;
    for (std::size_t c = 0; c < current; ++c) {
      Outcome& outcome = advice.outcomes[c];
      if (worths[c][i] > worths[current][i]) outcome.probability_better += 1.0 / kDraws;
      if (!outcome.blocked_by.empty()) continue;
      if (!best || worths[c][i] > worths[*best][i]) best = c;
    }
    if (best) advice.outcomes[*best].probability_best += 1.0 / kDraws;
  }
}

void rank(const PricingTask& task, PriceAdvice& advice) {
  const auto value = [&](std::size_t c) {
    return worth(task, advice.outcomes[c].price, advice.outcomes[c].units);
  };
  for (std::size_t c = 0; c < advice.outcomes.size(); ++c) {
    if (!advice.outcomes[c].blocked_by.empty()) continue;
    if (!advice.best || value(c) > value(*advice.best)) {
      advice.next_best = advice.best;
      advice.best = c;
    } else if (advice.outcomes[c].price != advice.outcomes[*advice.best].price &&
               (!advice.next_best || value(c) > value(*advice.next_best))) {
      advice.next_best = c;
    }
  }
}

}  // namespace

PriceAdvice advise_price(const SalesHistory& history, const PricingTask& task) {
  PriceAdvice advice;
  for (const double price : task.candidates) {
    advice.outcomes.push_back(outcome_without_numbers(task, price));
  }
  const bool sold = std::any_of(history.units.begin(), history.units.end() - 1,
                                [](double units) { return units > 0; });
  if (!sold) {
    advice.refusal = Refusal::no_sales;
    return advice;
  }
  if (task.inventory && *task.inventory <= 0) {
    advice.refusal = Refusal::no_stock;
    return advice;
  }
  DemandSettings settings = task.demand;
  if (settings.allow_upward) settings.prior.deviation *= kUpwardPrior;
  std::vector<double> prices(task.candidates.begin(), task.candidates.end());
  prices.push_back(task.current_price);
  advice.model = choose_demand_model(history, prices, settings);
  advice.prior_weight = std::min(1.0, advice.model->line.elasticity_variance() /
                                          (settings.prior.deviation * settings.prior.deviation));
  advice.refusal = doubt_about(advice.model->line, settings);
  if (advice.refusal != Refusal::none) return advice;
  advice.current = outcome_without_numbers(task, task.current_price);
  simulate(task, advice);
  rank(task, advice);
  if (!advice.best) advice.refusal = Refusal::all_blocked;
  return advice;
}

}  // namespace clientele::pricing
