// propensity_engage_any: who will engage with any campaign at all.
#include "vocabulary/propensity_request.hpp"

namespace clientele::endpoints::propensity_engage_any {
namespace {

using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_engage;
};
schema::Object describe(schema::For<Customer>) {
  return vocabulary::propensity_customer<Customer, &Customer::label_engage>(
      "Whether the customer engaged; absent = to be scored only.");
}

struct Request {
  schema::Table<Customer> customers;
  std::vector<double> tier_quantiles;
  std::uint64_t seed = 42;
  bool explain_features = false;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) { return vocabulary::propensity_request<Request>(); }

constexpr vocabulary::PropensityWords kWords{
    .endpoint = "propensity_engage_any",
    .advice = {Phrase{"Very high propensity – contact in every campaign.",
                      "Propensión muy alta – contactar en cada campaña.",
                      "Propensão muito alta – contatar em todas as campanhas."},
               Phrase{"High propensity – include in main sends.",
                      "Propensión alta – incluir en los envíos principales.",
                      "Propensão alta – incluir nos envios principais."},
               Phrase{"Medium propensity – include in selected sends.",
                      "Propensión media – incluir en envíos seleccionados.",
                      "Propensão média – incluir em envios selecionados."},
               Phrase{"Low propensity – cheaper channel only.",
                      "Propensión baja – solo un canal más barato.",
                      "Propensão baixa – apenas canal mais barato."},
               Phrase{"Very low propensity – deprioritise in current cycle.",
                      "Propensión muy baja – dejar para después en el ciclo actual.",
                      "Propensão muito baixa – despriorizar no ciclo atual."}},
    .outcome = {"the propensity to engage", "la propensión a interactuar",
                "a propensão a interagir"}};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  return vocabulary::propensity_of<&Customer::label_engage>(request, "", kWords, context);
}

}  // namespace

schema::Endpoint endpoint() {
  return vocabulary::propensity_endpoint<Request, compute>(
      kWords, "Propensity to engage with anything",
      "How likely each customer is to engage with any message: a general model for campaigns, "
      "products and plans without history of their own.",
      "");
}

}  // namespace clientele::endpoints::propensity_engage_any
