// customer_rfm: recency, frequency and monetary scores with lifecycle tiers.
#include "models/rfm/rfm.hpp"

#include <array>
#include <string>

#include "models/activity/purchases.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/order_lines.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_rfm {
namespace {

using schema::field;
using vocabulary::Language;
using vocabulary::Order;
using vocabulary::Phrase;
using Customer = vocabulary::CustomerWith<Order>;

enum class Tier { champion, loyal, potential, promising, at_risk };
constexpr auto choices(schema::For<Tier>) {
  return std::array<std::string_view, 5>{"Champion", "Loyal", "Potential", "Promising", "At-Risk"};
}
constexpr std::array<Phrase, 5> kInterpretations{
    Phrase{"Champions – recent, frequent and high-value",
           "Campeones – compras recientes, frecuentes y de alto valor",
           "Campeões – compras recentes, frequentes e de alto valor"},
    Phrase{"Loyal – frequent buyers with solid value; reward them",
           "Leales – compran a menudo y con buen valor; conviene premiarlos",
           "Leais – compram com frequência e bom valor; vale recompensá-los"},
    Phrase{"Potential – above the middle of the base; a nudge can make them loyal",
           "Potenciales – por encima de la mitad de la base; un estímulo puede fidelizarlos",
           "Potenciais – acima da metade da base; um estímulo pode fidelizá-los"},
    Phrase{"Promising – below the middle of the base; build the habit",
           "Prometedores – por debajo de la mitad de la base; hay que crear el hábito",
           "Promissores – abaixo da metade da base; é preciso criar o hábito"},
    Phrase{"At-Risk – infrequent, low recent activity",
           "En riesgo – compras poco frecuentes y escasa actividad reciente",
           "Em risco – compras pouco frequentes e baixa atividade recente"}};

struct Request {
  std::int32_t bins = 5;
  std::optional<Date> today;
  bool ignore_future = false;
  bool merge_lines = false;
  Language lang = Language::en;
  std::vector<Customer> customers;
};
schema::Object describe(schema::For<Request>) {
  return schema::object<Request>(
      "Orders by customer.",
      field<&Request::bins>("How many classes each metric is cut into.")
          .or_default()
          .between(2, 10),
      field<&Request::today>("Day from which recency counts; the server's UTC date by default."),
      field<&Request::ignore_future>("Leave out orders dated after today instead of refusing them.")
          .or_default(),
      field<&Request::merge_lines>(std::string(vocabulary::kMergeLinesSummary)).or_default(),
      field<&Request::lang>("Language of the interpretation.").or_default(),
      field<&Request::customers>("The cohort that is scored against itself.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostCustomers)
          .unique_by("customer_id"));
}

struct ScoredCustomer {
  std::string_view customer_id;
  std::int32_t recency_days = 0;
  std::int64_t frequency = 0;
  double monetary_total = 0;
  std::int32_t recency_score = 0;
  std::int32_t frequency_score = 0;
  std::int32_t monetary_score = 0;
  std::string rfm_class;
  std::int32_t rfm_total = 0;
  Tier rfm_tier = Tier::at_risk;
  std::string_view interpretation;
};
schema::Object describe(schema::For<ScoredCustomer>) {
  using C = ScoredCustomer;
  return schema::object<C>(
      "One customer's scores.", field<&C::customer_id>("The id as sent."),
      field<&C::recency_days>("Days since the last order.").unit("days"),
      field<&C::frequency>("Number of orders."),
      field<&C::monetary_total>("Sum of the order values.").unit("currency").digits(2),
      field<&C::recency_score>("1 (long ago) to bins (just now)."),
      field<&C::frequency_score>("1 (seldom) to bins (often)."),
      field<&C::monetary_score>("1 (little) to bins (much)."),
      field<&C::rfm_class>("The three scores side by side; with 10 bins a ten is written 10."),
      field<&C::rfm_total>("Sum of the three scores."), field<&C::rfm_tier>("Lifecycle tier."),
      field<&C::interpretation>("The tier in words."));
}

struct Thresholds {
  std::vector<double> recency;
  std::vector<double> frequency;
  std::vector<double> monetary;
};
schema::Object describe(schema::For<Thresholds>) {
  return schema::object<Thresholds>(
      "Cut points, bins - 1 of each.",
      field<&Thresholds::recency>("Descending: at most this many days reach the next score.")
          .unit("days")
          .digits(2),
      field<&Thresholds::frequency>("Ascending: at least this many orders.").digits(2),
      field<&Thresholds::monetary>("Ascending: at least this total.").unit("currency").digits(2));
}

struct Response {
  std::vector<ScoredCustomer> customers;
  Thresholds thresholds;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("RFM scores.",
                                  field<&Response::customers>("In the order of the request."),
                                  field<&Response::thresholds>("Where the classes were cut."));
}

// Fills in who was scored and what they did, without the scores.
std::vector<rfm::Behaviour> observe(const Request& request, Date today, Response& response,
                                    Context& context) {
  std::vector<rfm::Behaviour> behaviours;
  std::vector<std::string_view> without_orders;
  behaviours.reserve(request.customers.size());
  response.customers.reserve(request.customers.size());
  vocabulary::OrderLines<Order> lines(request.merge_lines);
  for (const Customer& customer : request.customers) {
    activity::Purchases purchases;
    for (const Order& order : lines.orders(customer.transactions)) {
      if (order.date <= today) purchases.add(order.date, order.amount);
    }
    if (purchases.count() == 0) {
      without_orders.push_back(customer.customer_id);
      continue;
    }
    ScoredCustomer& scored = response.customers.emplace_back();
    scored.customer_id = customer.customer_id;
    scored.recency_days = today - purchases.last();
    scored.frequency = purchases.count();
    scored.monetary_total = purchases.total();
    behaviours.push_back({static_cast<double>(scored.recency_days),
                          static_cast<double>(scored.frequency), scored.monetary_total});
  }
  lines.warn(context);
  vocabulary::warn_without_orders(without_orders, context);
  return behaviours;
}

Result<Response> compute(const Request& request, Context& context) {
  const Date today = vocabulary::reference_day(request.today, context);
  Faults faults;
  if (!request.ignore_future) vocabulary::refuse_future(request.customers, today, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  Response response;
  const auto behaviours = observe(request, today, response, context);
  if (behaviours.empty()) {
    return invalid("/customers", "no_orders", "No customer has an order on or before today.");
  }
  rfm::Scoring scoring = rfm::score(behaviours, request.bins);
  for (std::size_t i = 0; i < behaviours.size(); ++i) {
    const rfm::Scores& scores = scoring.customers[i];
    ScoredCustomer& scored = response.customers[i];
    scored.recency_score = scores.recency;
    scored.frequency_score = scores.frequency;
    scored.monetary_score = scores.monetary;
    scored.rfm_class = std::to_string(scores.recency) + std::to_string(scores.frequency) +
                       std::to_string(scores.monetary);
    scored.rfm_total = scores.total;
    scored.rfm_tier = static_cast<Tier>(scores.tier);
    scored.interpretation =
        kInterpretations[static_cast<std::size_t>(scores.tier)].in(request.lang);
  }
  if (std::all_of(scoring.customers.begin(), scoring.customers.end(),
                  [&](const rfm::Scores& one) { return one.total == 3 * request.bins; })) {
    context.warn("no_contrast",
                 "All customers are alike (or there is one only), so ties give everybody the best "
                 "score: the tiers say nothing about them. Send the whole base.",
                 "/customers");
  }
  response.thresholds = {std::move(scoring.thresholds.recency),
                         std::move(scoring.thresholds.frequency),
                         std::move(scoring.thresholds.monetary)};
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_rfm",
       .group = "customer",
       .title = "RFM scores and tiers",
       .description =
           "Scores every customer from 1 to `bins` on recency, frequency and monetary value, cut "
           "at the quantiles of the customers sent, and sorts them into five lifecycle tiers.\n\n"
           "Champion: total of at least 3 bins - 2. Of the others, by the share of customers with "
           "a higher total: Loyal below 30 %, Potential below 55 %, Promising below 80 %, At-Risk "
           "from there on. Equal values score equally and ties share the better tier, whatever the "
           "order of the rows. Scores are relative to the cohort: send the whole base, not one "
           "customer.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::customer_rfm
