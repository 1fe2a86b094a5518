#include "vocabulary/interactions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/pointer.hpp"

namespace clientele::vocabulary {

using schema::field;

schema::Object describe(schema::For<Interaction>) {
  using I = Interaction;
  return schema::object<I>(
      "A click, view, purchase or rating.", field<&I::user_id>("Who.").not_empty(),
      field<&I::item_id>("With what; one of `items`.").not_empty(),
      field<&I::rating>("Explicit score; without it the row counts as one full interaction. 0 is "
                        "seen but not liked.")
          .between(0, 5),
      field<&I::date>("Day; orders what a user did for `evaluate` and dates `half_life_days`."));
}

schema::Object describe(schema::For<CatalogueItem>) {
  using C = CatalogueItem;
  return schema::object<C>(
      "An item of the catalogue; further keys are ignored.",
      field<&C::item_id>("Its id.").not_empty(),
      field<&C::metadata>("Category, brand, tags, title: any words.").or_default());
}

namespace {

std::string shortened(std::string_view id) { return "'" + std::string(id.substr(0, 80)) + "'"; }

// Numbers users by ascending id.
void order_users(CodedInteractions& coded) {
  coded.user_of_code.resize(coded.users.size());
  std::iota(coded.user_of_code.begin(), coded.user_of_code.end(), 0U);
  std::ranges::sort(coded.user_of_code, {},
                    [&](std::uint32_t place) { return coded.users.text(place); });
  coded.code_of_user.resize(coded.users.size());
  for (std::uint32_t code = 0; code < coded.users.size(); ++code) {
    coded.code_of_user[coded.user_of_code[code]] = code;
  }
  for (recommend::Event& event : coded.events) event.user = coded.code_of_user[event.user];
}

void weaken_with_age(std::vector<recommend::Event>& events, double half_life_days) {
  if (events.empty()) return;
  const std::int32_t last = std::ranges::max(events, {}, &recommend::Event::day).day;
  for (recommend::Event& event : events) {
    const auto factor = static_cast<float>(std::exp2((event.day - last) / half_life_days));
    event.preference *= factor;
    event.rating *= factor;
  }
}

}  // namespace

std::optional<std::uint32_t> CodedInteractions::user_code(std::string_view id) const {
  const auto place = users.find(id);
  if (!place) return std::nullopt;
  return code_of_user[*place];
}

CodedInteractions code_interactions(const std::vector<Interaction>& interactions,
                                    const std::vector<CatalogueItem>& items,
                                    std::optional<double> half_life_days, Faults& faults) {
  CodedInteractions coded;
  coded.items = Dictionary(items.size());
  for (const CatalogueItem& item : items) coded.items.code(item.item_id);
  coded.events.reserve(interactions.size());
  const auto fault = [&faults](std::size_t i, const char* key, const char* code,
                               const std::string& detail) {
    if (faults.full()) return faults.count_only();
    faults.add(pointer_to("interactions", i, key), code, detail);
  };
  for (std::size_t i = 0; i < interactions.size(); ++i) {
    const Interaction& row = interactions[i];
    const auto item = coded.items.find(row.item_id);
    if (!item) {
      fault(i, "item_id", "unknown_item",
            shortened(row.item_id) + " is not in items; add it or leave the interaction out.");
      continue;
    }
    if (half_life_days && !row.date) {
      fault(i, "date", "required", "Required: half_life_days needs the day of every interaction.");
      continue;
    }
    coded.events.push_back({.user = coded.users.code(row.user_id),
                            .item = *item,
                            .preference = row.rating ? static_cast<float>(*row.rating / 5) : 1.0F,
                            .rating = row.rating ? static_cast<float>(*row.rating) : 1.0F,
                            .day = row.date ? *row.date - Date() : recommend::kNoDay});
  }
  if (half_life_days && faults.empty()) weaken_with_age(coded.events, *half_life_days);
  order_users(coded);
  return coded;
}

std::vector<std::string_view> texts_of(const std::vector<CatalogueItem>& items) {
  std::vector<std::string_view> texts;
  texts.reserve(items.size());
  for (const CatalogueItem& item : items) texts.push_back(item.metadata);
  return texts;
}

std::optional<IdSet> allowed_items(const Dictionary& items,
                                   const std::vector<std::string_view>& allow,
                                   const std::vector<std::string_view>& deny, Context& context) {
  if (allow.empty() && deny.empty()) return std::nullopt;
  const auto each = [&](const std::vector<std::string_view>& ids, const char* field, auto&& visit) {
    std::size_t unknown = 0;
    std::string first;
    for (const std::string_view id : ids) {
      if (const auto code = items.find(id)) {
        visit(*code);
      } else if (unknown++ == 0) {
        first = shortened(id);
      }
    }
    if (unknown == 0) return;
    context.warn("unknown_items",
                 std::to_string(unknown) + " of " + std::to_string(ids.size()) +
                     " ids are not in items, the first of them " + first + "; they are ignored.",
                 std::string("/") + field);
  };
  IdSet allowed(items.size(), allow.empty());
  each(allow, "allow_items", [&](std::uint32_t item) { allowed.add(item); });
  each(deny, "deny_items", [&](std::uint32_t item) { allowed.remove(item); });
  return allowed;
}

}  // namespace clientele::vocabulary
