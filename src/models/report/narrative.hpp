// The report as prose, composed from facts by templates.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/report/hierarchy_facts.hpp"
#include "models/report/section.hpp"
#include "models/report/segment_facts.hpp"
#include "models/report/wording.hpp"

namespace clientele::report {

// The sections in reading order; their keys are those of the response.
inline constexpr std::array<std::string_view, 8> kSections{
    "executive_summary",         "cluster_analysis", "customer_insights",
    "marketing_recommendations", "channel_strategy", "product_cross_sell_ideas",
    "retention_actions",         "next_steps"};

// How long section `index` of kSections is, in words; `brief` is about a third.
WordRange words_of_section(std::size_t index, bool brief);

struct Story {
  const Facts& facts;
  const HierarchyFacts* hierarchy = nullptr;       // null without a dendrogram
  std::span<const std::string_view> categories{};  // names by term code
  bool brief = false;
};

struct Narrative {
  std::array<std::string, kSections.size()> sections;
  std::optional<std::string> hierarchy;
  std::vector<std::string> insights;  // largest cluster, dearest cluster, most revenue
};

// The segments that sections speak of: at most eight, by revenue.
std::vector<std::size_t> told_segments(const Facts& facts);

// Deterministic; O(told segments) beside the lookups of names.
Narrative narrate(const Story& story, const Wording& wording);

}  // namespace clientele::report
