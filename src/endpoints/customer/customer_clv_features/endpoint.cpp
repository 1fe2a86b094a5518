// customer_clv_features: frequency, recency, T and monetary value for lifetime value models.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "models/activity/purchases.hpp"
#include "numeric/quantile.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/order_lines.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_clv_features {
namespace {

using schema::field;
using vocabulary::CostedOrder;
using vocabulary::Language;
using vocabulary::Phrase;
using Customer = vocabulary::CustomerWith<CostedOrder>;

constexpr double kHighPercentile = 0.70;
constexpr double kLowPercentile = 0.30;

enum class Potential { high, medium, low };
constexpr auto choices(schema::For<Potential>) {
  return std::array<std::string_view, 3>{"High", "Medium", "Low"};
}
constexpr std::array<Phrase, 3> kAdvice{
    Phrase{"Focus on VIP retention & upsell.",
           "Conviene centrarse en la retención VIP y la venta adicional.",
           "Vale focar na retenção VIP e no upsell."},
    Phrase{"Consistent buyer, nurture with offers.",
           "Comprador constante: conviene cultivarlo con ofertas.",
           "Comprador constante: vale cultivá-lo com ofertas."},
    Phrase{"Low value so far; keep contact costs low.",
           "Poco valor hasta ahora: conviene contactarlo a bajo coste.",
           "Pouco valor até agora: vale manter o contato a baixo custo."}};
constexpr Phrase kChurnedAdvice{
    "Silent for longer than the threshold: win back before selling more.",
    "Lleva más tiempo sin comprar que el umbral: primero recuperarlo.",
    "Sem comprar há mais tempo que o limite: primeiro reconquistá-lo."};

enum class Basis { margin, amount };
constexpr auto choices(schema::For<Basis>) {
  return std::array<std::string_view, 2>{"margin", "amount"};
}

struct Request {
  std::optional<Date> today;
  std::int32_t churn_threshold_days = 180;
  bool first_purchase_excluded = false;
  bool ignore_future = false;
  bool merge_lines = false;
  Language lang = Language::en;
  std::vector<Customer> customers;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Orders by customer, with costs where they are known.",
      field<&R::today>("Day on which the customers are seen; the server's UTC date by default."),
      field<&R::churn_threshold_days>("A customer silent for longer counts as churned.")
          .or_default()
          .between(1, 3650)
          .unit("days"),
      field<&R::first_purchase_excluded>(
          "Average the monetary value over repeat orders only, as the CLV literature does.")
          .or_default(),
      field<&R::ignore_future>("Leave out orders dated after today instead of refusing them.")
          .or_default(),
      field<&R::merge_lines>(std::string(vocabulary::kMergeLinesSummary)).or_default(),
      field<&R::lang>("Language of the interpretation.").or_default(),
      field<&R::customers>("The cohort whose percentiles set the tiers.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostCustomers)
          .unique_by("customer_id"));
}

struct Explanations {
  Basis monetary_basis = Basis::amount;
  double monetary_percentile = 0;
  std::int32_t days_since_last_order = 0;
};
schema::Object describe(schema::For<Explanations>) {
  using E = Explanations;
  return schema::object<E>(
      "What the tier and the flag rest on.",
      field<&E::monetary_basis>("margin when every order sent has a cost, else amount."),
      field<&E::monetary_percentile>("Share of the cohort with a lower or equal monetary value.")
          .digits(4),
      field<&E::days_since_last_order>("Silence until today.").unit("days"));
}

struct FeaturedCustomer {
  std::string_view customer_id;
  std::int64_t frequency = 0;
  double recency = 0;
  double T = 0;
  double monetary_value = 0;
  bool churned = false;
  Potential clv_potential_tier = Potential::medium;
  std::string interpretation;
  Explanations explanations;
};
schema::Object describe(schema::For<FeaturedCustomer>) {
  using C = FeaturedCustomer;
  return schema::object<C>(
      "One customer's CLV features.", field<&C::customer_id>("The id as sent."),
      field<&C::frequency>("Orders beyond the first."),
      field<&C::recency>("Days between first and last order.").unit("days"),
      field<&C::T>("Days between first order and today.").unit("days"),
      field<&C::monetary_value>("Mean margin or amount of an order; null when only repeat orders "
                                "count and there is none.")
          .unit("currency")
          .digits(2),
      field<&C::churned>("Silent for more than churn_threshold_days."),
      field<&C::clv_potential_tier>("High: monetary value in the top 30 % and a repeat order; Low: "
                                    "in the bottom 30 %; else Medium."),
      field<&C::interpretation>("The customer in a sentence."),
      field<&C::explanations>("What the tier and the flag rest on."));
}

struct Response {
  std::vector<FeaturedCustomer> customers;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("CLV features.",
                                  field<&Response::customers>("In the order of the request."));
}

bool every_order_has_cost(const std::vector<Customer>& customers) {
  return std::all_of(customers.begin(), customers.end(), [](const Customer& customer) {
    return std::all_of(customer.transactions.begin(), customer.transactions.end(),
                       [](const CostedOrder& order) { return order.cost.has_value(); });
  });
}

// Mean value of an order; without the first one, that of the repeat orders. Of several orders on
// the first day none is "the first": their mean stands for it, so that the order of rows does not
// count.
double monetary_value(const activity::Purchases& all, const activity::Purchases& first_day,
                      bool first_excluded) {
  if (!first_excluded) return all.mean();
  if (all.count() == 1) return std::numeric_limits<double>::quiet_NaN();
  return (all.total() - first_day.mean()) / static_cast<double>(all.count() - 1);
}

std::optional<FeaturedCustomer> features_of(const Customer& customer,
                                            std::span<const CostedOrder> orders,
                                            const Request& request, Date today, Basis basis) {
  activity::Purchases purchases, first_day;
  for (const CostedOrder& order : orders) {
    if (order.date > today) continue;
    const double value = basis == Basis::margin ? order.amount - *order.cost : order.amount;
    purchases.add(order.date, value);
  }
  if (purchases.count() == 0) return std::nullopt;
  for (const CostedOrder& order : orders) {
    if (order.date != purchases.first()) continue;
    first_day.add(order.date, basis == Basis::margin ? order.amount - *order.cost : order.amount);
  }
  FeaturedCustomer featured;
  featured.customer_id = customer.customer_id;
  featured.frequency = purchases.count() - 1;
  featured.recency = purchases.last() - purchases.first();
  featured.T = today - purchases.first();
  featured.monetary_value = monetary_value(purchases, first_day, request.first_purchase_excluded);
  featured.explanations.monetary_basis = basis;
  featured.explanations.days_since_last_order = today - purchases.last();
  featured.churned = today - purchases.last() > request.churn_threshold_days;
  return featured;
}

void assign_tiers(std::vector<FeaturedCustomer>& customers) {
  std::vector<double> values;
  for (const FeaturedCustomer& customer : customers) {
    if (std::isfinite(customer.monetary_value)) values.push_back(customer.monetary_value);
  }
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  const double high = quantile(values, kHighPercentile);
  const double low = quantile(values, kLowPercentile);
  for (FeaturedCustomer& customer : customers) {
    const double value = customer.monetary_value;
    if (std::isnan(value)) {
      customer.clv_potential_tier = Potential::low;
      customer.explanations.monetary_percentile = value;
      continue;
    }
    const auto not_above = std::upper_bound(values.begin(), values.end(), value) - values.begin();
    customer.explanations.monetary_percentile =
        static_cast<double>(not_above) / static_cast<double>(values.size());
    customer.clv_potential_tier = value >= high && customer.frequency >= 1 ? Potential::high
                                  : value < low                            ? Potential::low
                                                                           : Potential::medium;
  }
}

std::string interpretation_of(const FeaturedCustomer& customer, Language language) {
  const std::string orders = std::to_string(customer.frequency + 1);
  const bool one = customer.frequency == 0;
  const std::string days = std::to_string(customer.explanations.days_since_last_order);
  const bool one_day = customer.explanations.days_since_last_order == 1;
  std::string text;
  switch (language) {
    case Language::en:
      text = orders + (one ? " order" : " orders") + ", the last " + days +
             (one_day ? " day ago. " : " days ago. ");
      break;
    case Language::es:
      text = orders + (one ? " pedido" : " pedidos") + "; el último, hace " + days +
             (one_day ? " día. " : " días. ");
      break;
    case Language::pt:
      text = orders + (one ? " pedido" : " pedidos") + "; o último, há " + days +
             (one_day ? " dia. " : " dias. ");
      break;
  }
  if (customer.churned) return text + std::string(kChurnedAdvice.in(language));
  return text +
         std::string(kAdvice[static_cast<std::size_t>(customer.clv_potential_tier)].in(language));
}

Result<Response> compute(const Request& request, Context& context) {
  const Date today = vocabulary::reference_day(request.today, context);
  Faults faults;
  if (!request.ignore_future) vocabulary::refuse_future(request.customers, today, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  const Basis basis = every_order_has_cost(request.customers) ? Basis::margin : Basis::amount;
  Response response;
  std::vector<std::string_view> without_orders;
  vocabulary::OrderLines<CostedOrder> lines(request.merge_lines);
  for (const Customer& customer : request.customers) {
    auto featured =
        features_of(customer, lines.orders(customer.transactions), request, today, basis);
    if (featured) {
      response.customers.push_back(std::move(*featured));
    } else {
      without_orders.push_back(customer.customer_id);
    }
  }
  assign_tiers(response.customers);
  for (FeaturedCustomer& customer : response.customers) {
    customer.interpretation = interpretation_of(customer, request.lang);
  }
  lines.warn(context);
  vocabulary::warn_without_orders(without_orders, context);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_clv_features",
       .group = "customer",
       .title = "CLV features and potential tiers",
       .description =
           "The four inputs of lifetime value models for every customer: frequency (orders beyond "
           "the first), recency (first to last order), T (first order to today) and monetary "
           "value, with a churn flag and a potential tier.\n\n"
           "The monetary value is a margin only when every order in the request has a cost, so "
           "that "
           "all customers are compared on one basis. Tiers are relative to the cohort sent.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::customer_clv_features
