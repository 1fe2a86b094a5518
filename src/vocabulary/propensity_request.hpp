// The requests of the propensity endpoints: one shape, in which only the label's name and what the
// kept model is for (a product, a campaign, two plans, nothing) differ.
//
// Such an endpoint has a row struct {customer_id, features, label} and a request struct {its keys,
// customers, tier_quantiles, seed, explain_features, lang}.
#pragma once

#include <limits>
#include <string>
#include <utility>

#include "schema/endpoint.hpp"
#include "vocabulary/propensity.hpp"

namespace clientele::vocabulary {

template <typename Customer, auto Label>
schema::Object propensity_customer(std::string label_summary) {
  using schema::field;
  return schema::object<Customer>(
      "A customer.", field<&Customer::customer_id>("Your id of the customer.").not_empty(),
      field<&Customer::features>("Numbers, texts (levels) and booleans; any names."),
      field<Label>(std::move(label_summary)).as_label());
}

template <typename Request, auto... Keys>
schema::Object propensity_request(schema::FieldOf<Keys>... keys) {
  using schema::field;
  return schema::object<Request>(
      "Customers to score, with labels to train on where they are known.",
      std::move(keys).not_empty()...,
      field<&Request::customers>("One row a customer.")
          .at_least_items(1)
          .at_most_items({"propensity_rows", 100'000})
          .unique_by("customer_id"),
      field<&Request::tier_quantiles>("Lowest probabilities of Very High, High, Medium and Low, "
                                      "descending; 0.9, 0.7, 0.4, 0.2 if absent.")
          .or_default()
          .between(0, 1),
      field<&Request::seed>("Seed of folds and samples.").or_default(),
      field<&Request::explain_features>("Adds top_factors to every prediction.")
          .or_default()
          .header("X-Explain-Features"),
      field<&Request::lang>("Language of the texts.").or_default());
}

// `key`: which of the endpoint's kept models; "" where it keeps one.
template <auto Label, typename Request>
Result<PropensityAnswer> propensity_of(const Request& request, const std::string& key,
                                       const PropensityWords& words, Context& context) {
  PropensityTask task{.key = key,
                      .ids = {},
                      .labels = {},
                      .words = words,
                      .cuts = request.tier_quantiles,
                      .seed = request.seed,
                      .explain = request.explain_features,
                      .language = request.lang};
  for (const auto& row : request.customers.rows) {
    const auto& label = row.*Label;
    task.ids.push_back(row.customer_id);
    task.labels.push_back(label ? (*label ? 1.0 : 0.0) : std::numeric_limits<double>::quiet_NaN());
  }
  task.table = &request.customers.features;
  return propensity(task, context);
}

// `question`: what the probability is of; `kept_for`: the keys of the kept model in words.
template <typename Request, Result<PropensityAnswer> (*Compute)(const Request&, Context&)>
schema::Endpoint propensity_endpoint(const PropensityWords& words, const std::string& title,
                                     const std::string& question, const std::string& kept_for) {
  return schema::declare<Request, PropensityAnswer, Compute>(
      {.name = std::string(words.endpoint),
       .group = "propensity",
       .title = title,
       .description = propensity_description(question, kept_for),
       .cost = "O(trees n features depth), 4 algorithms x 5 folds",
       .since = "0.1"});
}

}  // namespace clientele::vocabulary
