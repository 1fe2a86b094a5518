// Customers by what they bought in total, and the portraits of groups of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/dictionary.hpp"
#include "base/error.hpp"
#include "schema/describe.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::vocabulary {

inline constexpr Limit kMostShoppers{"segmentation_customers", 60'000};
// Categories that name a group in legends.
inline constexpr std::size_t kLegendCategories = 3;

struct Shopper {
  std::string_view id;
  double frequency = 0;
  double amount_spent = 0;
  std::vector<std::string_view> product_types;
};
schema::Object describe(schema::For<Shopper>);

// The lists of categories of members, one after another.
class CategoryLists {
 public:
  void add(std::span<const std::string_view> categories);
  // The categories that set each group apart (models/text/affinity.hpp), joined by ", ".
  std::vector<std::string> top(std::span<const std::int32_t> group_of_member, std::size_t groups,
                               std::size_t top_n) const;
  // How many different ones member m has.
  double distinct(std::size_t member) const;
  std::size_t members() const { return offsets_.size() - 1; }
  // The `most` categories that most members have; ties by first appearance.
  std::vector<std::uint32_t> most_frequent(std::size_t most) const;
  bool has(std::size_t member, std::uint32_t category) const;
  std::string_view name(std::uint32_t category) const { return dictionary_.text(category); }

 private:
  Dictionary dictionary_;
  std::vector<std::uint32_t> offsets_{0};
  std::vector<std::uint32_t> codes_;  // each once a member
};

CategoryLists categories_of(std::span<const Shopper> shoppers);

// Row-major columns frequency, amount_spent, n_categories.
inline constexpr std::size_t kShopperColumns = 3;
std::vector<double> shopper_values(std::span<const Shopper> shoppers,
                                   const CategoryLists& categories);

// The cluster of each of `ids`; faults where `labels` and ids do not match, at /labels/ID and
// /customers/I/id.
std::vector<std::int32_t> match_labels(std::span<const std::string_view> ids,
                                       const schema::Map<std::int32_t>& labels, Faults& faults);

struct LegendEntry {
  std::int32_t cluster_id = 0;
  std::int64_t n_customers = 0;
  double avg_spend = 0;
  double avg_frequency = 0;
  std::string top_categories;
};
schema::Object describe(schema::For<LegendEntry>);

// One entry for each group 0 .. groups-1; negative groups are noise and have none.
std::vector<LegendEntry> legend_of(std::span<const Shopper> shoppers,
                                   const CategoryLists& categories,
                                   std::span<const std::int32_t> group_of_shopper,
                                   std::size_t groups);

// "4 customers, avg spend 2,224, 21.5 purchases/mo. Top categories: wine, cheese."
std::string interpretation(const LegendEntry& entry, Language language);
using Interpretations = schema::Map<std::string, std::string>;
Interpretations interpretations(const std::vector<LegendEntry>& legend, Language language);

// Means of the columns (row-major rows of d values) by group.
std::vector<std::vector<double>> group_means(std::span<const double> rows, std::size_t d,
                                             std::span<const std::int32_t> group_of_row,
                                             std::size_t groups);

// `value` with thousands apart, as the language writes it: 1,234.5 or 1.234,5.
std::string grouped(double value, int digits, Language language);

}  // namespace clientele::vocabulary
