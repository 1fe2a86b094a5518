// recommend_user_items: what one user is likely to want next.
#include "schema/endpoint.hpp"
#include "vocabulary/recommendation_request.hpp"

namespace clientele::endpoints::recommend_user_items {
namespace {

using schema::field;
using namespace vocabulary;

struct Request {
  std::string_view user_id;
  std::int32_t top_k = 10;
  std::vector<Interaction> interactions;
  std::vector<CatalogueItem> items;
  Algorithm algorithm = Algorithm::als;
  LatentSimilarity similarity = LatentSimilarity::dot;
  bool exclude_seen = true;
  double diversity = 0;
  std::vector<std::string_view> allow_items;
  std::vector<std::string_view> deny_items;
  std::optional<double> half_life_days;
  std::int32_t ngram_max = 1;
  bool evaluate = false;
  bool explain = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  return describe_list_request<Request>(
      "A user, what all users did, and the catalogue.",
      schema::field<&Request::user_id>("Whom to recommend to.").not_empty());
}

struct Response {
  std::vector<Recommendation> recommendations;
  RecommendationInfo model_info;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("The list.", field<&Response::recommendations>("Best first."),
                                  field<&Response::model_info>("What ranked them."));
}

Result<Response> compute(const Request& request, Context& context) {
  auto shelf = Shelf::make(request.interactions, request.items, order_of(request), context);
  if (!shelf) return std::move(shelf).error();
  const auto user = (*shelf)->coded().user_code(request.user_id);
  Response response;
  response.recommendations = (*shelf)->list_of(user);
  response.model_info = (*shelf)->info();
  if (!user || !(*shelf)->has_likes(*user)) {
    add_note(response.model_info,
             "The user has no interaction with a rating above 0, so there is nothing to go by: "
             "send some, or use recommend_similar_items.");
  } else if (!response.recommendations.empty() &&
             response.recommendations.front().source == Source::content_fallback &&
             response.recommendations.front().score == 0) {
    add_note(response.model_info,
             "No item of the list shares a word with what the user chose, so it is in the order "
             "of the catalogue.");
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "recommend_user_items",
       .group = "recommend",
       .title = "What a user may want next",
       .description =
           "Ranks the catalogue for one user from what all users did and from the items' "
           "metadata.\n\n"
           "**als** (default): matrix factorisation for implicit feedback, 50 dimensions, 30 "
           "iterations. An interaction of weight w (rating / 5, else 1; rows of one user and item "
           "add up) has confidence 1 + 5 w, everything unseen confidence 1, and each user's and "
           "item's ridge grows with their confidence (0.003 x its sum), so that one setting fits "
           "catalogues of any size. It needs 75 users, 50 items somebody likes and 1 500 "
           "interactions; with less the answer falls back to **content**: the rating-weighted mean "
           "of an item's TF-IDF cosine (scikit-learn's defaults) to the user's other items. "
           "**ease**: a closed-form item model for up to 10 000 active items; it counts who chose "
           "what, not how often, and is usually the best on catalogues of that size. **auto** "
           "measures ALS, EASE (with three ridges, above 5 000 active items with one) and content "
           "on "
           "held-out last steps and uses the best.\n\n"
           "A list is shorter than top_k only where the filters leave fewer items: what nobody has "
           "liked yet follows in the order of its content score, marked `content-fallback`. "
           "`diversity` re-ranks the 300 best by maximal marginal relevance on their texts "
           "(without "
           "metadata, on who liked them). `explain` lists what each of the user's items adds to "
           "a score.\n\n"
           "Trained models are kept for the tenant: the next call on the same data and settings "
           "does not train again and gives the same answer. A user without history gets an empty "
           "list. Interactions with items that are not in `items` are refused. `value` is an "
           "in-sample fit; trust `evaluate`.",
       .cost = "O(interactions x dims) an iteration, O(items x dims) a list",
       .since = "0.2",
       .limits = {kMostEaseItems}});
}

}  // namespace clientele::endpoints::recommend_user_items
