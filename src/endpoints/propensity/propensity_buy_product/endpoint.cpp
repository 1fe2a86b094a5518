// propensity_buy_product: who will buy this product.
#include "vocabulary/propensity_request.hpp"

namespace clientele::endpoints::propensity_buy_product {
namespace {

using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_buy;
};
schema::Object describe(schema::For<Customer>) {
  return vocabulary::propensity_customer<Customer, &Customer::label_buy>(
      "Whether the customer bought it; absent = to be scored only.");
}

struct Request {
  std::string_view product_sku;
  schema::Table<Customer> customers;
  std::vector<double> tier_quantiles;
  std::uint64_t seed = 42;
  bool explain_features = false;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  return vocabulary::propensity_request<Request>(
      schema::field<&Request::product_sku>("The product that is offered."));
}

constexpr vocabulary::PropensityWords kWords{
    .endpoint = "propensity_buy_product",
    .advice = {Phrase{"Very high propensity – prime candidate for personalised offer.",
                      "Propensión muy alta – candidato ideal para una oferta personalizada.",
                      "Propensão muito alta – candidato ideal para oferta personalizada."},
               Phrase{"High propensity – include in targeted campaign.",
                      "Propensión alta – incluir en la campaña dirigida.",
                      "Propensão alta – incluir na campanha direcionada."},
               Phrase{"Medium propensity – nurture with relevant content.",
                      "Propensión media – nutrir con contenido relevante.",
                      "Propensão média – nutrir com conteúdo relevante."},
               Phrase{"Low propensity – low-cost channels only.",
                      "Propensión baja – solo canales de bajo coste.",
                      "Propensão baixa – apenas canais de baixo custo."},
               Phrase{"Very low propensity – deprioritise in current cycle.",
                      "Propensión muy baja – dejar para después en el ciclo actual.",
                      "Propensão muito baixa – despriorizar no ciclo atual."}},
    .outcome = {"the propensity to buy", "la propensión a comprar", "a propensão a comprar"}};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  return vocabulary::propensity_of<&Customer::label_buy>(request, std::string(request.product_sku),
                                                         kWords, context);
}

}  // namespace

schema::Endpoint endpoint() {
  return vocabulary::propensity_endpoint<Request, compute>(
      kWords, "Propensity to buy a product",
      "How likely each customer is to buy `product_sku` in the next cycle.",
      " and this `product_sku`");
}

}  // namespace clientele::endpoints::propensity_buy_product
