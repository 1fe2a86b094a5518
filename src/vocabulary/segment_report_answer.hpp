// The report as the JSON endpoints answer it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "models/report/narrative.hpp"
#include "vocabulary/segment_report.hpp"

namespace clientele::vocabulary {

struct ClusterMetrics {
  std::int32_t cluster_id = 0;
  std::int64_t n_customers = 0;
  double avg_spend = 0;
  double avg_frequency = 0;
  std::string top_categories;
  double share_revenue_pct = 0;
};
schema::Object describe(schema::For<ClusterMetrics>);

struct SegmentFigures {
  std::int32_t cluster_id = 0;
  std::string_view persona;
  double revenue = 0;
  double median_spend = 0;
  std::optional<double> order_value;
  double share_customers_pct = 0;
  double share_revenue_pct = 0;
  double spend_ratio = 1;
  double spend_vs_average_pct = 100;
  double frequency_ratio = 1;
  double frequency_vs_average_pct = 100;
  double avg_categories = 0;
  std::optional<double> top_category_pct;
};
schema::Object describe(schema::For<SegmentFigures>);

struct BranchFigures {
  std::int32_t cluster_id = 0;
  bool is_branch = false;
  double purity_pct = 100;
  double formed_at = 0;
  std::optional<double> joined_at;
  std::optional<std::int32_t> nearest_cluster_id;
};
schema::Object describe(schema::For<BranchFigures>);

struct HierarchyFigures {
  std::int64_t leaves = 0;
  double last_distance = 0;
  double previous_distance = 0;
  std::optional<double> largest_step;
  std::int64_t groups = 1;
  double distance_below_step = 0;
  double distance_above_step = 0;
  std::vector<BranchFigures> branches;
};
schema::Object describe(schema::For<HierarchyFigures>);

// All figures that the texts may name, beside cluster_metrics.
struct ReportFacts {
  std::int64_t customers = 0;
  std::int64_t clusters = 0;
  double revenue = 0;
  double avg_spend = 0;
  double avg_frequency = 0;
  std::optional<double> order_value;
  double avg_categories = 0;
  std::int64_t top_customers = 0;
  double top_customers_pct = 0;
  double top_customers_revenue_pct = 0;
  std::int64_t half_revenue_clusters = 0;
  double half_revenue_pct = 0;
  double half_revenue_customers_pct = 0;
  std::int64_t tiny_clusters = 0;
  std::vector<SegmentFigures> segments;
  std::optional<HierarchyFigures> hierarchy;
};
schema::Object describe(schema::For<ReportFacts>);

// The request without what only steers the report.
struct RawPayload {
  std::vector<SegmentedCustomer> customers;
  Labels labels;
  std::optional<SegmentDendrogram> dendrogram;
};
schema::Object describe(schema::For<RawPayload>);

struct SegmentReport {
  std::string_view language;
  std::string generated_on;
  std::string executive_summary;
  std::string cluster_analysis;
  std::string customer_insights;
  std::string marketing_recommendations;
  std::string channel_strategy;
  std::string product_cross_sell_ideas;
  std::string retention_actions;
  std::string next_steps;
  std::vector<std::string> auto_insights;
  std::optional<std::string> dendrogram_insights;
  std::vector<ClusterMetrics> cluster_metrics;
  ReportFacts facts;
  std::optional<std::vector<std::string_view>> rewritten;
  std::optional<schema::Streamed<RawPayload>> raw_payload;
};
schema::Object describe(schema::For<SegmentReport>);

struct ReportWish {
  Language lang = Language::en;
  Depth depth = Depth::full;
  std::string currency;
};

// The sections of `report` in the order of report::kSections.
std::array<std::string*, report::kSections.size()> sections_of(SegmentReport& report);

// The report of what was read, without raw_payload.
SegmentReport write_report(const SegmentationRead& read, const ReportWish& wish,
                           const Context& context);

// Echoes the parts; they must outlive the writing.
schema::Streamed<RawPayload> echo(const SegmentationParts& parts);

// "2025-05-20T17:47:09", UTC.
std::string generation_time(const Context& context);

}  // namespace clientele::vocabulary
