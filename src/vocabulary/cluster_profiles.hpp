// What each cluster of customers is worth and buys.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/describe.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::vocabulary {

struct ClusterProfile {
  std::int32_t cluster_id = 0;
  std::int64_t n_customers = 0;
  double avg_spend = 0;
  double median_spend = 0;
  double avg_frequency = 0;
  std::string top_categories;
  double share_of_revenue_pct = 0;
  std::string_view insight;
};
schema::Object describe(schema::For<ClusterProfile>);

// One profile for each label that occurs, by ascending label. All spans by customer.
std::vector<ClusterProfile> profiles_of(std::span<const std::int32_t> labels,
                                        std::span<const double> spend,
                                        std::span<const double> frequency,
                                        const CategoryLists& categories, std::size_t top_n,
                                        Language language);

}  // namespace clientele::vocabulary
