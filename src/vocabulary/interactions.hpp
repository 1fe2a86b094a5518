// A catalogue and what users had to do with it, as the recommendation endpoints take them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/dictionary.hpp"
#include "base/error.hpp"
#include "models/recommend/history.hpp"
#include "numeric/top_k.hpp"
#include "schema/describe.hpp"

namespace clientele::vocabulary {

inline constexpr Limit kMostItems{"recommend_items", 1'000'000};
inline constexpr Limit kMostInteractions{"recommend_interactions", 20'000'000};

struct Interaction {
  std::string_view user_id;
  std::string_view item_id;
  std::optional<double> rating;
  std::optional<Date> date;
};
schema::Object describe(schema::For<Interaction>);

struct CatalogueItem {
  std::string_view item_id;
  std::string_view metadata;
};
schema::Object describe(schema::For<CatalogueItem>);

// Interactions as codes: users in ascending order of their ids, items in the order of the
// catalogue.
struct CodedInteractions {
  Dictionary items;
  Dictionary users;                         // in order of appearance
  std::vector<std::uint32_t> user_of_code;  // code -> place in `users`
  std::vector<std::uint32_t> code_of_user;  // place in `users` -> code
  std::vector<recommend::Event> events;

  std::string_view user_id(std::uint32_t code) const { return users.text(user_of_code[code]); }
  std::optional<std::uint32_t> user_code(std::string_view id) const;
};

// `half_life_days` > 0: an interaction counts half for every so many days before the last one.
// Faults: interactions with items that the catalogue lacks; with a half-life, without a date.
CodedInteractions code_interactions(const std::vector<Interaction>& interactions,
                                    const std::vector<CatalogueItem>& items,
                                    std::optional<double> half_life_days, Faults& faults);

std::vector<std::string_view> texts_of(const std::vector<CatalogueItem>& items);

// The items that may be listed: those of `allow` (empty: all) without those of `deny`; null for the
// whole catalogue. Warns of ids that the catalogue lacks.
std::optional<IdSet> allowed_items(const Dictionary& items,
                                   const std::vector<std::string_view>& allow,
                                   const std::vector<std::string_view>& deny, Context& context);

}  // namespace clientele::vocabulary
