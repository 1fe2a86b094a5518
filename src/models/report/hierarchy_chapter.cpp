// What the dendrogram says: its steps, each told segment's branch, the closest pair.
#include <algorithm>

#include "models/report/chapters.hpp"
#include "models/report/segment_words.hpp"

namespace clientele::report {
namespace {

constexpr double kTight = 0.4;  // distance of forming over distance of joining

std::string about_steps(const HierarchyFacts& facts, const Wording& wording) {
  if (facts.leaves == 1) return std::string(wording.text("hierarchy.lone"));
  if (facts.last_distance == 0) return std::string(wording.text("hierarchy.zero"));
  const Values values{{"customers", wording.count(facts.leaves)},
                      {"last", wording.distance(facts.last_distance)},
                      {"previous", wording.distance(facts.previous_distance)},
                      {"above", wording.distance(facts.distance_above)},
                      {"jump", wording.number(facts.jump, 1)},
                      {"groups", wording.count(facts.groups), facts.groups == 1}};
  if (!has_clear_step(facts)) return wording.sentence("hierarchy.flat", values);
  return wording.sentence(facts.distance_below > 0 ? "hierarchy.gap" : "hierarchy.gap_zero",
                          values);
}

std::string about_branch(const Branch& branch, const Facts& facts, const Wording& wording) {
  const Segment& segment = facts.segments[branch.segment];
  const Values values{{"id", shown_id(segment.id)},
                      {"near", shown_id(facts.segments[branch.nearest].id)},
                      {"formed", wording.distance(branch.formed_at)},
                      {"joined", wording.distance(branch.joined_at)},
                      {"purity", wording.percent(branch.purity_pct)}};
  if (!branch.pure) return wording.sentence("hierarchy.mixed", values);
  if (branch.whole_tree) return wording.sentence("hierarchy.whole", values);
  if (segment.customers == 1) return wording.sentence("hierarchy.branch_single", values);
  const bool tight = branch.formed_at <= kTight * branch.joined_at && branch.joined_at > 0;
  return wording.sentence(tight ? "hierarchy.branch_tight" : "hierarchy.branch", values);
}

const Branch* branch_of(const HierarchyFacts& facts, std::size_t segment) {
  const auto found = std::ranges::find(facts.branches, segment, &Branch::segment);
  return found == facts.branches.end() ? nullptr : &*found;
}

// The pair of branches that are each other's nearest and join at the lowest distance; none when
// several do.
const Branch* closest_pair(const HierarchyFacts& facts) {
  const Branch* closest = nullptr;
  bool alone = true;
  for (const Branch& branch : facts.branches) {
    if (!branch.pure || branch.whole_tree) continue;
    const Branch* other = branch_of(facts, branch.nearest);
    if (other == nullptr || !other->pure || other->whole_tree) continue;
    if (other->nearest != branch.segment || other->joined_at != branch.joined_at) continue;
    if (closest == nullptr || branch.joined_at < closest->joined_at) {
      closest = &branch;
      alone = true;
    } else if (branch.joined_at == closest->joined_at && branch.segment != closest->nearest) {
      alone = false;
    }
  }
  return alone ? closest : nullptr;
}

}  // namespace

Section hierarchy_insights(const Story& story, const Wording& wording) {
  const HierarchyFacts& facts = *story.hierarchy;
  Section section;
  section.add(0, about_steps(facts, wording));
  int rank = 10;
  for (const Branch& branch : facts.branches) {
    section.add(rank++, about_branch(branch, story.facts, wording));
  }
  const Branch* pair = closest_pair(facts);
  const std::size_t segments = story.facts.segments.size();
  if (pair != nullptr && segments > 2 && segments == facts.branches.size()) {
    section.add(1, wording.sentence("hierarchy.synergy",
                                    {{"id", shown_id(story.facts.segments[pair->segment].id)},
                                     {"near", shown_id(story.facts.segments[pair->nearest].id)}}));
  }
  add_fill(section, "hierarchy", 3, wording);
  return section;
}

}  // namespace clientele::report
