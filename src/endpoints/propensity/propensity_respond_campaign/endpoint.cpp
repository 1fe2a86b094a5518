// propensity_respond_campaign: who will respond to this campaign.
#include "vocabulary/propensity_request.hpp"

namespace clientele::endpoints::propensity_respond_campaign {
namespace {

using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_respond;
};
schema::Object describe(schema::For<Customer>) {
  return vocabulary::propensity_customer<Customer, &Customer::label_respond>(
      "Whether the customer responded; absent = to be scored only.");
}

struct Request {
  std::string_view campaign_id;
  schema::Table<Customer> customers;
  std::vector<double> tier_quantiles;
  std::uint64_t seed = 42;
  bool explain_features = false;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  return vocabulary::propensity_request<Request>(
      schema::field<&Request::campaign_id>("The campaign."));
}

constexpr vocabulary::PropensityWords kWords{
    .endpoint = "propensity_respond_campaign",
    .advice = {Phrase{"Very high propensity – send first, full offer.",
                      "Propensión muy alta – enviar primero, oferta completa.",
                      "Propensão muito alta – enviar primeiro, oferta completa."},
               Phrase{"High propensity – include in main send.",
                      "Propensión alta – incluir en el envío principal.",
                      "Propensão alta – incluir no envio principal."},
               Phrase{"Medium propensity – include with lighter incentive.",
                      "Propensión media – incluir con un incentivo menor.",
                      "Propensão média – incluir com incentivo menor."},
               Phrase{"Low propensity – cheaper channel or reminder only.",
                      "Propensión baja – canal más barato o solo recordatorio.",
                      "Propensão baixa – canal mais barato ou apenas lembrete."},
               Phrase{"Very low propensity – suppress or cheaper channel.",
                      "Propensión muy baja – suprimir o canal más barato.",
                      "Propensão muito baixa – suprimir ou canal mais barato."}},
    .outcome = {"the propensity to respond", "la propensión a responder",
                "a propensão a responder"}};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  return vocabulary::propensity_of<&Customer::label_respond>(
      request, std::string(request.campaign_id), kWords, context);
}

}  // namespace

schema::Endpoint endpoint() {
  return vocabulary::propensity_endpoint<Request, compute>(
      kWords, "Propensity to respond to a campaign",
      "How likely each customer is to open, click or buy from `campaign_id`.",
      " and this `campaign_id`");
}

}  // namespace clientele::endpoints::propensity_respond_campaign
