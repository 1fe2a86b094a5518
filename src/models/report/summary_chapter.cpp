// The executive summary: ranking, contrasts, concentration, size against value, risks, first task.
#include <algorithm>
#include <cmath>

#include "models/report/chapters.hpp"
#include "models/report/segment_words.hpp"

namespace clientele::report {
namespace {

constexpr double kAlike = 1.15;  // highest over lowest mean spend
constexpr double kContrast = 1.5;
constexpr double kGapPoints = 5;      // revenue share over customer share
constexpr std::size_t kMostTied = 8;  // names in one sentence
constexpr std::size_t kEnoughForTop = 10;
constexpr int kFills = 8;

bool tied(double a, double b) { return std::fabs(a - b) <= 1e-9 * std::fabs(a); }

class Summary {
 public:
  Summary(const Story& story, const Wording& wording)
      : story_(story), facts_(story.facts), wording_(wording) {}

  Section compose() && {
    add_scope();
    if (facts_.segments.size() == 1) {
      say(1, "summary.single", {});
    } else if (facts_.revenue > 0) {
      add_ranking();
      add_contrast();
    }
    section_.begin_paragraph();
    if (facts_.segments.size() > 1) {
      add_sizes();
      add_frequency();
      if (facts_.revenue > 0) add_gap();
    }
    if (facts_.revenue > 0) add_concentration();
    section_.begin_paragraph();
    if (facts_.segments.size() > 1) add_categories();
    add_risks();
    section_.begin_paragraph();
    add_first_task();
    add_fill(section_, "summary", kFills, wording_);
    return std::move(section_);
  }

 private:
  void say(int rank, std::string_view key, const Values& values) {
    section_.add(rank, wording_.sentence(key, values));
  }
  const Segment& ranked(std::size_t place) const {
    return facts_.segments[facts_.by_revenue[place]];
  }
  Values of(const Segment& segment) const { return values_of(segment, story_, wording_); }
  // Values of `segment`, and of `low` under names of its own.
  Values of(const Segment& segment, const Segment& low) const {
    Values values = of(segment);
    values.push_back({"low", shown_id(low.id)});
    values.push_back({"low_spend", wording_.money(low.avg_spend)});
    values.push_back({"low_vs", wording_.percent(100 * low.spend_ratio)});
    values.push_back(times("low_frequency", low.avg_frequency, wording_));
    return values;
  }

  void add_scope() {
    const std::size_t clusters = facts_.segments.size();
    say(0, facts_.customers == 1 ? "summary.scope_one" : "summary.scope",
        {{"customers", wording_.count(facts_.customers), facts_.customers == 1},
         {"clusters", wording_.count(clusters), clusters == 1},
         {"revenue", wording_.money(facts_.revenue)},
         {"avg_spend", wording_.money(facts_.avg_spend)},
         times("avg_frequency", facts_.avg_frequency, wording_)});
    if (facts_.revenue == 0) say(1, "summary.no_revenue", {});
  }

  std::size_t leaders() const {
    std::size_t count = 1;
    while (count < facts_.segments.size() && tied(ranked(0).revenue, ranked(count).revenue)) {
      ++count;
    }
    return count;
  }

  void add_ranking() {
    const std::size_t count = leaders();
    if (count == 1) {
      std::string text = wording_.sentence("summary.leader", of(ranked(0)));
      if (ranked(1).revenue > 0) {
        text += ' ' + wording_.sentence("summary.runner", of(ranked(1)));
      }
      section_.add(1, std::move(text));
    } else if (count <= kMostTied) {
      std::vector<std::string> ids;
      for (std::size_t i = 0; i < count; ++i) ids.push_back(shown_id(ranked(i).id));
      say(1, "summary.leader_tie",
          {{"ids", wording_.list(ids)},
           {"share_revenue", wording_.percent(ranked(0).share_revenue_pct)}});
    }
  }

  void add_contrast() {
    const auto [low, high] = std::ranges::minmax_element(facts_.segments, {}, &Segment::avg_spend);
    if (wording_.money(low->avg_spend) == wording_.money(high->avg_spend)) {
      say(3, "summary.same", of(*high));
    } else if (high->avg_spend >= kContrast * low->avg_spend) {
      say(3, "summary.contrast", of(*high, *low));
    } else if (high->avg_spend <= kAlike * low->avg_spend) {
      say(3, "summary.alike", of(*high, *low));
    }
  }

