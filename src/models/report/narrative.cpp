#include "models/report/narrative.hpp"

#include <algorithm>

#include "models/report/chapters.hpp"
#include "models/report/segment_words.hpp"

namespace clientele::report {
namespace {

constexpr std::size_t kMostTold = 8;
constexpr std::size_t kMostTied = 100;

// The segments whose `value` is the highest; none when they are too many to name.
template <typename Measure>
std::vector<const Segment*> highest(const Facts& facts, Measure value) {
  double best = 0;
  for (const Segment& segment : facts.segments) best = std::max(best, value(segment));
  std::vector<const Segment*> found;
  for (const Segment& segment : facts.segments) {
    if (best - value(segment) <= 1e-9 * best) found.push_back(&segment);
  }
  if (found.size() > kMostTied) found.clear();
  return found;
}

template <typename Measure>
void add_insight(std::string_view key, const Story& story, const Wording& wording, Measure value,
                 std::vector<std::string>& insights) {
  const auto found = highest(story.facts, value);
  if (found.empty()) return;
  Values values = values_of(*found[0], story, wording);
  std::erase_if(values, [](const Value& v) { return v.name == "spend"; });
  values.push_back({"spend", wording.whole_money(found[0]->avg_spend)});
  std::vector<std::string> ids;
  for (const Segment* segment : found) ids.push_back(shown_id(segment->id));
  values.push_back({"ids", wording.list(ids)});
  insights.push_back(wording.sentence(std::string(key) + (found.size() > 1 ? "_tie" : ""), values));
}

std::vector<std::string> auto_insights(const Story& story, const Wording& wording) {
  std::vector<std::string> insights;
  const auto customers = [](const Segment& segment) {
    return static_cast<double>(segment.customers);
  };
  const auto spend = [](const Segment& segment) { return segment.avg_spend; };
  const auto revenue = [](const Segment& segment) { return segment.revenue; };
  add_insight("auto.largest", story, wording, customers, insights);
  if (story.facts.revenue > 0) {
    add_insight("auto.ticket", story, wording, spend, insights);
    add_insight("auto.revenue", story, wording, revenue, insights);
  } else {
    insights.push_back(std::string(wording.text("auto.no_revenue")));
  }
  return insights;
}

constexpr WordRange kSummary{262, 338}, kBriefSummary{86, 116};
constexpr WordRange kOther{90, 190}, kBriefOther{32, 64};

}  // namespace

WordRange words_of_section(std::size_t index, bool brief) {
  if (index == 0) return brief ? kBriefSummary : kSummary;
  return brief ? kBriefOther : kOther;
}

std::vector<std::size_t> told_segments(const Facts& facts) {
  const std::size_t count = std::min(kMostTold, facts.by_revenue.size());
  return {facts.by_revenue.begin(), facts.by_revenue.begin() + static_cast<std::ptrdiff_t>(count)};
}

Narrative narrate(const Story& story, const Wording& wording) {
  using Chapter = Section (*)(const Story&, const Wording&);
  static constexpr std::array<Chapter, kSections.size()> kChapters{
      executive_summary, cluster_analysis, customer_insights, marketing_recommendations,
      channel_strategy,  cross_sell_ideas, retention_actions, next_steps};
  Narrative narrative;
  for (std::size_t i = 0; i < kChapters.size(); ++i) {
    narrative.sections[i] = kChapters[i](story, wording).text(words_of_section(i, story.brief));
  }
  if (story.hierarchy != nullptr) {
    narrative.hierarchy = hierarchy_insights(story, wording).text(words_of_section(1, story.brief));
  }
  narrative.insights = auto_insights(story, wording);
  return narrative;
}

}  // namespace clientele::report
