#include "endpoints/report/segmentation_report_pdf/figures.hpp"

#include <algorithm>
#include <map>

#include "models/report/segment_words.hpp"

namespace clientele::endpoints::segmentation_report_pdf {
namespace {

using render::Bar;
using report::Segment;
using vocabulary::SegmentationRead;

constexpr std::size_t kMostBars = 8;
constexpr std::size_t kMostDots = 2000;
constexpr std::size_t kMostRings = 8;
constexpr std::size_t kLastMerges = 11;

std::string name_of_segment(const Segment& segment, const report::Wording& wording) {
  return wording.sentence("pdf.segment", {{"id", report::shown_id(segment.id)}});
}

// `measure` of each segment by revenue; from kMostBars on summed up as "others".
template <typename Measure, typename Words>
std::vector<Bar> bars_of(const SegmentationRead& read, const report::Wording& wording,
                         Measure measure, Words words) {
  const auto& order = read.facts.by_revenue;
  const std::size_t shown = order.size() <= kMostBars ? order.size() : kMostBars - 1;
  std::vector<Bar> bars;
  double others = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Segment& segment = read.facts.segments[order[i]];
    const double value = measure(segment);
    if (i < shown) {
      bars.push_back({name_of_segment(segment, wording), value, words(value)});
    } else {
      others += value;
    }
  }
  if (shown < order.size()) {
    bars.push_back({std::string(wording.text("pdf.others")), others, words(others)});
  }
  return bars;
}

}  // namespace

std::vector<Bar> revenue_bars(const SegmentationRead& read, const report::Wording& wording) {
  return bars_of(
      read, wording, [](const Segment& segment) { return segment.share_revenue_pct; },
      [&](double value) { return wording.percent(value); });
}

std::vector<Bar> size_bars(const SegmentationRead& read, const report::Wording& wording) {
  return bars_of(
      read, wording, [](const Segment& segment) { return static_cast<double>(segment.customers); },
      [&](double value) { return wording.number(value, 0); });
}

std::vector<Bar> category_bars(const Segment& segment, const SegmentationRead& read,
                               const report::Wording& wording) {
  std::vector<Bar> bars;
  for (const text::GroupTerm& term : segment.categories) {
    const double share = 100.0 * term.members / static_cast<double>(segment.customers);
    bars.push_back({report::shown_name(read.categories[term.term]), share, wording.percent(share)});
  }
  return bars;
}

std::vector<render::Dot> customer_dots(const SegmentationRead& read) {
  const std::size_t customers = read.frequency.size();
  const std::size_t step = (customers + kMostDots - 1) / kMostDots;
  std::vector<std::size_t> rank(read.facts.segments.size());
  for (std::size_t i = 0; i < rank.size(); ++i) rank[read.facts.by_revenue[i]] = i;
  std::vector<render::Dot> dots;
  for (std::size_t i = 0; i < customers; i += step) {
    dots.push_back({{read.frequency[i], read.amount_spent[i]},
                    rank[static_cast<std::size_t>(read.segment[i])]});
  }
  return dots;
}

std::vector<render::Ring> segment_rings(const SegmentationRead& read) {
  std::vector<render::Ring> rings;
  for (std::size_t i = 0; i < std::min(kMostRings, read.facts.by_revenue.size()); ++i) {
    const Segment& segment = read.facts.segments[read.facts.by_revenue[i]];
    rings.push_back({{segment.avg_frequency, segment.avg_spend}, report::shown_id(segment.id)});
  }
  return rings;
}

std::vector<render::TreeNode> last_merges(const SegmentationRead& read) {
  const auto& merges = read.merges;
  const auto leaves = static_cast<std::uint32_t>(merges.size() + 1);
  const std::size_t first = merges.size() - std::min(merges.size(), kLastMerges);
  // Which kept leaf each node belongs to, from the root down; its customers by segment.
  std::map<std::uint32_t, std::map<std::int32_t, std::size_t>> kept;
  std::vector<std::uint32_t> owner(leaves + merges.size());
  for (std::uint32_t node = 0; node < owner.size(); ++node) owner[node] = node;
  for (std::size_t row = merges.size(); row-- > 0;) {
    if (row >= first) continue;
    const std::uint32_t above = owner[leaves + row];
    owner[merges[row].child1] = owner[merges[row].child2] = above;
  }
  for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) {
    ++kept[owner[leaf]][read.segment_of_leaf[leaf]];
  }
  std::vector<render::TreeNode> nodes;
  std::map<std::uint32_t, std::int32_t> place;
  for (const auto& [node, segments] : kept) {
    std::size_t customers = 0;
    for (const auto& [segment, count] : segments) customers += count;
    const auto chief =
        std::max_element(segments.begin(), segments.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const Segment& segment = read.facts.segments[static_cast<std::size_t>(chief->first)];
    place[node] = static_cast<std::int32_t>(nodes.size());
    nodes.push_back(
        {.label = report::shown_id(segment.id) + "\n(" + std::to_string(customers) + ")"});
  }
  for (std::size_t row = first; row < merges.size(); ++row) {
    place[static_cast<std::uint32_t>(leaves + row)] = static_cast<std::int32_t>(nodes.size());
    nodes.push_back({.left = place[merges[row].child1],
                     .right = place[merges[row].child2],
                     .height = merges[row].distance,
                     .label = {}});
  }
  return nodes;
}

}  // namespace clientele::endpoints::segmentation_report_pdf
