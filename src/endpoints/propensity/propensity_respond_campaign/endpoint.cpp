// propensity_respond_campaign: who will respond to this campaign.
#include <array>

#include "schema/endpoint.hpp"
#include "vocabulary/propensity.hpp"

namespace clientele::endpoints::propensity_respond_campaign {
namespace {

using schema::field;
using vocabulary::Language;
using vocabulary::Phrase;

struct Customer {
  std::string_view customer_id;
  schema::FeatureRow features;
  std::optional<bool> label_respond;
};
schema::Object describe(schema::For<Customer>) {
  using C = Customer;
  return schema::object<C>(
      "A customer.", field<&C::customer_id>("Your id of the customer.").not_empty(),
      field<&C::features>("Numbers, texts (levels) and booleans; any names."),
      field<&C::label_respond>("Whether the customer responded; absent = to be scored only.")
          .as_label());
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
  using R = Request;
  return schema::object<R>(
      "Customers to score, with labels to train on where they are known.",
      field<&R::campaign_id>("The campaign.").not_empty(),
      field<&R::customers>("One row a customer.")
          .at_least_items(1)
          .at_most_items({"propensity_rows", 100'000})
          .unique_by("customer_id"),
      field<&R::tier_quantiles>("Lowest probabilities of Very High, High, Medium and Low, "
                                "descending; 0.9, 0.7, 0.4, 0.2 if absent.")
          .or_default()
          .between(0, 1),
      field<&R::seed>("Seed of folds and samples.").or_default(),
      field<&R::explain_features>("Adds top_factors to every prediction.")
          .or_default()
          .header("X-Explain-Features"),
      field<&R::lang>("Language of the texts.").or_default());
}

constexpr std::array<Phrase, 5> kAdvice{
    Phrase{"Very high propensity – send first, full offer.",
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
           "Propensão muito baixa – suprimir ou canal mais barato."}};
constexpr Phrase kOutcome{"the propensity to respond", "la propensión a responder",
                          "a propensão a responder"};

Result<vocabulary::PropensityAnswer> compute(const Request& request, Context& context) {
  vocabulary::PropensityTask task{.endpoint = "propensity_respond_campaign",
                                  .key = std::string(request.campaign_id),
                                  .ids = {},
                                  .labels = {},
                                  .advice = kAdvice,
                                  .outcome = kOutcome,
                                  .cuts = request.tier_quantiles,
                                  .seed = request.seed,
                                  .explain = request.explain_features,
                                  .language = request.lang};
  vocabulary::take_rows<&Customer::label_respond>(request.customers, task);
  return vocabulary::propensity(task, context);
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, vocabulary::PropensityAnswer, compute>(
      {.name = "propensity_respond_campaign",
       .group = "propensity",
       .title = "Propensity to respond to a campaign",
       .description =
           "How likely each customer is to open, click or buy from `campaign_id`.\n\n"
           "With at least 20 labelled rows of each class it trains: logistic regression, random "
           "forest, XGBoost and CatBoost compared on the same stratified folds, the highest "
           "ROC-AUC "
           "chosen, its probabilities calibrated out of fold. A labelled row gets the score of a "
           "model that did not see it. The model is kept for the tenant for 30 days and this "
           "`campaign_id`.\n\n"
           "With fewer labels the kept model scores (`model_info.cached`, `trained_at`); features "
           "that it misses or does not know are warned of. Without a kept model the probabilities "
           "are null and `model_info.note` says why.\n\n"
           "Tiers: Very High from 0.9, High from 0.7, Medium from 0.4, Low from 0.2; "
           "`tier_quantiles` sets other cut-offs. The header X-Explain-Features: true adds the "
           "three "
           "strongest exact SHAP contributions to every prediction. A feature that alone tells the "
           "label gets the warning possible_leakage.",
       .cost = "O(trees n features depth), 4 algorithms x 5 folds",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::propensity_respond_campaign
