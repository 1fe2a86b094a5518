// A finished segmentation as the report endpoints take it, and what they read out of it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "models/report/hierarchy_facts.hpp"
#include "models/report/segment_facts.hpp"
#include "schema/describe.hpp"
#include "vocabulary/dendrogram_shape.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

inline constexpr Limit kMostReportCustomers{"report_customers", 200'000};

struct SegmentedCustomer {
  std::string_view id;
  double frequency = 0;
  double amount_spent = 0;
  std::vector<std::string_view> product_types;
};
schema::Object describe(schema::For<SegmentedCustomer>);

using SegmentDendrogram = DendrogramShape<kMostReportCustomers>;

enum class Depth { full, brief };
constexpr auto choices(schema::For<Depth>) {
  return std::array<std::string_view, 2>{"full", "brief"};
}

using Labels = schema::Map<std::int32_t>;

// The parts of a report's request that say what is reported. The request must outlive them.
struct SegmentationParts {
  const std::vector<SegmentedCustomer>& customers;
  const Labels& labels;
  const std::optional<SegmentDendrogram>& dendrogram;
};

// Everything that the report's texts and charts are made of.
struct SegmentationRead {
  std::vector<double> frequency;      // by customer
  std::vector<double> amount_spent;   // by customer
  std::vector<std::int32_t> segment;  // by customer, index of facts.segments
  std::vector<std::string_view> categories;
  report::Facts facts;
  std::vector<hierarchy::Merge> merges;
  std::vector<std::int32_t> segment_of_leaf;
  std::optional<report::HierarchyFacts> hierarchy;
};

// Errors: invalid_input where labels, customers and leaves do not match, or rows are no tree.
Result<SegmentationRead> read_segmentation(const SegmentationParts& parts);

// The currency's code in capitals, "" for none. Errors: not three letters.
Result<std::string> currency_of(const std::optional<std::string_view>& code);

}  // namespace clientele::vocabulary
