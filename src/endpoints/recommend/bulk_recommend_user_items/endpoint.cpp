// bulk_recommend_user_items: lists for many users from one model.
#include <algorithm>
#include <memory>
#include <span>
#include <string>

#include "schema/endpoint.hpp"
#include "vocabulary/recommendation_request.hpp"

namespace clientele::endpoints::bulk_recommend_user_items {
namespace {

using schema::field;
using namespace vocabulary;

struct Request {
  std::vector<std::string_view> user_ids;
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
      "Users, what all users did, and the catalogue.",
      schema::field<&Request::user_ids>("Whom to recommend to; empty: all users of interactions.")
          .or_default()
          .at_most_items({"recommend_users", 1'000'000}));
}

using Lists = schema::Map<std::vector<Recommendation>>;

struct Response {
  schema::Streamed<Lists> results;
  RecommendationInfo model_info;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>(
      "A list for each user.",
      field<&Response::results>("By user id; [] for users without history."),
      field<&Response::model_info>("What ranked them."));
}

constexpr std::size_t kUsersPerBatch = 1'024;

struct Reader {
  std::string_view id;
  std::optional<std::uint32_t> code;
};

// The users that were asked for, each once, in the order of the request.
std::vector<Reader> readers_of(const Request& request, const CodedInteractions& coded) {
  const auto& ids = request.user_ids.empty() ? coded.users.texts() : request.user_ids;
  Dictionary distinct;
  std::vector<Reader> readers;
  for (const std::string_view id : ids) {
    if (distinct.code(id) == readers.size()) readers.push_back({id, coded.user_code(id)});
  }
  return readers;
}

void write_lists(const Shelf& shelf, std::span<const Reader> readers, std::size_t threads,
                 schema::JsonWriter& writer) {
  writer.begin_object();
  for (std::size_t first = 0; first < readers.size() && !writer.stopped();
       first += kUsersPerBatch) {
    const auto batch = readers.subspan(first, std::min(kUsersPerBatch, readers.size() - first));
    std::vector<std::uint32_t> known;
    for (const Reader& reader : batch) {
      if (reader.code) known.push_back(*reader.code);
    }
    const auto lists = shelf.lists_of(known, threads);
    std::size_t next = 0;
    const std::vector<Recommendation> none;
    for (const Reader& reader : batch) {
      writer.key(reader.id);
      writer.value(schema::type_of<std::vector<Recommendation>>(),
                   reader.code ? &lists[next++] : &none);
    }
  }
  writer.end_object();
}

Result<Response> compute(const Request& request, Context& context) {
  auto shelf = Shelf::make(request.interactions, request.items, order_of(request), context);
  if (!shelf) return std::move(shelf).error();
  const auto readers =
      std::make_shared<const std::vector<Reader>>(readers_of(request, (*shelf)->coded()));
  const auto without = static_cast<std::size_t>(std::ranges::count_if(
      *readers, [&](auto& reader) { return !reader.code || !(*shelf)->has_likes(*reader.code); }));
  Response response;
  response.model_info = (*shelf)->info();
  if (without > 0) {
    add_note(response.model_info,
             without == 1
                 ? "One user has no interaction with a rating above 0; their list is empty."
                 : std::to_string(without) +
                       " users have no interaction with a rating above 0; their lists are "
                       "empty.");
  }
  response.results.write = [kept = *shelf, readers,
                            threads = context.threads](schema::JsonWriter& writer) {
    write_lists(*kept, *readers, threads, writer);
  };
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "bulk_recommend_user_items",
       .group = "recommend",
       .title = "What many users may want next",
       .description =
           "recommend_user_items for many users: the same lists from one trained model, without "
           "`user_ids` for every user of `interactions`. The answer is written while it is sent, a "
           "thousand users at a time, so it may be larger than memory. Explanations name the "
           "user's "
           "items only with `explain`. Users without history get an empty list, and `note` counts "
           "them. Ids that are repeated in `user_ids` are answered once.",
       .cost = "O(interactions x dims) an iteration, O(items x dims) bytes a list",
       .since = "0.2",
       .limits = {kMostEaseItems}});
}

}  // namespace clientele::endpoints::bulk_recommend_user_items
