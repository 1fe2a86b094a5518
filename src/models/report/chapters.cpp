#include "models/report/chapters.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "models/report/segment_words.hpp"

namespace clientele::report {
namespace {

constexpr int kFills = 3;
constexpr std::int32_t kNoise = -1;
constexpr double kOrderAbove = 1.1, kOrderBelow = 0.9;
constexpr double kVarietyAbove = 1.15, kVarietyBelow = 0.87;
constexpr double kSkew = 1.3;  // mean over median

// Sentences of one segment that belong together.
class Chunk {
 public:
  Chunk(const Segment& segment, const Story& story, const Wording& wording)
      : wording_(wording), values_(values_of(segment, story, wording)) {}
  Chunk& say(std::string_view key) {
    if (!text_.empty()) text_ += ' ';
    text_ += wording_.sentence(key, values_);
    return *this;
  }
  std::string text() { return std::move(text_); }

 private:
  const Wording& wording_;
  Values values_;
  std::string text_;
};

// Advice that several told segments share is given for the first of them, and the others are named.
class Shared {
 public:
  Shared(Section& section, std::string_view same, const Wording& wording)
      : section_(section), same_(same), wording_(wording) {}

  void reserve(int advice, const Segment& segment) { segments_[advice].push_back(&segment); }

  // Adds `text` if the segment is the first with this advice, and who shares it.
  void add(int rank, int advice, const Segment& segment, const std::string& text) {
    const auto& all = segments_[advice];
    if (all.front() != &segment) return;
    const std::size_t first = section_.add(rank, text);
    if (all.size() == 1) return;
    std::vector<std::string> ids;
    for (std::size_t i = 1; i < all.size(); ++i) ids.push_back(shown_id(all[i]->id));
    section_.add(rank + 1, wording_.sentence(same_, {{"ids", wording_.list(ids), ids.size() == 1}}),
                 first);
  }

