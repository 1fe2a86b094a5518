// What the requests for one user's list and for many users' lists have in common.
#pragma once

#include <string>
#include <utility>

#include "vocabulary/recommendations.hpp"

namespace clientele::vocabulary {

// Describes a request whose first member, `users`, says whom to recommend to.
template <typename R, typename Users>
schema::Object describe_list_request(const std::string& summary, Users users) {
  using schema::field;
  return schema::object<R>(
      summary, std::move(users), field<&R::top_k>("Length of a list.").or_default().between(1, 200),
      field<&R::interactions>("What users did; rows of one user and item add up.")
          .at_least_items(3)
          .at_most_items(kMostInteractions),
      field<&R::items>("The catalogue; only these are recommended.")
          .at_least_items(1)
          .at_most_items(kMostItems)
          .unique_by("item_id"),
      field<&R::algorithm>("als and ease learn from behaviour, content from metadata; auto takes "
                           "the best out of sample.")
          .or_default(),
      field<&R::similarity>("ALS: rank by predicted preference (dot) or by latent cosine.")
          .or_default(),
      field<&R::exclude_seen>("Leave out what the user already had to do with.").or_default(),
      field<&R::diversity>("0: by score alone; towards 1 the list repeats itself less.")
          .or_default()
          .between(0, 1),
      field<&R::allow_items>("Recommend only these; empty: all.")
          .or_default()
          .at_most_items(kMostItems),
      field<&R::deny_items>("Never recommend these.").or_default().at_most_items(kMostItems),
      field<&R::half_life_days>("An interaction counts half for every so many days before the last "
                                "one; needs dates.")
          .between(1, 36'500),
      field<&R::ngram_max>("2 adds pairs of words to the text model.").or_default().between(1, 2),
      field<&R::evaluate>("Measure the model out of sample.").or_default(),
      field<&R::explain>("Add the contributions of the user's items.")
          .or_default()
          .header("X-Explain-Features"),
      field<&R::seed>("Of ALS's start and the users measured.").or_default().at_least(0),
      field<&R::lang>("Language of the explanations.").or_default());
}

// The request must outlive the order.
template <typename R>
RecommendationOrder order_of(const R& request) {
  return {.top_k = static_cast<std::size_t>(request.top_k),
          .algorithm = request.algorithm,
          .similarity = request.similarity,
          .excludes_seen = request.exclude_seen,
          .diversity = request.diversity,
          .ngram_max = request.ngram_max,
          .evaluates = request.evaluate,
          .explains = request.explain,
          .seed = request.seed,
          .half_life_days = request.half_life_days,
          .allow = &request.allow_items,
          .deny = &request.deny_items,
          .language = request.lang};
}

}  // namespace clientele::vocabulary
