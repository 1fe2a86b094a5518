// propensity_downgrade_plan: who will move to a cheaper plan.
#include "vocabulary/propensity_request.hpp"

namespace clientele::endpoints::propensity_downgrade_plan {
namespace {

using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_downgrade;
};
schema::Object describe(schema::For<Customer>) {
  return vocabulary::propensity_customer<Customer, &Customer::label_downgrade>(
      "Whether the customer downgraded; absent = to be scored only.");
}

struct Request {
  std::string_view current_plan;
  std::string_view target_plan;
  schema::Table<Customer> customers;
  std::vector<double> tier_quantiles;
  std::uint64_t seed = 42;
  bool explain_features = false;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  return vocabulary::propensity_request<Request>(
      schema::field<&Request::current_plan>("The plan that the customers have."),
      schema::field<&Request::target_plan>("The cheaper plan."));
}

constexpr vocabulary::PropensityWords kWords{
    .endpoint = "propensity_downgrade_plan",
    .advice = {Phrase{"Very high propensity – call now, settle what is wrong.",
                      "Propensión muy alta – llamar ya y resolver el problema.",
                      "Propensão muito alta – ligar já e resolver o problema."},
               Phrase{"High propensity – offer help and value review.",
                      "Propensión alta – ofrecer ayuda y revisión de valor.",
                      "Propensão alta – oferecer ajuda e revisão de valor."},
               Phrase{"Medium propensity – show unused benefits.",
                      "Propensión media – mostrar ventajas sin usar.",
                      "Propensão média – mostrar benefícios não usados."},
               Phrase{"Low propensity – watch usage.", "Propensión baja – vigilar el uso.",
                      "Propensão baixa – observar o uso."},
               Phrase{"Very low propensity – no action needed.",
                      "Propensión muy baja – no hace falta actuar.",
                      "Propensão muito baixa – nenhuma ação necessária."}},
    .outcome = {"the propensity to downgrade", "la propensión a bajar de plan",
                "a propensão a rebaixar o plano"}};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  return vocabulary::propensity_of<&Customer::label_downgrade>(
      request, std::string(request.current_plan) + " → " + std::string(request.target_plan), kWords,
      context);
}

}  // namespace

schema::Endpoint endpoint() {
  return vocabulary::propensity_endpoint<Request, compute>(
      kWords, "Propensity to downgrade a plan",
      "How likely each customer is to move from `current_plan` down to `target_plan`.",
      " and this `current_plan` and `target_plan`");
}

}  // namespace clientele::endpoints::propensity_downgrade_plan
