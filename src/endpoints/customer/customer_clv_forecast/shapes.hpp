// Request and response of customer_clv_forecast.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/lifetime/value_forecast.hpp"
#include "schema/describe.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_clv_forecast {

using schema::field;
using vocabulary::Language;
using vocabulary::Phrase;

inline constexpr std::array<std::string_view, lifetime::kAlgorithms> kNames{
    "BG/NBD", "MBG/NBD", "Pareto/NBD", "GradientBoosting"};

enum class TimeUnit { day, week, month };
constexpr auto choices(schema::For<TimeUnit>) {
  return std::array<std::string_view, 3>{"day", "week", "month"};
}
// As lifetime::Algorithm.
enum class Candidate { bg_nbd, mbg_nbd, pareto_nbd, gradient_boosting };
constexpr auto choices(schema::For<Candidate>) { return kNames; }
enum class Tier { high, medium, low };
constexpr auto choices(schema::For<Tier>) {
  return std::array<std::string_view, 3>{"High", "Medium", "Low"};
}
inline constexpr std::array<Phrase, 3> kAdvice{
    Phrase{
        "Among the most valuable 30 %: focus on VIP retention & upsell.",
        "Entre el 30 % más valioso: conviene centrarse en la retención VIP y la venta adicional.",
        "Entre os 30 % mais valiosos: vale focar na retenção VIP e no upsell."},
    Phrase{"Consistent spender, nurture with loyalty offers.",
           "Gasto constante: conviene cultivarlo con ofertas de fidelidad.",
           "Gasto constante: vale cultivá-lo com ofertas de fidelidade."},
    Phrase{"Little value expected. Consider automated win-back.",
           "Se espera poco valor: conviene una reactivación automática.",
           "Pouco valor esperado: vale uma reativação automática."}};

struct Order {
  Date date;
  double amount = 0;
  std::optional<double> cost;
};
inline schema::Object describe(schema::For<Order>) {
  return schema::object<Order>(
      "An order.", field<&Order::date>("Day of the order."),
      field<&Order::amount>("Value of the order; below 0 for a refund, with allow_refunds.")
          .between(-vocabulary::kMostMoney, vocabulary::kMostMoney)
          .unit("currency"),
      field<&Order::cost>("What the order cost you; with it everywhere, values are margins.")
          .between(0, vocabulary::kMostMoney)
          .unit("currency"));
}
using Customer = vocabulary::CustomerWith<Order>;

struct Request {
  schema::OneOrMany<std::int32_t> horizon_months{{12}, false};
  std::optional<Date> today;
  TimeUnit time_unit = TimeUnit::week;
  double discount_rate = 0;
  std::optional<Candidate> algorithm;
  bool allow_refunds = false;
  bool ignore_future = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
  std::vector<Customer> customers;
};
inline schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Orders by customer and the horizons wanted.",
      field<&R::horizon_months>("Months to forecast, one number or a list; 12 by default.")
          .or_default()
          .between(1, 60)
          .unit("months"),
      field<&R::today>("Last day that is known; the server's UTC date by default."),
      field<&R::time_unit>("Clock of the purchase models.").or_default(),
      field<&R::discount_rate>("Annual discount rate, 0.1 = 10 %.").or_default().between(0, 10),
      field<&R::algorithm>("Use this candidate, whatever the hold-out says; the best by default."),
      field<&R::allow_refunds>("Take negative amounts as refunds instead of refusing them.")
          .or_default(),
      field<&R::ignore_future>("Leave out orders dated after today instead of refusing them.")
          .or_default(),
      field<&R::seed>("Seed of the intervals.").or_default().at_least(0),
      field<&R::lang>("Language of the interpretation.").or_default(),
      field<&R::customers>("The whole base, not a selection: the models learn from it.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostCustomers)
          .unique_by("customer_id"));
}

struct Prediction {
  std::int32_t horizon_months = 0;
  double predicted_clv = 0;
  double lower_80 = 0;
  double upper_80 = 0;
  double expected_purchases = 0;
};
inline schema::Object describe(schema::For<Prediction>) {
  using P = Prediction;
  return schema::object<P>(
      "One horizon.", field<&P::horizon_months>("Months ahead."),
      field<&P::predicted_clv>("Expected value.").unit("currency").digits(2),
      field<&P::lower_80>("Lower end of the 80 % interval.").digits(2),
      field<&P::upper_80>(
          "Upper end of the 80 % interval; 0 where four futures in five bring nothing.")
          .digits(2),
      field<&P::expected_purchases>("Expected orders (days with one).").digits(4));
}

struct Explanations {
  std::int64_t purchase_days = 0;
  std::int32_t days_since_last_order = 0;
  double mean_order_value = 0;
};
inline schema::Object describe(schema::For<Explanations>) {
  using E = Explanations;
  return schema::object<E>("What the forecast rests on.",
                           field<&E::purchase_days>("Days with an order."),
                           field<&E::days_since_last_order>("Silence until today.").unit("days"),
                           field<&E::mean_order_value>("Mean revenue of such a day.").digits(2));
}

