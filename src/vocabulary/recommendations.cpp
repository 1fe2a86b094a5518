#include "vocabulary/recommendations.hpp"

#include <algorithm>

#include "base/number_text.hpp"

namespace clientele::vocabulary {

using schema::field;

namespace {

constexpr int kScoreDigits = 4;
constexpr std::size_t kListedReasons = 10;
constexpr Phrase kBecauseOf{"Because you chose ", "Porque elegiste ", "Porque você escolheu "};
constexpr Phrase kAnd{" and ", " y ", " e "};
constexpr Phrase kLikeMinded{"Often chosen by people with similar taste.",
                             "Lo eligen a menudo personas con gustos parecidos.",
                             "Escolhido com frequência por pessoas de gosto parecido."};

}  // namespace

schema::Object describe(schema::For<Reason>) {
  return schema::object<Reason>(
      "What one of the user's items adds to a score.", field<&Reason::item_id>("The user's item."),
      field<&Reason::contribution>("Its part of the score; may be negative."));
}

schema::Object describe(schema::For<Recommendation>) {
  using R = Recommendation;
  return schema::object<R>(
      "A recommended item.", field<&R::item_id>("The item."),
      field<&R::score>(
          "Relevance, 0 to 1: predicted preference, latent cosine or mean text cosine.")
          .digits(kScoreDigits),
      field<&R::source>("Model that ranked it."),
      field<&R::explanation>("Why, in a sentence; absent where there is nothing to say."),
      field<&R::reasons>("On request: the strongest contributions of the user's items. Together "
                         "with other_reasons they sum to the score before it is clipped to 0-1 and "
                         "rounded."),
      field<&R::other_reasons>("Sum of the contributions that are not listed."));
}

schema::Object describe(schema::For<MeasuredModel>) {
  using M = MeasuredModel;
  return schema::object<M>(
      "A model that was measured.", field<&M::algorithm>("Which."),
      field<&M::ndcg_at_10>("Out of sample.").digits(kScoreDigits),
      field<&M::recall_at_20>("Out of sample.").digits(kScoreDigits),
      field<&M::coverage>("Share of the catalogue in somebody's first ten.").digits(kScoreDigits));
}

schema::Object describe(schema::For<Evaluation>) {
  using E = Evaluation;
  return schema::object<E>(
      "Quality out of sample: the last step of each measured user is held out, the model trained "
      "on "
      "the rest, and all items that are new to the user are ranked.",
      field<&E::protocol>("leave-last-day-out where every row has a date, else leave-one-out."),
      field<&E::users>("Users measured; at most 4 000, drawn by seed."),
      field<&E::ndcg_at_10>("Of the model in use.").digits(kScoreDigits),
      field<&E::recall_at_20>("Of the model in use.").digits(kScoreDigits),
      field<&E::coverage>("Of the model in use.").digits(kScoreDigits),
      field<&E::candidates>("All models that were measured."));
}

schema::Object describe(schema::For<RecommendationInfo>) {
  using I = RecommendationInfo;
  return schema::object<I>(
      "The model behind the list.", field<&I::algorithm>("ALS, EASE or TF-IDF cosine."),
      field<&I::metric>("What value measures."),
      field<&I::value>("RMSE: of the fitted preferences of the interactions against 1, in sample. "
                       "cosine_sim: 1, an item's similarity to itself.")
          .digits(kScoreDigits),
      field<&I::train_rows>("Rows it was built from: interactions, or items for TF-IDF."),
      field<&I::users>("Users with interactions, of models of behaviour."),
      field<&I::items>("Items that somebody likes, of models of behaviour."),
      field<&I::evaluation>("With evaluate, and always with algorithm auto."),
      field<&I::note>("What else there is to know."));
}

void add_note(RecommendationInfo& info, std::string_view sentence) {
  std::string& note = info.note ? *info.note : info.note.emplace();
  if (!note.empty()) note += ' ';
  note += sentence;
}

namespace {

std::string name_of(recommend::Algorithm algorithm, double ridge) {
  switch (algorithm) {
    case recommend::Algorithm::als:
      return "ALS";
    case recommend::Algorithm::ease:
      return "EASE (ridge " + std::to_string(static_cast<int>(ridge)) + ")";
    case recommend::Algorithm::content:
    case recommend::Algorithm::automatic:
      break;
  }
  return "TF-IDF cosine";
}

std::string too_little(const factorization::Interactions& interactions, std::size_t rows) {
  if (interactions.size() == 0) {
    return "Behaviour took no part: no interaction has a rating above 0.";
  }
  const recommend::Thresholds least;
  return "Behaviour took no part: it needs " + std::to_string(least.users) + " users, " +
         std::to_string(least.items) + " items that somebody likes and " +
         std::to_string(least.interactions) + " interactions; there are " +
         std::to_string(interactions.users()) + ", " + std::to_string(interactions.items()) +
         " and " + std::to_string(rows) + ".";
}

recommend::FitOptions fit_options(const RecommendationOrder& order, const IdSet* allowed,
                                  const Context& context) {
  recommend::FitOptions options;
  options.algorithm = static_cast<recommend::Algorithm>(order.algorithm);
  options.evaluates = order.evaluates;
  options.closeness =
      order.similarity == LatentSimilarity::dot ? Closeness::dot : Closeness::cosine;
  options.allowed = allowed;
  options.thresholds.ease_items = static_cast<std::uint32_t>(context.limit(kMostEaseItems));
  options.seed = static_cast<std::uint64_t>(order.seed);
  options.threads = context.threads;
  options.cancellation = context.cancellation;
  options.store = context.models;
  return options;
}

}  // namespace

Result<std::shared_ptr<const Shelf>> Shelf::make(const std::vector<Interaction>& interactions,
                                                 const std::vector<CatalogueItem>& items,
                                                 const RecommendationOrder& order,
                                                 Context& context) {
  auto shelf = std::make_shared<Shelf>();
  shelf->order_ = order;
  Faults faults;
  shelf->coded_ = code_interactions(interactions, items, order.half_life_days, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  shelf->allowed_ = allowed_items(shelf->coded_.items, *order.allow, *order.deny, context);
  shelf->index_ = text::TfidfIndex::build(
      texts_of(items),
      {.ngram_max = static_cast<std::uint32_t>(order.ngram_max), .threads = context.threads});
  const IdSet* allowed = shelf->allowed_ ? &*shelf->allowed_ : nullptr;
  auto fit = recommend::Fit::make(shelf->coded_.events, shelf->coded_.users.size(), *shelf->index_,
                                  fit_options(order, allowed, context));
  if (!fit) {
    if (fit.error().kind == ErrorKind::too_large) {
      return invalid("/algorithm", "too_many_items", fit.error().detail + " Use als.");
    }
    return std::move(fit).error();
  }
  shelf->fit_.emplace(std::move(fit).value());
  return std::shared_ptr<const Shelf>(std::move(shelf));
}

bool Shelf::has_likes(std::uint32_t user) const {
  return recommend::has_likes(fit_->histories().of(user));
}

Recommendation Shelf::told(const recommend::Listed& listed) const {
  Recommendation told;
  told.item_id = coded_.items.text(listed.item);
  told.score = std::clamp(listed.score, 0.0, 1.0);
  if (listed.is_by_content) {
    told.source = Source::content_fallback;
    if (told.score > 0) told.explanation = kSharesWords.in(order_.language);
  } else {
    told.source = fit_->algorithm() == recommend::Algorithm::ease ? Source::ease : Source::als;
    std::string names;
    for (const auto& reason :
         std::span(listed.reasons).first(std::min<std::size_t>(2, listed.reasons.size()))) {
      if (!(reason.value > 0)) break;
      names += names.empty() ? kBecauseOf.in(order_.language) : kAnd.in(order_.language);
      names += coded_.items.text(reason.item);
    }
    if (!names.empty()) {
      told.explanation = names + ".";
    } else if (told.score > 0) {
      told.explanation = kLikeMinded.in(order_.language);
    }
  }
  if (!order_.explains) return told;
  told.reasons.emplace();
  told.other_reasons = 0;
  for (std::size_t i = 0; i < listed.reasons.size(); ++i) {
    const auto& [item, value] = listed.reasons[i];
    if (i < kListedReasons) {
      told.reasons->push_back({coded_.items.text(item), value});
    } else {
      *told.other_reasons += value;
    }
  }
  return told;
}

std::vector<Recommendation> Shelf::list_of(std::optional<std::uint32_t> user) const {
  std::vector<Recommendation> list;
  if (!user) return list;
  recommend::ListOptions options{
      .k = order_.top_k,
      .excludes_seen = order_.excludes_seen,
      .diversity = order_.diversity,
      .explains = order_.explains || fit_->algorithm() != recommend::Algorithm::content};
  for (const auto& listed :
       recommend::list_for(*fit_, *index_, fit_->histories().of(*user), options)) {
    list.push_back(told(listed));
  }
  return list;
}

std::vector<std::vector<Recommendation>> Shelf::lists_of(const std::vector<std::uint32_t>& users,
                                                         std::size_t threads) const {
  std::vector<recommend::Taste> tastes;
  for (const std::uint32_t user : users) tastes.push_back(fit_->histories().of(user));
  recommend::ListOptions options{.k = order_.top_k,
                                 .excludes_seen = order_.excludes_seen,
                                 .diversity = order_.diversity,
                                 .explains = order_.explains};
  std::vector<std::vector<Recommendation>> lists;
  for (const auto& listed : recommend::lists_for(*fit_, *index_, tastes, options, threads)) {
    auto& list = lists.emplace_back();
    for (const recommend::Listed& item : listed) list.push_back(told(item));
  }
  return lists;
}

// Behaviour was to take part, and there was too little of it.
bool Shelf::fell_back() const {
  return order_.algorithm != Algorithm::content &&
         fit_->algorithm() == recommend::Algorithm::content && fit_->candidates().size() <= 1;
}

RecommendationInfo Shelf::info() const {
  RecommendationInfo info;
  info.algorithm = name_of(fit_->algorithm(), fit_->ridge());
  const bool is_content = fit_->algorithm() == recommend::Algorithm::content;
  info.metric = is_content ? "cosine_sim" : "RMSE";
  info.value = is_content ? 1.0 : fit_->rmse();
  info.train_rows = is_content ? index_->documents() : coded_.events.size();
  if (!is_content) {
    info.users = fit_->interactions().users();
    info.items = fit_->interactions().items();
  }
  if (fell_back()) add_note(info, too_little(fit_->interactions(), coded_.events.size()));
  if (fit_->candidates().empty()) return info;
  Evaluation& evaluation = info.evaluation.emplace();
  evaluation.protocol = fit_->is_by_day() ? "leave-last-day-out" : "leave-one-out";
  for (const recommend::Candidate& candidate : fit_->candidates()) {
    const recommend::Quality& quality = candidate.quality;
    evaluation.candidates.push_back({name_of(candidate.algorithm, candidate.ridge),
                                     quality.ndcg_at_10, quality.recall_at_20, quality.coverage});
    if (candidate.algorithm != fit_->algorithm() || candidate.ridge != fit_->ridge()) continue;
    evaluation.users = quality.users;
    evaluation.ndcg_at_10 = quality.ndcg_at_10;
    evaluation.recall_at_20 = quality.recall_at_20;
    evaluation.coverage = quality.coverage;
  }
  return info;
}

}  // namespace clientele::vocabulary