  // Only where one buys most often and one least often.
  void add_frequency() {
    const auto [rare, often] =
        std::ranges::minmax_element(facts_.segments, {}, &Segment::avg_frequency);
    if (often->avg_frequency < 1.25 * rare->avg_frequency || often == rare) return;
    const auto written = [&](const Segment& s) { return wording_.average(s.avg_frequency); };
    if (std::ranges::count(facts_.segments, written(*rare), written) > 1 ||
        std::ranges::count(facts_.segments, written(*often), written) > 1) {
      return;
    }
    say(8, "summary.frequency", of(*often, *rare));
  }

  void add_sizes() {
    const auto largest = std::ranges::max_element(facts_.segments, {}, &Segment::customers);
    const auto same = std::ranges::count(facts_.segments, largest->customers, &Segment::customers);
    if (same == 1) say(5, "summary.largest", of(*largest));
  }

  void add_gap() {
    const auto gap = [](const Segment& s) { return s.share_revenue_pct - s.share_customers_pct; };
    const auto [size, value] = std::ranges::minmax_element(facts_.segments, {}, gap);
    if (gap(*value) < kGapPoints || level_of(value->spend_ratio) != Level::high) return;
    std::string text = wording_.sentence("summary.value_gap", of(*value));
    if (gap(*size) <= -kGapPoints) text += ' ' + wording_.sentence("summary.size_gap", of(*size));
    section_.add(4, std::move(text));
  }

  void add_concentration() {
    const std::size_t clusters = facts_.segments.size();
    if (leaders() < clusters && facts_.half.segments < clusters && facts_.half.segments > 1) {
      say(6, "summary.half",
          {{"count", wording_.count(facts_.half.segments)},
           {"clusters", wording_.count(clusters)},
           {"share_revenue", wording_.percent(facts_.half.share_revenue_pct)},
           {"share_customers", wording_.percent(facts_.half.share_customers_pct)}});
    }
    const TopCustomers& top = facts_.top;
    if (facts_.customers < kEnoughForTop ||
        top.share_revenue_pct < kContrast * top.share_customers_pct) {
      return;
    }
    say(7, "summary.top_customers",
        {{"count", wording_.count(top.customers)},
         {"share_customers", wording_.percent(top.share_customers_pct)},
         {"share_revenue", wording_.percent(top.share_revenue_pct)}});
  }

  void add_categories() {
    int rank = 8;
    for (std::size_t place = 0; place < std::min<std::size_t>(3, facts_.segments.size()); ++place) {
      if (own_categories(ranked(place), story_).empty()) continue;
      if (ranked(place).persona == Persona::inactive) continue;
      say(rank++, "summary.categories", of(ranked(place)));
    }
  }

  void add_risks() {
    if (story_.hierarchy != nullptr && has_clear_step(*story_.hierarchy)) {
      say(6, "summary.hierarchy",
          {{"groups", wording_.count(story_.hierarchy->groups), story_.hierarchy->groups == 1},
           {"previous", wording_.distance(story_.hierarchy->distance_below)},
           {"last", wording_.distance(story_.hierarchy->distance_above)}});
    }
    if (facts_.tiny_segments > 0 && facts_.segments.size() > 1) {
      say(5, "summary.tiny",
          {{"count", wording_.count(facts_.tiny_segments), facts_.tiny_segments == 1}});
    }
    if (std::ranges::any_of(facts_.segments,
                            [&](const Segment& s) { return is_remainder(s, facts_); })) {
      say(5, "summary.noise", {});
    }
  }

  void add_first_task() {
    if (facts_.revenue == 0 || facts_.segments.size() == 1 || leaders() > 1) return;
    const Segment& leader = ranked(0);
    if (is_remainder(leader, facts_)) return;
    const bool valuable = level_of(leader.spend_ratio) == Level::high;
    say(2, valuable ? "summary.action_value" : "summary.action_growth", of(leader));
  }

  const Story& story_;
  const Facts& facts_;
  const Wording& wording_;
  Section section_;
};

}  // namespace

Section executive_summary(const Story& story, const Wording& wording) {
  return Summary(story, wording).compose();
}

}  // namespace clientele::report
