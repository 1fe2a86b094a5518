#include "vocabulary/segment_report_answer.hpp"

#include "base/number_text.hpp"
#include "schema/write.hpp"

namespace clientele::vocabulary {
namespace {

constexpr std::size_t kNamedCategories = 3;

std::optional<double> unless_zero(double value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

// Names as they are shown: a mark that turns the direction of a text would garble the reader's
// page.
std::string top_categories(const report::Segment& segment, const SegmentationRead& read) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(kNamedCategories, segment.categories.size()); ++i) {
    if (i > 0) joined += ", ";
    joined += report::shown_name(read.categories[segment.categories[i].term]);
  }
  return joined;
}

SegmentFigures figures_of(const report::Segment& segment) {
  SegmentFigures figures{.cluster_id = segment.id,
                         .persona = report::name_of(segment.persona),
                         .revenue = segment.revenue,
                         .median_spend = segment.median_spend,
                         .order_value = unless_zero(segment.order_value),
                         .share_customers_pct = segment.share_customers_pct,
                         .share_revenue_pct = segment.share_revenue_pct,
                         .spend_ratio = segment.spend_ratio,
                         .spend_vs_average_pct = 100 * segment.spend_ratio,
                         .frequency_ratio = segment.frequency_ratio,
                         .frequency_vs_average_pct = 100 * segment.frequency_ratio,
                         .avg_categories = segment.avg_categories,
                         .top_category_pct = std::nullopt};
  if (!segment.categories.empty()) {
    figures.top_category_pct =
        100.0 * segment.categories[0].members / static_cast<double>(segment.customers);
  }
  return figures;
}

HierarchyFigures figures_of(const report::HierarchyFacts& facts, const report::Facts& all) {
  HierarchyFigures figures{.leaves = static_cast<std::int64_t>(facts.leaves),
                           .last_distance = facts.last_distance,
                           .previous_distance = facts.previous_distance,
                           .largest_step = facts.distance_below > 0 || facts.groups == 1
                                               ? std::optional(facts.jump)
                                               : std::nullopt,
                           .groups = static_cast<std::int64_t>(facts.groups),
                           .distance_below_step = facts.distance_below,
                           .distance_above_step = facts.distance_above,
                           .branches = {}};
  for (const report::Branch& branch : facts.branches) {
    BranchFigures& own = figures.branches.emplace_back();
    own.cluster_id = all.segments[branch.segment].id;
    own.is_branch = branch.pure;
    own.purity_pct = branch.purity_pct;
    own.formed_at = branch.formed_at;
    if (branch.whole_tree) continue;
    own.joined_at = branch.joined_at;
    own.nearest_cluster_id = all.segments[branch.nearest].id;
  }
  return figures;
}

ReportFacts facts_of(const SegmentationRead& read) {
  const report::Facts& facts = read.facts;
  ReportFacts figures{.customers = static_cast<std::int64_t>(facts.customers),
                      .clusters = static_cast<std::int64_t>(facts.segments.size()),
                      .revenue = facts.revenue,
                      .avg_spend = facts.avg_spend,
                      .avg_frequency = facts.avg_frequency,
                      .order_value = unless_zero(facts.order_value),
                      .avg_categories = facts.avg_categories,
                      .top_customers = static_cast<std::int64_t>(facts.top.customers),
                      .top_customers_pct = facts.top.share_customers_pct,
                      .top_customers_revenue_pct = facts.top.share_revenue_pct,
                      .half_revenue_clusters = static_cast<std::int64_t>(facts.half.segments),
                      .half_revenue_pct = facts.half.share_revenue_pct,
                      .half_revenue_customers_pct = facts.half.share_customers_pct,
                      .tiny_clusters = static_cast<std::int64_t>(facts.tiny_segments),
                      .segments = {},
                      .hierarchy = std::nullopt};
  for (const report::Segment& segment : facts.segments) {
    figures.segments.push_back(figures_of(segment));
  }
  if (read.hierarchy) figures.hierarchy = figures_of(*read.hierarchy, facts);
  return figures;
}

}  // namespace

std::array<std::string*, report::kSections.size()> sections_of(SegmentReport& report) {
  return {&report.executive_summary, &report.cluster_analysis,
          &report.customer_insights, &report.marketing_recommendations,
          &report.channel_strategy,  &report.product_cross_sell_ideas,
          &report.retention_actions, &report.next_steps};
}

std::string generation_time(const Context& context) {
  std::string time = context.generated_at;
  if (time.ends_with('Z')) time.pop_back();
  return time;
}

SegmentReport write_report(const SegmentationRead& read, const ReportWish& wish,
                           const Context& context) {
  const auto& texts =
      report::language(choices(schema::For<Language>{})[static_cast<std::size_t>(wish.lang)]);
  const report::Wording wording(texts, wish.currency);
  report::Narrative narrative =
      report::narrate({.facts = read.facts,
                       .hierarchy = read.hierarchy ? &*read.hierarchy : nullptr,
                       .categories = read.categories,
                       .brief = wish.depth == Depth::brief},
                      wording);
  SegmentReport answer;
  answer.language = texts["language.name"];
  answer.generated_on = generation_time(context);
  const auto sections = sections_of(answer);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    *sections[i] = std::move(narrative.sections[i]);
  }
  answer.auto_insights = std::move(narrative.insights);
  answer.dendrogram_insights = std::move(narrative.hierarchy);
  const auto shown_revenue = [](const report::Segment& segment) {
    return rounded(segment.avg_spend, 2) * static_cast<double>(segment.customers);
  };
  double revenue = 0;
  for (const report::Segment& segment : read.facts.segments) revenue += shown_revenue(segment);
  for (const report::Segment& segment : read.facts.segments) {
    const double share = revenue > 0 ? 100.0 * shown_revenue(segment) / revenue : 0;
    answer.cluster_metrics.push_back({.cluster_id = segment.id,
                                      .n_customers = static_cast<std::int64_t>(segment.customers),
                                      .avg_spend = segment.avg_spend,
                                      .avg_frequency = segment.avg_frequency,
                                      .top_categories = top_categories(segment, read),
                                      .share_revenue_pct = share});
  }
  answer.facts = facts_of(read);
  return answer;
}

schema::Streamed<RawPayload> echo(const SegmentationParts& parts) {
  return {.write = [parts](schema::JsonWriter& writer) {
    writer.begin_object();
    writer.key("customers");
    writer.value(schema::type_of<std::vector<SegmentedCustomer>>(), &parts.customers);
    writer.key("labels");
    writer.value(schema::type_of<Labels>(), &parts.labels);
    if (parts.dendrogram) {
      writer.key("dendrogram");
      writer.value(schema::type_of<SegmentDendrogram>(), &*parts.dendrogram);
    }
    writer.end_object();
  }};
}

}  // namespace clientele::vocabulary
