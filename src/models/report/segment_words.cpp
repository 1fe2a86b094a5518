#include "models/report/segment_words.hpp"

#include <algorithm>

namespace clientele::report {
namespace {

constexpr std::size_t kShownCategories = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_separator(char c) {
  return c == ' ' || c == '-' || c == '_' || c == '/' || c == '&' || c == ',' || c == '.';
}

bool lists(std::string_view key, std::string_view word) {
  for (const LanguageTexts& texts : languages()) {
    const std::string_view words = texts[key];
    for (std::size_t at = 0; at <= words.size();) {
      const std::size_t end = std::min(words.find('\n', at), words.size());
      if (words.substr(at, end - at) == word) return true;
      at = end + 1;
    }
  }
  return false;
}

std::string_view spend_level_key(Level level) {
  if (level == Level::middle) return "level.spend_mid";
  return level == Level::high ? "level.spend_high" : "level.spend_low";
}

std::vector<std::string> names_of(const Segment& segment, const Story& story, bool only_own) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < segment.categories.size() && names.size() < kShownCategories; ++i) {
    if (only_own && !segment.stands_out[i]) continue;
    std::string name = shown_name(story.categories[segment.categories[i].term]);
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

CategoryKind kind_of(std::string_view category) {
  for (std::size_t at = 0; at < category.size();) {
    std::size_t end = at;
    std::string word;
    for (; end < category.size() && !is_separator(category[end]); ++end) {
      word += lower(category[end]);
    }
    at = end + 1;
    if (word.empty()) continue;
    if (lists("lexicon.consumable", word)) return CategoryKind::consumable;
    if (lists("lexicon.durable", word)) return CategoryKind::durable;
  }
  return CategoryKind::unknown;
}

std::string shown_id(std::int32_t id) { return std::to_string(id); }

std::vector<std::string> shown_categories(const Segment& segment, const Story& story) {
  return names_of(segment, story, false);
}

std::vector<std::string> own_categories(const Segment& segment, const Story& story) {
  return names_of(segment, story, true);
}

Value times(std::string_view name, double average, const Wording& wording) {
  return {name, wording.average(average), wording.is_one(average)};
}

Values values_of(const Segment& segment, const Story& story, const Wording& wording) {
  const Facts& facts = story.facts;
  Values values{
      {"id", shown_id(segment.id)},
      {"customers", wording.count(segment.customers), segment.customers == 1},
      {"share_customers", wording.percent(segment.share_customers_pct)},
      {"share_revenue", wording.percent(segment.share_revenue_pct)},
      {"spend", wording.money(segment.avg_spend)},
      {"median", wording.money(segment.median_spend)},
      times("frequency", segment.avg_frequency, wording),
      times("spend_ratio", segment.spend_ratio, wording),
      times("frequency_ratio", segment.frequency_ratio, wording),
      {"spend_vs", wording.percent(100 * segment.spend_ratio)},
      {"frequency_vs", wording.percent(100 * segment.frequency_ratio)},
      {"order_value", wording.money(segment.order_value)},
      {"order_average", wording.money(facts.order_value)},
      {"order_or_spend",
       wording.money(segment.order_value > 0 ? segment.order_value : segment.avg_spend)},
      {"variety", wording.number(segment.avg_categories, 1)},
      {"variety_average", wording.number(facts.avg_categories, 1)},
      {"persona", std::string(wording.text("persona." + std::string(name_of(segment.persona))))}};
  values.push_back(
      {"spend_level", wording.sentence(spend_level_key(level_of(segment.spend_ratio)), values)});
  const bool often = segment.frequency_ratio >= 1;  // said of high and low levels only
  values.push_back(
      {"frequency_level",
       wording.sentence(often ? "level.frequency_high" : "level.frequency_low", values)});
  const auto names = shown_categories(segment, story);
  values.push_back({"categories", wording.list(own_categories(segment, story))});
  values.push_back({"first", names.empty() ? "" : names[0]});
  values.push_back({"second", names.size() < 2 ? "" : names[1]});
  const double coverage = names.empty() ? 0
                                        : 100.0 * segment.categories[0].members /
                                              static_cast<double>(segment.customers);
  values.push_back({"coverage", wording.percent(coverage)});
  return values;
}

}  // namespace clientele::report