 private:
  Section& section_;
  std::string_view same_;
  const Wording& wording_;
  std::map<int, std::vector<const Segment*>> segments_;
};

// Calls `tell(segment, rank)` for the told segments; first sentences rank 0, 10, 20 ... so that
// further ones of a segment can stand behind the first ones of all (rank + 500) or behind its own.
template <typename Tell>
void each_told(const Facts& facts, Tell&& tell) {
  int rank = 0;
  for (const std::size_t index : told_segments(facts)) {
    tell(facts.segments[index], rank);
    rank += 10;
  }
}

// The same without noise, to which no advice is given.
template <typename Tell>
void each_advised(const Facts& facts, Tell&& tell) {
  each_told(facts, [&](const Segment& segment, int rank) {
    if (!is_remainder(segment, facts)) tell(segment, rank);
  });
}

constexpr int kAfterAll = 500;
// Advice beside the numbers of personas, levels and segments.
constexpr int kIdle = -10, kUnpaid = -11, kUncounted = -12;

int insight_advice(const Segment& segment) { return static_cast<int>(segment.persona); }

int channel_advice(const Segment& segment) {
  if (segment.persona == Persona::inactive) return kIdle;
  if (segment.persona == Persona::uncounted) return kUncounted;
  return static_cast<int>(level_of(segment.frequency_ratio));
}

int retention_advice(const Segment& segment) {
  if (segment.persona == Persona::inactive) return kIdle;
  if (segment.persona == Persona::unpaid) return kUnpaid;
  const int value = static_cast<int>(level_of(segment.spend_ratio));
  if (segment.persona == Persona::uncounted) return kUncounted - value;
  return 3 * value + static_cast<int>(level_of(segment.frequency_ratio));
}

bool has_pair(const Segment& segment) {
  return !segment.categories.empty() && segment.persona != Persona::inactive;
}

int pair_advice(const Segment& segment) { return has_pair(segment) ? segment.id : kIdle; }

Shared shared_by(Section& section, std::string_view same, int (*advice)(const Segment&),
                 const Story& story, const Wording& wording) {
  Shared shared(section, same, wording);
  each_advised(story.facts,
               [&](const Segment& segment, int) { shared.reserve(advice(segment), segment); });
  return shared;
}

std::string insight_words(const Segment& segment, const Story& story, const Wording& wording) {
  return Chunk(segment, story, wording)
      .say("insights." + std::string(name_of(segment.persona)))
      .text();
}

// "" where nothing is set apart.
std::string taste_words(const Segment& segment, const Story& story, const Wording& wording) {
  if (!has_pair(segment) || own_categories(segment, story).empty()) return "";
  return " " + Chunk(segment, story, wording).say("insights.taste").text();
}

std::string marketing_words(const Segment& segment, const Story& story, const Wording& wording) {
  return Chunk(segment, story, wording)
      .say("marketing." + std::string(name_of(segment.persona)))
      .text();
}

std::string channel_words(const Segment& segment, const Story& story, const Wording& wording) {
  Chunk chunk(segment, story, wording);
  if (segment.persona == Persona::inactive) return chunk.say("channels.none").text();
  if (segment.persona == Persona::uncounted) return chunk.say("channels.uncounted").text();
  const Level often = level_of(segment.frequency_ratio);
  chunk.say(often == Level::high  ? "channels.high"
            : often == Level::low ? "channels.low"
                                  : "channels.mid");
  return chunk.text();
}

std::string pair_words(const Segment& segment, const Story& story, const Wording& wording) {
  Chunk chunk(segment, story, wording);
  if (!has_pair(segment)) return chunk.say("cross_sell.none").text();
  if (story.facts.segments.size() == 1) return chunk.say("cross_sell.single").text();
  chunk.say(segment.stands_out[0] ? "cross_sell.own" : "cross_sell.usual");
  chunk.say(shown_categories(segment, story).size() > 1 ? "cross_sell.pair" : "cross_sell.only");
  return chunk.text();
}

std::string retention_words(const Segment& segment, const Story& story, const Wording& wording) {
  Chunk chunk(segment, story, wording);
  if (segment.persona == Persona::inactive) return chunk.say("retention.none").text();
  if (segment.persona == Persona::unpaid) return chunk.say("retention.unpaid").text();
  const Level value = level_of(segment.spend_ratio);
  chunk.say(value == Level::high  ? "retention.high"
            : value == Level::low ? "retention.low"
                                  : "retention.mid");
  if (segment.persona == Persona::uncounted) return chunk.text();
  const Level often = level_of(segment.frequency_ratio);
  if (often == Level::high) chunk.say("retention.frequent");
  if (often == Level::low) chunk.say("retention.infrequent");
  return chunk.text();
}

}  // namespace

bool is_remainder(const Segment& segment, const Facts& facts) {
  return segment.id == kNoise && facts.segments.size() > 1;
}

const Segment& leading_segment(const Facts& facts) {
  const Segment& first = facts.segments[facts.by_revenue[0]];
  return is_remainder(first, facts) ? facts.segments[facts.by_revenue[1]] : first;
}

std::vector<std::string> segment_page(const Segment& segment, const Story& story,
                                      const Wording& wording) {
  if (is_remainder(segment, story.facts)) return {std::string(wording.text("summary.noise"))};
  return {insight_words(segment, story, wording) + taste_words(segment, story, wording),
          marketing_words(segment, story, wording), channel_words(segment, story, wording),
          pair_words(segment, story, wording), retention_words(segment, story, wording)};
}

void add_fill(Section& section, std::string_view key, int count, const Wording& wording) {
  for (int i = 1; i <= count; ++i) {
    section.add(Section::kFill + i,
                std::string(wording.text(std::string(key) + ".fill_" + std::to_string(i))));
  }
}

Section cluster_analysis(const Story& story, const Wording& wording) {
  Section section;
  each_told(story.facts, [&](const Segment& segment, int rank) {
    const bool spends = segment.revenue > 0;
    const auto chunk = [&] { return Chunk(segment, story, wording); };
    section.add(rank, chunk().say(spends ? "analysis.segment" : "analysis.segment_free").text());
    if (spends && segment.order_value > 0 && segment.order_ratio >= kOrderAbove) {
      section.add(kAfterAll + rank, chunk().say("analysis.order_high").text());
    } else if (spends && segment.order_value > 0 && segment.order_ratio <= kOrderBelow) {
      section.add(kAfterAll + rank, chunk().say("analysis.order_low").text());
    }
    if (segment.customers >= 10 && segment.avg_spend >= kSkew * segment.median_spend && spends) {
      section.add(kAfterAll + rank + 1, chunk().say("analysis.skewed").text());
    }
  });
  if (told_segments(story.facts).size() < story.facts.segments.size()) {
    section.add(5, wording.sentence("analysis.rest", {}));
  }
  add_fill(section, "analysis", kFills, wording);
  return section;
}

Section customer_insights(const Story& story, const Wording& wording) {
  Section section;
  Shared shared = shared_by(section, "insights.same", insight_advice, story, wording);
  each_advised(story.facts, [&](const Segment& segment, int rank) {
    shared.add(rank, insight_advice(segment), segment, insight_words(segment, story, wording));
    if (taste_words(segment, story, wording).empty()) return;
    section.add(kAfterAll + rank, Chunk(segment, story, wording).say("summary.categories").text());
  });
  add_fill(section, "insights", kFills - 1, wording);
  return section;
}

Section marketing_recommendations(const Story& story, const Wording& wording) {
  Section section;
  Shared shared = shared_by(section, "marketing.same", insight_advice, story, wording);
  std::set<CategoryKind> kinds;
  each_advised(story.facts, [&](const Segment& segment, int rank) {
    const auto chunk = [&] { return Chunk(segment, story, wording); };
    shared.add(rank, insight_advice(segment), segment, marketing_words(segment, story, wording));
    if (!has_pair(segment)) return;
    const CategoryKind kind = kind_of(story.categories[segment.categories[0].term]);
    if (kind == CategoryKind::unknown || !kinds.insert(kind).second) return;
    const bool consumable = kind == CategoryKind::consumable;
    section.add(kAfterAll + rank,
                chunk().say(consumable ? "marketing.consumable" : "marketing.durable").text());
  });
  add_fill(section, "marketing", kFills, wording);
  return section;
}

Section channel_strategy(const Story& story, const Wording& wording) {
  Section section;
  Shared shared = shared_by(section, "marketing.same", channel_advice, story, wording);
  std::set<Level> values;
  each_advised(story.facts, [&](const Segment& segment, int rank) {
    const auto chunk = [&] { return Chunk(segment, story, wording); };
    const bool idle = segment.persona == Persona::inactive;
    shared.add(rank, channel_advice(segment), segment, channel_words(segment, story, wording));
    const Level value = level_of(segment.spend_ratio);
    if (value == Level::middle || idle || !values.insert(value).second) return;
    section.add(kAfterAll + rank,
                chunk().say(value == Level::high ? "channels.value" : "channels.cheap").text());
  });
  add_fill(section, "channels", kFills, wording);
  return section;
}

Section cross_sell_ideas(const Story& story, const Wording& wording) {
  Section section;
  Shared shared = shared_by(section, "marketing.same", pair_advice, story, wording);
  std::set<CategoryKind> kinds;
  const bool single = story.facts.segments.size() == 1;
  each_advised(story.facts, [&](const Segment& segment, int rank) {
    const auto chunk = [&] { return Chunk(segment, story, wording); };
    shared.add(rank, pair_advice(segment), segment, pair_words(segment, story, wording));
    if (!has_pair(segment)) return;
    const CategoryKind kind = kind_of(story.categories[segment.categories[0].term]);
    const bool told = !kinds.insert(kind).second;
    if (kind == CategoryKind::consumable && !told) {
      section.add(kAfterAll + rank, chunk().say("cross_sell.consumable").text());
    } else if (kind == CategoryKind::durable && !told) {
      section.add(kAfterAll + rank, chunk().say("cross_sell.durable").text());
    }
    if (segment.avg_categories >= kVarietyAbove * story.facts.avg_categories && !single) {
      section.add(kAfterAll + rank + 1, chunk().say("cross_sell.broad").text());
    } else if (segment.avg_categories <= kVarietyBelow * story.facts.avg_categories) {
      section.add(kAfterAll + rank + 1, chunk().say("cross_sell.narrow").text());
    }
  });
  add_fill(section, "cross_sell", kFills, wording);
  return section;
}

Section retention_actions(const Story& story, const Wording& wording) {
  Section section;
  Shared shared = shared_by(section, "retention.same", retention_advice, story, wording);
  each_advised(story.facts, [&](const Segment& segment, int rank) {
    shared.add(rank, retention_advice(segment), segment, retention_words(segment, story, wording));
  });
  add_fill(section, "retention", kFills, wording);
  return section;
}

Section next_steps(const Story& story, const Wording& wording) {
  const Facts& facts = story.facts;
  Section section;
  const Segment& leader = leading_segment(facts);
  if (leader.revenue > 0) {
    section.add(0, Chunk(leader, story, wording).say("steps.first").text());
  }
  const auto largest = std::ranges::max_element(facts.segments, {}, &Segment::customers);
  if (largest->id != leader.id && !largest->tiny && !is_remainder(*largest, facts)) {
    section.add(1, Chunk(*largest, story, wording).say("steps.second").text());
  }
  const bool several = facts.segments.size() > 1;
  if (facts.tiny_segments > 0 && several) section.add(2, std::string(wording.text("steps.tiny")));
  const bool tells = story.hierarchy != nullptr && story.hierarchy->last_distance > 0;
  if (several && (tells || story.hierarchy == nullptr)) {
    section.add(3, std::string(wording.text(tells ? "steps.hierarchy" : "steps.no_hierarchy")));
  }
  add_fill(section, "steps", kFills, wording);
  return section;
}

}  // namespace clientele::report
