// Recommendations as the endpoints give them, and how they are made from a request.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "models/recommend/fit.hpp"
#include "models/recommend/lists.hpp"
#include "models/text/tfidf_index.hpp"
#include "schema/describe.hpp"
#include "vocabulary/interactions.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

enum class Algorithm { als, ease, content, automatic };
constexpr auto choices(schema::For<Algorithm>) {
  return std::array<std::string_view, 4>{"als", "ease", "content", "auto"};
}
enum class LatentSimilarity { dot, cosine };
constexpr auto choices(schema::For<LatentSimilarity>) {
  return std::array<std::string_view, 2>{"dot", "cosine"};
}
enum class Source { als, ease, content_fallback };
constexpr auto choices(schema::For<Source>) {
  return std::array<std::string_view, 3>{"als", "ease", "content-fallback"};
}

inline constexpr Phrase kSharesWords{
    "Shares similar attributes/keywords with the reference item.",
    "Comparte atributos o palabras clave con el artículo de referencia.",
    "Compartilha atributos ou palavras-chave com o item de referência."};

inline constexpr Limit kMostEaseItems{"recommend_ease_items", 10'000};

struct Reason {
  std::string_view item_id;
  double contribution = 0;
};
schema::Object describe(schema::For<Reason>);

struct Recommendation {
  std::string_view item_id;
  double score = 0;
  Source source = Source::als;
  std::optional<std::string> explanation;
  std::optional<std::vector<Reason>> reasons;
  std::optional<double> other_reasons;
};
schema::Object describe(schema::For<Recommendation>);

struct MeasuredModel {
  std::string algorithm;
  double ndcg_at_10 = 0;
  double recall_at_20 = 0;
  double coverage = 0;
};
schema::Object describe(schema::For<MeasuredModel>);

struct Evaluation {
  std::string protocol;
  std::uint32_t users = 0;
  double ndcg_at_10 = 0;
  double recall_at_20 = 0;
  double coverage = 0;
  std::vector<MeasuredModel> candidates;
};
schema::Object describe(schema::For<Evaluation>);

struct RecommendationInfo {
  std::string algorithm;
  std::string_view metric;
  double value = 0;
  std::uint64_t train_rows = 0;
  std::optional<std::uint32_t> users;
  std::optional<std::uint32_t> items;
  std::optional<Evaluation> evaluation;
  std::optional<std::string> note;
};
schema::Object describe(schema::For<RecommendationInfo>);

// Adds a sentence to what the note says already.
void add_note(RecommendationInfo& info, std::string_view sentence);

// What a request asks for beside its data.
struct RecommendationOrder {
  std::size_t top_k = 10;
  Algorithm algorithm = Algorithm::als;
  LatentSimilarity similarity = LatentSimilarity::dot;
  bool excludes_seen = true;
  double diversity = 0;
  std::int32_t ngram_max = 1;
  bool evaluates = false;
  bool explains = false;
  std::int64_t seed = 42;
  std::optional<double> half_life_days;
  const std::vector<std::string_view>* allow = nullptr;
  const std::vector<std::string_view>* deny = nullptr;
  Language language = Language::en;
};

// Everything that lists are made from; texts are views into the request.
class Shelf {
 public:
  // Errors: invalid_input (unknown items, missing dates, EASE on too many items), and those of
  // recommend::Fit::make.
  static Result<std::shared_ptr<const Shelf>> make(const std::vector<Interaction>& interactions,
                                                   const std::vector<CatalogueItem>& items,
                                                   const RecommendationOrder& order,
                                                   Context& context);

  const CodedInteractions& coded() const { return coded_; }

  // The list of one user; empty for users that are unknown or like nothing.
  std::vector<Recommendation> list_of(std::optional<std::uint32_t> user) const;
  // The lists of many users by their codes.
  std::vector<std::vector<Recommendation>> lists_of(const std::vector<std::uint32_t>& users,
                                                    std::size_t threads) const;
  bool has_likes(std::uint32_t user) const;

  RecommendationInfo info() const;

 private:
  Recommendation told(const recommend::Listed& listed) const;
  bool fell_back() const;

  RecommendationOrder order_;
  CodedInteractions coded_;
  std::optional<text::TfidfIndex> index_;
  std::optional<IdSet> allowed_;
  std::optional<recommend::Fit> fit_;
};

}  // namespace clientele::vocabulary
