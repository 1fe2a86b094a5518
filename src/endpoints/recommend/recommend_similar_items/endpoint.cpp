// recommend_similar_items: what goes in place of, or beside, one item.
#include <array>
#include <string>

#include "models/recommend/similar_items.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/recommendations.hpp"

namespace clientele::endpoints::recommend_similar_items {
namespace {

using schema::field;
using vocabulary::CatalogueItem;
using vocabulary::Interaction;
using vocabulary::Language;
using vocabulary::Phrase;

constexpr int kScoreDigits = 4;
constexpr std::uint32_t kDims = 30;
constexpr std::uint32_t kIterations = 20;

enum class Source { cf, content, blend };
constexpr auto choices(schema::For<Source>) {
  return std::array<std::string_view, 3>{"cf", "content", "blend"};
}
constexpr std::array<Phrase, 3> kExplanations{
    Phrase{"Chosen by the same people as the reference item.",
           "Lo eligen las mismas personas que el artículo de referencia.",
           "Escolhido pelas mesmas pessoas que o item de referência."},
    vocabulary::kSharesWords,
    Phrase{"Chosen by the same people and shares similar attributes/keywords with the reference "
           "item.",
           "Lo eligen las mismas personas y comparte atributos o palabras clave con el artículo de "
           "referencia.",
           "Escolhido pelas mesmas pessoas e compartilha atributos ou palavras-chave com o item de "
           "referência."}};

struct Request {
  std::string_view item_id;
  std::int32_t top_k = 10;
  std::vector<CatalogueItem> items;
  std::vector<Interaction> interactions;
  double blend_cf = 0.5;
  double diversity = 0;
  std::vector<std::string_view> allow_items;
  std::vector<std::string_view> deny_items;
  std::int32_t ngram_max = 1;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "An item, the catalogue, and what users did.",
      field<&R::item_id>("The reference item; one of `items`.").not_empty(),
      field<&R::top_k>("Length of the list.").or_default().between(1, 200),
      field<&R::items>("The catalogue.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostItems)
          .unique_by("item_id"),
      field<&R::interactions>("What users did; rows of one user and item add up.")
          .or_default()
          .at_most_items(vocabulary::kMostInteractions),
      field<&R::blend_cf>("Weight of behaviour; 0 is content only, 1 behaviour only.")
          .or_default()
          .between(0, 1),
      field<&R::diversity>("0: by score alone; towards 1 the list repeats itself less.")
          .or_default()
          .between(0, 1),
      field<&R::allow_items>("Recommend only these; empty: all.")
          .or_default()
          .at_most_items(vocabulary::kMostItems),
      field<&R::deny_items>("Never recommend these.")
          .or_default()
          .at_most_items(vocabulary::kMostItems),
      field<&R::ngram_max>("2 adds pairs of words to the text model.").or_default().between(1, 2),
      field<&R::seed>("Of the start of ALS.").or_default().at_least(0),
      field<&R::lang>("Language of the explanations.").or_default());
}

struct SimilarItem {
  std::string_view item_id;
  double score = 0;
  Source source = Source::content;
  std::optional<std::string_view> explanation;
  double cf_score = 0;
  double content_score = 0;
};
schema::Object describe(schema::For<SimilarItem>) {
  using S = SimilarItem;
  return schema::object<S>(
      "A similar item.", field<&S::item_id>("The item."),
      field<&S::score>("blend_cf x cf_score + (1 - blend_cf) x content_score, 0 to 1.")
          .digits(kScoreDigits),
      field<&S::source>("Which of the two parts is above 0."),
      field<&S::explanation>("Why, in a sentence; absent where the score is 0."),
      field<&S::cf_score>("Latent cosine, shrunk for items with few users; 0 without behaviour.")
          .digits(kScoreDigits),
      field<&S::content_score>("TF-IDF cosine of the texts.").digits(kScoreDigits));
}

struct ModelInfo {
  std::string_view algorithm;
  std::string_view metric;
  double value = 1;
  std::uint64_t train_rows = 0;
  std::optional<std::string> note;
};
schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "The model behind the list.",
      field<&M::algorithm>("TF-IDF cosine, ALS cosine, or both blended."),
      field<&M::metric>("What value measures."),
      field<&M::value>("cosine_sim: 1, an item's similarity to itself. RMSE: of ALS's fitted "
                       "preferences against 1, in sample.")
          .digits(kScoreDigits),
      field<&M::train_rows>("Interactions, or items where behaviour took no part."),
      field<&M::note>("Why behaviour took no part."));
}

struct Response {
  std::vector<SimilarItem> recommendations;
  ModelInfo model_info;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("The list.", field<&Response::recommendations>("Best first."),
                                  field<&Response::model_info>("What ranked them."));
}

// Behaviour with all that it is made of.
struct Learned {
  recommend::Histories histories;
  recommend::ActiveItems active;
  factorization::Interactions interactions;
  std::optional<factorization::AlsModel> model;  // with too little behaviour: none
  double rmse = 0;

  recommend::Behaviour behaviour() const { return {*model, active, interactions}; }
};

