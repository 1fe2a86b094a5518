// customer_clv_forecast: expected value of every customer over coming months, with intervals.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "endpoints/customer/customer_clv_forecast/shapes.hpp"
#include "numeric/quantile.hpp"
#include "schema/endpoint.hpp"

namespace clientele::endpoints::customer_clv_forecast {
namespace {

using lifetime::ValueForecast;

constexpr double kWorthACent = 0.005;  // below, a value is shown as 0
constexpr std::size_t kFewCustomers = 30;
constexpr double kLongestReach = 3;  // horizons that the history supports without a warning

// What the request says about money and time, ready for the models.
struct Prepared {
  std::vector<lifetime::Order> orders;  // numbered by rank of the customer's id
  std::vector<std::uint32_t> rank;      // by customer of the request
  std::vector<double> margin_share;     // by customer of the request; 1 without costs
  bool has_costs = true;
};

void check_orders(const Request& request, Date today, Faults& faults) {
  if (!request.ignore_future) vocabulary::refuse_future(request.customers, today, faults);
  if (request.allow_refunds) return;
  for (std::size_t i = 0; i < request.customers.size(); ++i) {
    const auto& orders = request.customers[i].transactions;
    for (std::size_t j = 0; j < orders.size(); ++j) {
      if (orders[j].amount >= 0) continue;
      if (faults.full()) {
        faults.count_only();
        continue;
      }
      faults.add(pointer_to("customers", i, "transactions", j, "amount"), "refund",
                 "A negative amount is a refund: set allow_refunds to true, or leave it out.");
    }
  }
}

// Orders after `today` are left out of everything, also of the margins.
Prepared prepare(const Request& request, Date today, Context& context) {
  Prepared prepared;
  const auto& customers = request.customers;
  std::vector<std::uint32_t> by_id(customers.size());
  std::iota(by_id.begin(), by_id.end(), 0U);
  std::sort(by_id.begin(), by_id.end(), [&](std::uint32_t a, std::uint32_t b) {
    return customers[a].customer_id < customers[b].customer_id;
  });
  prepared.rank.resize(customers.size());
  for (std::uint32_t rank = 0; rank < by_id.size(); ++rank) prepared.rank[by_id[rank]] = rank;
  std::size_t losses = 0;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    double amount = 0, cost = 0;
    for (const Order& order : customers[i].transactions) {
      if (order.date > today) continue;
      prepared.orders.push_back({prepared.rank[i], order.date, order.amount});
      prepared.has_costs = prepared.has_costs && order.cost.has_value();
      amount += order.amount;
      cost += order.cost.value_or(0);
      losses += order.amount >= 0 && order.cost && *order.cost > order.amount ? 1 : 0;
    }
    prepared.margin_share.push_back(amount > 0 ? (amount - cost) / amount : 0.0);
  }
  if (!prepared.has_costs) prepared.margin_share.assign(customers.size(), 1.0);
  if (losses > 0 && prepared.has_costs) {
    context.warn("cost_above_amount",
                 std::to_string(losses) + (losses == 1 ? " order" : " orders") +
                     " cost more than they brought; a customer whose orders do so in total has "
                     "a negative value.");
  }
  return prepared;
}

std::string_view limit_words(lifetime::LimitCase limit) {
  switch (limit) {
    case lifetime::LimitCase::none:
      return "";
    case lifetime::LimitCase::edge:
      return "a parameter at its bound";
    case lifetime::LimitCase::no_dropout:
      return "no leaving visible: NBD";
    case lifetime::LimitCase::no_repeats:
      return "no repeat purchase";
  }
  return "";
}

Parameters parameters_of(const lifetime::PurchaseFit& fit) {
  const auto& model = fit.model;
  Parameters parameters;
  parameters.r = model.r;
  parameters.alpha = model.alpha;
  if (!model.everybody_alive()) {
    const bool pareto = model.family == lifetime::Family::pareto_nbd;
    (pareto ? parameters.s : parameters.a) = model.dropout_shape;
    (pareto ? parameters.beta : parameters.b) = model.dropout_scale;
  }
  parameters.log_likelihood = fit.log_likelihood;
  if (model.limit != lifetime::LimitCase::none) parameters.limit = limit_words(model.limit);
  return parameters;
}

std::string note_of(const Request& request, const ValueForecast& forecast, int longest_months) {
  std::string note;
  if (request.algorithm) {
    note = "The algorithm was given by the request.";
  } else if (!forecast.holdout) {
    return "Too little history for a hold-out (it takes four weeks and 30 customers): no candidate "
           "could be judged, MBG/NBD is used, and no horizon is checked.";
  } else if (forecast.unbiased) {
    note = "Chosen by mean absolute error among candidates within 10 % of the hold-out's total.";
  } else if (std::none_of(forecast.candidates.begin(), forecast.candidates.end(),
                          [](const auto& c) { return c.accuracy && c.accuracy->bias; })) {
    note =
        "None of the earlier customers spent anything in the hold-out: no total could be judged.";
  } else {
    note =
        "No candidate was within 10 % of the hold-out's total; chosen by mean absolute error "
        "among all. Treat totals with care.";
  }
  if (!forecast.holdout) return note + " There is too little history to check it.";
  const int days = forecast.holdout->last - forecast.holdout->fit_end;
  const auto asked = static_cast<int>(std::lround(longest_months * 365.25 / 12));
  if (asked > days + 1) {
    note += " The hold-out spans " + std::to_string(days) + " days, a third of the history; " +
            std::to_string(longest_months) + " months could only be checked with " +
            std::to_string(3 * longest_months) + " months of orders, and are extrapolated.";
  }
  if (forecast.best == lifetime::Algorithm::gradient_boosting) {
    note +=
        " The trees learnt from one stretch of time what customers spent next; other horizons "
        "follow the course that the best purchase model expects of each customer. The total's "
        "interval spans both levels, the trees' and that model's: which is true is not known.";
  }
  return note;
}

ModelInfo model_info(const Request& request, const ValueForecast& forecast, int longest_months,
                     bool has_costs) {
  ModelInfo info;
  info.time_unit = request.time_unit;
  info.value_basis = has_costs ? "margin" : "revenue";
  info.note = note_of(request, forecast, longest_months);
  if (forecast.holdout) {
    info.holdout_from = forecast.holdout->fit_end;
    info.holdout_to = forecast.holdout->last;
  }
  for (std::size_t i = 0; i < lifetime::kAlgorithms; ++i) {
    const auto& candidate = forecast.candidates[i];
    if (static_cast<lifetime::Algorithm>(i) != lifetime::Algorithm::gradient_boosting) {
      info.parameters.entries.emplace_back(kNames[i], parameters_of(candidate.fit));
    }
    if (!candidate.accuracy) continue;
    const auto& accuracy = *candidate.accuracy;
    CandidateRow row{kNames[i], accuracy.mae, accuracy.rmse, accuracy.bias, accuracy.spearman, {}};
    for (const auto& decile : accuracy.deciles) {
      row.deciles.push_back(
          {static_cast<std::int64_t>(decile.customers), decile.mean_predicted, decile.mean_actual});
    }
    info.candidates.push_back(std::move(row));
  }
  Parameters spend;
  if (forecast.spend.model.form != lifetime::SpendCase::constant) {
    spend.p = forecast.spend.model.p;
    spend.q = forecast.spend.model.q;
    spend.v = forecast.spend.model.v;
    spend.log_likelihood = forecast.spend.log_likelihood;
  } else {
    spend.limit = "no repeat customers: everybody spends the mean";
  }
  info.parameters.entries.emplace_back("Gamma-Gamma", spend);
  return info;
}

// Intervals hold what the model leaves to chance, not whether the model still holds by then.
void warn_of_horizon(const ValueForecast& forecast, double unit_days, int longest_months,
                     Context& context) {
  const auto& ages = forecast.history.age;
  const double seen = *std::max_element(ages.begin(), ages.end()) * unit_days;
  const double asked = longest_months * 365.25 / 12;
  if (asked <= kLongestReach * seen) return;
  context.warn("horizon_beyond_history",
               std::to_string(longest_months) + " months are " +
                   (seen >= 1 ? "more than " + std::to_string(static_cast<int>(asked / seen)) +
                                    " times the " + std::to_string(std::lround(seen)) + " days"
                              : std::string("asked for without a day")) +
                   " of history: the figures carry the present pace on, and their intervals do not "
                   "cover that it changes.",
               "/horizon_months");
}

void warn(const ValueForecast& forecast, Context& context) {
  if (forecast.history.size() < kFewCustomers) {
    context.warn("few_customers", "The models learn from " +
                                      std::to_string(forecast.history.size()) +
                                      " customers only; take the figures as a rough guess.");
  }
  if (forecast.candidates[0].fit.model.limit == lifetime::LimitCase::no_repeats) {
    context.warn("no_repeats",
                 "No customer bought on a second day: the models cannot know how often customers "
                 "come back, and forecast no purchases.");
  }
  if (forecast.regularity.contractual) {
    context.warn("looks_contractual",
                 "Most customers buy at regular intervals, as subscribers do; these models assume "
                 "that customers leave unnoticed. Use churn models for a contract business.");
  }
  if (forecast.correlation &&
      std::abs(forecast.correlation->spearman) > lifetime::kNotableCorrelation) {
    context.warn("value_depends_on_frequency",
                 "Order value and frequency are correlated; the spend model takes them for "
                 "independent.");
  }
}

void assign_tiers(std::vector<ForecastCustomer>& customers, Language language) {
  std::vector<double> values;
  values.reserve(customers.size());
  for (const auto& customer : customers) values.push_back(customer.predicted_clv);
  std::sort(values.begin(), values.end());
  const double high = quantile(values, 0.7);
  const double low = quantile(values, 0.3);
  for (auto& customer : customers) {
    customer.clv_tier = customer.predicted_clv < kWorthACent ? Tier::low
                        : customer.predicted_clv >= high     ? Tier::high
                        : customer.predicted_clv < low       ? Tier::low
                                                             : Tier::medium;
    customer.interpretation = kAdvice[static_cast<std::size_t>(customer.clv_tier)].in(language);
  }
}

// Values of the customer at place `row` of the forecast, in the customer's own margin.
std::vector<Prediction> predictions_of(const ValueForecast& forecast, std::size_t row,
                                       const std::vector<int>& months, double share) {
  std::vector<Prediction> list;
  for (std::size_t h = 0; h < months.size(); ++h) {
    const std::size_t at = row * forecast.horizons + h;
    const double low = forecast.low[at] * share;  // a loss turns the interval round
    const double high = forecast.high[at] * share;
    list.push_back({months[h], forecast.value[at] * share, std::min(low, high), std::max(low, high),
                    forecast.purchases[at]});
  }
  return list;
}

ForecastCustomer customer_of(const ValueForecast& forecast, std::uint32_t row, double unit_days,
                             std::string_view id, const std::vector<Prediction>& predictions) {
  const auto& history = forecast.history;
  const Prediction& last = predictions.back();
  ForecastCustomer customer;
  customer.customer_id = id;
  customer.predicted_clv = last.predicted_clv;
  customer.algorithm_used = kNames[static_cast<std::size_t>(forecast.best)];
  customer.probability_alive = forecast.alive[row];
  customer.expected_purchases = last.expected_purchases;
  customer.lower_80 = last.lower_80;
  customer.upper_80 = last.upper_80;
  const double silence = (history.age[row] - history.recency[row]) * unit_days;
  customer.explanations = {history.repeats[row] + 1LL,
                           static_cast<std::int32_t>(std::lround(silence)),
                           history.mean_purchase_value[row]};
  return customer;
}

// Everything by customer and the totals, in the customers' own margins.
void fill_customers(const Request& request, const Prepared& prepared, const ValueForecast& forecast,
                    const std::vector<int>& months, Response& response, Context& context) {
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::vector<std::uint32_t> row_of(request.customers.size(), kNone);
  for (std::uint32_t row = 0; row < forecast.history.size(); ++row) {
    row_of[forecast.history.customer[row]] = row;
  }
  const double unit = lifetime::days_of(static_cast<lifetime::Clock>(request.time_unit));
  std::vector<std::string_view> without_orders;
  std::vector<double> totals(months.size(), 0.0);
  for (std::size_t i = 0; i < request.customers.size(); ++i) {
    const std::string_view id = request.customers[i].customer_id;
    const std::uint32_t row = row_of[prepared.rank[i]];
    if (row == kNone) {
      without_orders.push_back(id);
      continue;
    }
    auto predictions = predictions_of(forecast, row, months, prepared.margin_share[i]);
    for (std::size_t h = 0; h < months.size(); ++h) totals[h] += predictions[h].predicted_clv;
    response.customers.push_back(customer_of(forecast, row, unit, id, predictions));
    if (request.horizon_months.is_list) {
      response.customers.back().predictions = std::move(predictions);
    }
  }
  for (std::size_t h = 0; h < months.size(); ++h) {
    const double ratio = forecast.total[h] > 0 ? totals[h] / forecast.total[h] : 0.0;
    const double low = forecast.total_low[h] * ratio;
    const double high = forecast.total_high[h] * ratio;
    response.totals.push_back({months[h], totals[h], std::min(low, high), std::max(low, high)});
  }
  vocabulary::warn_without_orders(without_orders, context);
}

Result<Response> compute(const Request& request, Context& context) {
  const Date today = vocabulary::reference_day(request.today, context);
  Faults faults;
  check_orders(request, today, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  const auto& asked = request.horizon_months.values;
  std::vector<int> months(asked.begin(), asked.end());
  std::sort(months.begin(), months.end());
  months.erase(std::unique(months.begin(), months.end()), months.end());
  if (months.empty()) return invalid("/horizon_months", "too_few_items", "Name at least one.");
  const Prepared prepared = prepare(request, today, context);
  lifetime::ValueForecastSettings settings;
  settings.clock = static_cast<lifetime::Clock>(request.time_unit);
  settings.end = today;
  settings.months = months;
  settings.annual_discount = request.discount_rate;
  settings.seed = static_cast<std::uint64_t>(request.seed);
  settings.threads = context.threads;
  if (request.algorithm) settings.only = static_cast<lifetime::Algorithm>(*request.algorithm);
  auto forecast = lifetime::forecast_values(prepared.orders, settings);
  if (!forecast) return std::move(forecast).error();
  warn(*forecast, context);
  warn_of_horizon(*forecast, lifetime::days_of(settings.clock), months.back(), context);

  Response response;
  response.best_algorithm = kNames[static_cast<std::size_t>(forecast->best)];
  response.horizon_months = request.horizon_months;
  fill_customers(request, prepared, *forecast, months, response, context);
  assign_tiers(response.customers, request.lang);
  response.model_info = model_info(request, *forecast, months.back(), prepared.has_costs);
  for (const CandidateRow& candidate : response.model_info.candidates) {
    response.evaluation_mae.entries.emplace_back(candidate.algorithm, candidate.mae);
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_clv_forecast",
       .group = "customer",
       .title = "Lifetime value forecast",
       .description =
           "Expected value of every customer over 1 to 60 months, with an 80 % interval and the "
           "probability of still being a customer. Candidates are BG/NBD, MBG/NBD and Pareto/NBD, "
           "each with Gamma-Gamma spend, and gradient boosted trees (our own engine); the one that "
           "forecast a hold-out best is used: the least mean absolute error among those whose "
           "total was within 10 %. `model_info` shows how each of them did there.\n\n"
           "Orders of one customer on one day count as one purchase. Values are revenue, or margin "
           "when every order has a cost (then each customer's own margin share is applied). "
           "Intervals hold what 80 % of possible futures bring; they come from 50 bootstrap refits "
           "and the spread of the models. Those of the trees borrow the relative width of the best "
           "purchase model, and for totals add the error of the level that the trees learnt. "
           "Seasons and trends are not modelled: a total forecast just before a "
           "high season is too low.\n\n"
           "Refunds (negative amounts) are refused unless `allow_refunds` is true; then each "
           "lowers the customer's latest purchase before it. For contracts and subscriptions use "
           "churn models; regular intervals raise a warning.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::customer_clv_forecast
