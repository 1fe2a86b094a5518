// What each section of the report says; every sentence holds for the facts it is added for.
#pragma once

#include "models/report/narrative.hpp"

namespace clientele::report {

// Adds the key's sentences "<key>.fill_1" ... while they exist up to `count`, as fill.
void add_fill(Section& section, std::string_view key, int count, const Wording& wording);

Section executive_summary(const Story& story, const Wording& wording);
Section cluster_analysis(const Story& story, const Wording& wording);
Section customer_insights(const Story& story, const Wording& wording);
Section marketing_recommendations(const Story& story, const Wording& wording);
Section channel_strategy(const Story& story, const Wording& wording);
Section cross_sell_ideas(const Story& story, const Wording& wording);
Section retention_actions(const Story& story, const Wording& wording);
Section next_steps(const Story& story, const Wording& wording);
// Requires: story.hierarchy.
Section hierarchy_insights(const Story& story, const Wording& wording);

// Noise beside segments: customers whom the clustering could not place.
bool is_remainder(const Segment& segment, const Facts& facts);

// The first by revenue that is no remainder.
const Segment& leading_segment(const Facts& facts);

// One segment's insight, offer, channel, combination and retention, a paragraph each.
std::vector<std::string> segment_page(const Segment& segment, const Story& story,
                                      const Wording& wording);

// Steps of the dendrogram from this ratio on are worth a sentence.
inline constexpr double kClearStep = 1.5;
inline bool has_clear_step(const HierarchyFacts& facts) { return facts.jump >= kClearStep; }

}  // namespace clientele::report