Result<Learned> learn(const vocabulary::CodedInteractions& coded, const Request& request,
                      const Context& context) {
  recommend::Histories histories(coded.events, coded.users.size());
  recommend::ActiveItems active(histories, coded.items.size());
  factorization::Interactions interactions = active.interactions(histories);
  Learned learned{std::move(histories), std::move(active), std::move(interactions), std::nullopt,
                  0};
  const recommend::Thresholds thresholds;
  if (request.blend_cf == 0 || learned.interactions.users() < thresholds.users ||
      learned.interactions.items() < thresholds.items) {
    return learned;
  }
  recommend::FitOptions options;
  options.dims = kDims;
  options.iterations = kIterations;
  options.seed = static_cast<std::uint64_t>(request.seed);
  options.threads = context.threads;
  options.cancellation = context.cancellation;
  options.store = context.models;
  auto model = recommend::train_or_find_als(learned.interactions, options, &learned.rmse);
  if (!model) return std::move(model).error();
  learned.model = std::move(model).value();
  return learned;
}

ModelInfo info_of(const Request& request, const Learned& learned, bool has_cf) {
  ModelInfo info{.algorithm = "TF-IDF cosine",
                 .metric = "cosine_sim",
                 .value = 1,
                 .train_rows = request.items.size(),
                 .note = std::nullopt};
  if (has_cf) {
    info.algorithm = request.blend_cf < 1 ? "ALS cosine blended with TF-IDF cosine" : "ALS cosine";
    info.metric = "RMSE";
    info.value = learned.rmse;
    info.train_rows = request.interactions.size();
  } else if (request.blend_cf > 0 && learned.model) {
    info.note = "Nobody has chosen the reference item yet, so its texts alone decide.";
  } else if (request.blend_cf > 0 && !request.interactions.empty()) {
    const recommend::Thresholds least;
    info.note = "Behaviour took no part: it needs " + std::to_string(least.users) + " users and " +
                std::to_string(least.items) + " items that somebody likes; there are " +
                std::to_string(learned.interactions.users()) + " and " +
                std::to_string(learned.interactions.items()) + ".";
  }
  return info;
}

SimilarItem told(const recommend::Similar& similar, const Dictionary& items, Language language) {
  SimilarItem item{.item_id = items.text(similar.item),
                   .score = similar.score,
                   .source = Source::content,
                   .explanation = std::nullopt,
                   .cf_score = similar.cf,
                   .content_score = similar.content};
  if (similar.cf > 0) item.source = similar.content > 0 ? Source::blend : Source::cf;
  if (similar.score > 0) {
    item.explanation = kExplanations[static_cast<std::size_t>(item.source)].in(language);
  }
  return item;
}

Result<Response> compute(const Request& request, Context& context) {
  Faults faults;
  const auto coded =
      vocabulary::code_interactions(request.interactions, request.items, std::nullopt, faults);
  const auto item = coded.items.find(request.item_id);
  if (!item) {
    faults.add("/item_id", "unknown_item", "Must be the item_id of one of items.");
  }
  if (!faults.empty()) return std::move(faults).to_error();
  const auto allowed =
      vocabulary::allowed_items(coded.items, request.allow_items, request.deny_items, context);
  auto learned = learn(coded, request, context);
  if (!learned) return std::move(learned).error();
  const bool has_cf =
      learned->model && learned->active.active_of(*item) != recommend::ActiveItems::kNone;
  const auto index = text::TfidfIndex::build(
      vocabulary::texts_of(request.items),
      {.ngram_max = static_cast<std::uint32_t>(request.ngram_max), .threads = context.threads});
  std::optional<recommend::Behaviour> behaviour;
  if (has_cf) behaviour.emplace(learned->behaviour());
  Response response;
  for (const auto& similar :
       recommend::similar_items(index, behaviour ? &*behaviour : nullptr, *item,
                                {.k = static_cast<std::size_t>(request.top_k),
                                .blend_cf = request.blend_cf,
                                .allowed = allowed ? &*allowed : nullptr,
                                .diversity = request.diversity})) {
    response.recommendations.push_back(told(similar, coded.items, request.lang));
  }
  response.model_info = info_of(request, *learned, has_cf);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "recommend_similar_items",
       .group = "recommend",
       .title = "Items like this one",
       .description =
           "Ranks the catalogue by likeness to one item, from who chose what and from the items' "
           "metadata.\n\n"
           "content_score is the TF-IDF cosine of the texts (scikit-learn's defaults). cf_score is "
           "the cosine of the items in the latent space of an ALS model (30 dimensions, 20 "
           "iterations, fitted from 75 users and 50 liked items on), at least 0 and shrunk by "
           "n / (n + 5), n the smaller number of users of the two: a pair that two people chose "
           "proves little. The score is blend_cf x cf_score + (1 - blend_cf) x content_score.\n\n"
           "Where there is too little behaviour, or nobody has chosen the reference item yet, the "
           "score is the content score alone and `source` says so. Items that nobody has chosen "
           "have cf_score 0. A reference item that is not in `items` is refused, and so are "
           "interactions with unknown items. Exact: no approximate index is involved.",
       .cost = "O(interactions x dims) an iteration, O(items x dims) a list",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::recommend_similar_items