struct ForecastCustomer {
  std::string_view customer_id;
  double predicted_clv = 0;
  std::string_view algorithm_used;
  Tier clv_tier = Tier::medium;
  double probability_alive = 0;
  double expected_purchases = 0;
  double lower_80 = 0;
  double upper_80 = 0;
  std::optional<std::vector<Prediction>> predictions;
  std::string_view interpretation;
  Explanations explanations;
};
inline schema::Object describe(schema::For<ForecastCustomer>) {
  using C = ForecastCustomer;
  return schema::object<C>(
      "One customer; of several horizons, the last one is shown here.",
      field<&C::customer_id>("The id as sent."),
      field<&C::predicted_clv>("Expected value over the horizon.").unit("currency").digits(2),
      field<&C::algorithm_used>("The model that was chosen."),
      field<&C::clv_tier>("High from the 70th percentile of the base, Low below the 30th."),
      field<&C::probability_alive>("Probability of still being a customer.").digits(4),
      field<&C::expected_purchases>("Expected orders (days with one).").digits(4),
      field<&C::lower_80>("Lower end of the 80 % interval.").digits(2),
      field<&C::upper_80>(
          "Upper end of the 80 % interval; 0 where four futures in five bring nothing.")
          .digits(2),
      field<&C::predictions>("By horizon, when a list was asked for."),
      field<&C::interpretation>("The tier in words."),
      field<&C::explanations>("What the forecast rests on."));
}

struct DecileRow {
  std::int64_t customers = 0;
  double mean_predicted = 0;
  double mean_actual = 0;
};
inline schema::Object describe(schema::For<DecileRow>) {
  using D = DecileRow;
  return schema::object<D>("A tenth of the customers, by ascending forecast.",
                           field<&D::customers>("Customers in it."),
                           field<&D::mean_predicted>("Mean forecast.").digits(2),
                           field<&D::mean_actual>("Mean of what came.").digits(2));
}

struct CandidateRow {
  std::string_view algorithm;
  double mae = 0;
  double rmse = 0;
  std::optional<double> bias;
  std::optional<double> spearman;
  std::vector<DecileRow> deciles;
};
inline schema::Object describe(schema::For<CandidateRow>) {
  using C = CandidateRow;
  return schema::object<C>("A candidate on the hold-out, in revenue.",
                           field<&C::algorithm>("Its name."),
                           field<&C::mae>("Mean absolute error a customer.").digits(4),
                           field<&C::rmse>("Root mean squared error.").digits(4),
                           field<&C::bias>("Total forecast / total - 1.").digits(4),
                           field<&C::spearman>("Rank correlation.").digits(4),
                           field<&C::deciles>("By ascending forecast."));
}

struct Parameters {
  std::optional<double> r, alpha, a, b, s, beta, p, q, v;
  std::optional<double> log_likelihood;
  std::optional<std::string_view> limit;
};
inline schema::Object describe(schema::For<Parameters>) {
  using P = Parameters;
  return schema::object<P>(
      "A fitted model.", field<&P::r>("Shape of the purchase rates."),
      field<&P::alpha>("Rate of the purchase rates, in time units."),
      field<&P::a>("Beta parameter of leaving."), field<&P::b>("Beta parameter of leaving."),
      field<&P::s>("Shape of the leaving rates (Pareto/NBD)."),
      field<&P::beta>("Rate of the leaving rates (Pareto/NBD)."), field<&P::p>("Gamma-Gamma p."),
      field<&P::q>("Gamma-Gamma q."), field<&P::v>("Gamma-Gamma v, currency."),
      field<&P::log_likelihood>("At these parameters."),
      field<&P::limit>("Which limit of the model the data ask for, if any."));
}

struct ModelInfo {
  TimeUnit time_unit = TimeUnit::week;
  std::string note;
  std::optional<Date> holdout_from;
  std::optional<Date> holdout_to;
  std::vector<CandidateRow> candidates;
  schema::Map<Parameters> parameters;
  std::string_view value_basis;
};
inline schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "How the forecast was made.", field<&M::time_unit>("Clock of the models."),
      field<&M::note>("How the model was chosen, and what to be careful about."),
      field<&M::holdout_from>("Last day that the candidates saw."),
      field<&M::holdout_to>("Last day of the hold-out."),
      field<&M::candidates>("Every candidate on the hold-out."),
      field<&M::parameters>("Every fitted model, on all orders."),
      field<&M::value_basis>("margin when every order has a cost, else revenue."));
}

struct Total {
  std::int32_t horizon_months = 0;
  double predicted_clv = 0;
  double lower_80 = 0;
  double upper_80 = 0;
};
inline schema::Object describe(schema::For<Total>) {
  using T = Total;
  return schema::object<T>("All customers together.", field<&T::horizon_months>("Months ahead."),
                           field<&T::predicted_clv>("Sum of the values.").digits(2),
                           field<&T::lower_80>("Lower end of the 80 % interval.").digits(2),
                           field<&T::upper_80>("Upper end of the 80 % interval.").digits(2));
}

struct Response {
  std::string_view best_algorithm;
  schema::OneOrMany<std::int32_t> horizon_months;
  schema::Map<double> evaluation_mae;
  std::vector<ForecastCustomer> customers;
  std::vector<Total> totals;
  ModelInfo model_info;
};
inline schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "Forecast values.", field<&R::best_algorithm>("The model chosen."),
      field<&R::horizon_months>("As asked for."),
      field<&R::evaluation_mae>("Mean absolute error by candidate on the hold-out, in revenue.")
          .digits(4),
      field<&R::customers>("In the order of the request."), field<&R::totals>("By horizon."),
      field<&R::model_info>("How the forecast was made."));
}

}  // namespace clientele::endpoints::customer_clv_forecast
