// segment_subsegment_explore: clusters within the clusters that the caller already has.
#include <algorithm>
#include <map>
#include <string>

#include "models/cluster/segments.hpp"
#include "models/cluster/sweep.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/clusterings.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::endpoints::segment_subsegment_explore {
namespace {

using schema::field;
using vocabulary::Interpretations;
using vocabulary::Language;
using vocabulary::Phrase;
using vocabulary::Scaling;
using vocabulary::Shopper;

struct Request {
  std::vector<Shopper> customers;
  schema::Map<std::int32_t> labels;
  std::optional<std::int32_t> target_cluster;
  std::vector<std::int32_t> k_range{2, 3};
  Scaling scaling = Scaling::none;
  std::uint32_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Customers, the cluster of each, and where to look closer.",
      field<&R::customers>("Every customer of the segmentation.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostShoppers)
          .unique_by("id"),
      field<&R::labels>("Parent cluster by customer id, one for every customer."),
      field<&R::target_cluster>("Look into this parent only; all of them by default."),
      field<&R::k_range>("Numbers of sub-clusters to try.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"k_range", 29})
          .between(2, 30),
      field<&R::scaling>("How columns are made comparable; as they are by default.").or_default(),
      field<&R::seed>("Of the random starts.").or_default(),
      field<&R::lang>("Adds interpretations in this language beside the English ones.")
          .or_default());
}

struct Row {
  std::int32_t k = 0;
  std::optional<double> silhouette;
  std::optional<double> davies_bouldin;
};
schema::Object describe(schema::For<Row>) {
  return schema::object<Row>("One k.", field<&Row::k>("Sub-clusters."),
                             field<&Row::silhouette>("-1 to 1, higher is better.").nullable(),
                             field<&Row::davies_bouldin>("Lower is better.").nullable());
}

struct MetricExplanation {
  std::string_view silhouette;
  std::string_view davies_bouldin;
};
schema::Object describe(schema::For<MetricExplanation>) {
  using M = MetricExplanation;
  return schema::object<M>("How to read the scores.", field<&M::silhouette>("In a sentence."),
                           field<&M::davies_bouldin>("In a sentence."));
}

struct Centroids {
  std::vector<std::string_view> columns{"frequency", "amount_spent", "n_categories"};
  std::vector<std::vector<double>> values;
};
schema::Object describe(schema::For<Centroids>) {
  return schema::object<Centroids>("Means of the sub-clusters.",
                                   field<&Centroids::columns>("Meaning of the numbers."),
                                   field<&Centroids::values>("One row a sub-cluster."));
}

struct Exploration {
  std::vector<Row> benchmark;
  std::int32_t best_k = 1;
  std::string selection_description;
  MetricExplanation metric_explanation;
  Centroids nested_centroids;
  schema::Map<std::int32_t> nested_labels;
  std::vector<vocabulary::LegendEntry> nested_cluster_legend;
  Interpretations nested_interpretations_en;
  std::optional<Interpretations> nested_interpretations_es;
  std::optional<Interpretations> nested_interpretations_pt;
};
schema::Object describe(schema::For<Exploration>) {
  using E = Exploration;
  return schema::object<E>(
      "What is inside one parent cluster.",
      field<&E::benchmark>("Scores by ascending k; empty when the parent is too small."),
      field<&E::best_k>("The k of the highest silhouette, then lowest Davies-Bouldin; 1 when "
                        "there is none."),
      field<&E::selection_description>("Why this k."),
      field<&E::metric_explanation>("How to read the scores."),
      field<&E::nested_centroids>("Means in original units."),
      field<&E::nested_labels>("Sub-cluster by customer id; 0 has the lowest mean spend."),
      field<&E::nested_cluster_legend>("Portraits of the sub-clusters."),
      field<&E::nested_interpretations_en>("The portraits in words."),
      field<&E::nested_interpretations_es>("In Spanish, with lang es."),
      field<&E::nested_interpretations_pt>("In Portuguese, with lang pt."));
}

struct Response {
  schema::Map<Exploration, std::string> subsegment_results;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Sub-segments.",
                                  field<&Response::subsegment_results>("By parent cluster."));
}

MetricExplanation explain(Language language) {
  return {Phrase{"Ranges −1…1; closer to 1 means dense & well-separated.",
                 "De −1 a 1; cuanto más cerca de 1, más densos y separados.",
                 "De −1 a 1; quanto mais perto de 1, mais densos e separados."}
              .in(language),
          Phrase{"Lower is better; 0 indicates perfect separation.",
                 "Cuanto menor, mejor; 0 indica separación perfecta.",
                 "Quanto menor, melhor; 0 indica separação perfeita."}
              .in(language)};
}

std::string describe_choice(std::int32_t parent, const cluster::Trial* best, std::size_t members,
                            Language language) {
  const std::string name = std::to_string(parent);
  if (best == nullptr) {
    constexpr Phrase kInside{"Parent-cluster ", "El grupo ", "O grupo "};
    constexpr Phrase kSmall{
        " customer(s), too few or too alike to be split: a split into k needs k + 1 customers of "
        "at least k different kinds.",
        " cliente(s), muy pocos o muy parecidos para dividirse: dividir en k exige k + 1 clientes "
        "de al menos k tipos distintos.",
        " cliente(s), poucos ou parecidos demais para dividir: dividir em k exige k + 1 clientes "
        "de pelo menos k tipos distintos."};
    constexpr Phrase kHas{" has ", " tiene ", " tem "};
    std::string text(kInside.in(language));
    text += name;
    text += kHas.in(language);
    text += std::to_string(members);
    return text += kSmall.in(language);
  }
  constexpr Phrase kInside{"Inside parent-cluster ", "Dentro del grupo ", "Dentro do grupo "};
  constexpr Phrase kYielded{" yielded the highest silhouette (", " dio la silueta más alta (",
                            " deu a silhueta mais alta ("};
  constexpr Phrase kLowest{" and lowest Davies-Bouldin (", " y el menor Davies-Bouldin (",
                           " e o menor Davies-Bouldin ("};
  std::string text(kInside.in(language));
  text += name + ", k = " + std::to_string(best->k);
  text += kYielded.in(language);
  text += vocabulary::grouped(*best->silhouette, 3, language) + ")";
  text += kLowest.in(language);
  return text + vocabulary::grouped(*best->davies_bouldin, 3, language) + ").";
}

Result<Exploration> explore(const Request& request, std::int32_t parent,
                            const std::vector<std::size_t>& members, Context& context) {
  std::vector<Shopper> shoppers;
  std::vector<double> spend;
  for (const std::size_t member : members) {
    shoppers.push_back(request.customers[member]);
    spend.push_back(shoppers.back().amount_spent);
  }
  const auto categories = vocabulary::categories_of(shoppers);
  const auto values = vocabulary::shopper_values(shoppers, categories);
  auto prepared = vocabulary::prepare(values, vocabulary::kShopperColumns, request.scaling);
  if (!prepared) return std::move(prepared).error();
  const cluster::Cohort& cohort = prepared->cohort;
  cluster::SweepOptions options;
  for (const std::int32_t k : request.k_range) {
    if (static_cast<std::size_t>(k) < members.size()) {
      options.ks.push_back(static_cast<std::size_t>(k));
    }
  }
  options.algorithms = {cluster::Algorithm::kmeans};
  options.seed = request.seed;
  options.threads = context.threads;
  options.cancelled = [&] { return context.cancelled(); };
  const cluster::Sweep sweep = cluster::sweep(cohort, options);
  if (sweep.cancelled) return vocabulary::gave_up();

  const cluster::Trial fallback = cluster::undivided(cohort);
  const cluster::Trial& best = sweep.best ? sweep.trials[*sweep.best] : fallback;
  Exploration found;
  for (const cluster::Trial& trial : sweep.trials) {
    found.benchmark.push_back(
        {static_cast<std::int32_t>(trial.k), trial.silhouette, trial.davies_bouldin});
  }
  found.best_k = static_cast<std::int32_t>(best.k);
  found.selection_description =
      describe_choice(parent, sweep.best ? &best : nullptr, members.size(), request.lang);
  found.metric_explanation = explain(request.lang);
  cluster::Labels labels = cohort.per_row(best.labels);
  cluster::number_by_mean(labels, spend);
  found.nested_centroids.values =
      vocabulary::group_means(values, vocabulary::kShopperColumns, labels, best.clusters);
  for (std::size_t i = 0; i < shoppers.size(); ++i) {
    found.nested_labels.entries.emplace_back(shoppers[i].id, labels[i]);
  }
  found.nested_cluster_legend = vocabulary::legend_of(shoppers, categories, labels, best.clusters);
  const auto& legend = found.nested_cluster_legend;
  found.nested_interpretations_en = vocabulary::interpretations(legend, Language::en);
  if (request.lang == Language::es) {
    found.nested_interpretations_es = vocabulary::interpretations(legend, Language::es);
  } else if (request.lang == Language::pt) {
    found.nested_interpretations_pt = vocabulary::interpretations(legend, Language::pt);
  }
  return found;
}

Result<Response> compute(const Request& request, Context& context) {
  std::vector<std::string_view> ids;
  for (const Shopper& customer : request.customers) ids.push_back(customer.id);
  Faults faults;
  const auto labels = vocabulary::match_labels(ids, request.labels, faults);
  std::map<std::int32_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < labels.size(); ++i) members[labels[i]].push_back(i);
  if (faults.empty() && request.target_cluster && !members.contains(*request.target_cluster)) {
    std::vector<std::string> allowed;
    for (const auto& [parent, customers] : members) {
      if (allowed.size() < kMaxListedFaults) allowed.push_back(std::to_string(parent));
    }
    faults.add("/target_cluster", "unknown_cluster", "No customer has this label.", allowed);
  }
  if (!faults.empty()) return std::move(faults).to_error();
  Response response;
  for (const auto& [parent, customers] : members) {
    if (request.target_cluster && parent != *request.target_cluster) continue;
    auto found = explore(request, parent, customers, context);
    if (!found) return std::move(found).error();
    response.subsegment_results.entries.emplace_back(std::to_string(parent),
                                                     std::move(found).value());
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "segment_subsegment_explore",
       .group = "segmentation",
       .title = "Segments within segments",
       .description =
           "Splits each cluster that you already have into sub-clusters by K-Means on frequency, "
           "amount spent and number of categories, and keeps the k of the highest silhouette, then "
           "lowest Davies-Bouldin.\n\n"
           "Columns are taken in their own units unless `scaling` says otherwise. A parent of "
           "fewer than k + 1 customers, or fewer than k different ones, is not split into k; where "
           "nothing is left `best_k` is 1. Every customer needs a label and every label a "
           "customer.",
       .cost = "O(n k) an iteration; O(m^2) for the silhouettes of a parent with m customers",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::segment_subsegment_explore
