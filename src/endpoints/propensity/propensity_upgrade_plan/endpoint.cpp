// propensity_upgrade_plan: who will move to a dearer plan.
#include "vocabulary/propensity_request.hpp"

namespace clientele::endpoints::propensity_upgrade_plan {
namespace {

using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_upgrade;
};
schema::Object describe(schema::For<Customer>) {
  return vocabulary::propensity_customer<Customer, &Customer::label_upgrade>(
      "Whether the customer upgraded; absent = to be scored only.");
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
      schema::field<&Request::target_plan>("The plan that is offered."));
}

constexpr vocabulary::PropensityWords kWords{
    .endpoint = "propensity_upgrade_plan",
    .advice = {Phrase{"Very high propensity – contact personally with upgrade offer.",
                      "Propensión muy alta – contactar en persona con una oferta de mejora.",
                      "Propensão muito alta – contatar pessoalmente com oferta de upgrade."},
               Phrase{"High propensity – push personalised upgrade offer.",
                      "Propensión alta – impulsar una oferta de mejora personalizada.",
                      "Propensão alta – promover oferta de upgrade personalizada."},
               Phrase{"Medium propensity – show upgrade benefits in product.",
                      "Propensión media – mostrar las ventajas en el producto.",
                      "Propensão média – mostrar os benefícios no produto."},
               Phrase{"Low propensity – nurture, don’t discount.",
                      "Propensión baja – nutrir, sin descuentos.",
                      "Propensão baixa – nutrir, sem descontos."},
               Phrase{"Very low propensity – deprioritise in current cycle.",
                      "Propensión muy baja – dejar para después en el ciclo actual.",
                      "Propensão muito baixa – despriorizar no ciclo atual."}},
    .outcome = {"the propensity to upgrade", "la propensión a mejorar de plan",
                "a propensão a fazer upgrade"}};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  return vocabulary::propensity_of<&Customer::label_upgrade>(
      request, std::string(request.current_plan) + " → " + std::string(request.target_plan), kWords,
      context);
}

}  // namespace

schema::Endpoint endpoint() {
  return vocabulary::propensity_endpoint<Request, compute>(
      kWords, "Propensity to upgrade a plan",
      "How likely each customer is to move from `current_plan` up to `target_plan`.",
      " and this `current_plan` and `target_plan`");
}

}  // namespace clientele::endpoints::propensity_upgrade_plan
