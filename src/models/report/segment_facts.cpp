// Per segment sums and their relation to the whole.
//
//   spend_ratio = mean spend of the segment / mean spend of all, likewise frequency and order
//   value; share_revenue_pct = 100 revenue of the segment / revenue of all.
//
// Degenerate: without revenue all shares are 0 and all spend ratios 1; without purchases likewise
// frequency ratios; a segment without purchases has order value 0 and order ratio 1.
// Sums are exact in practice (numeric/exact_sum.hpp), so that rows may come in any order.
#include "models/report/segment_facts.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <numeric>

#include "numeric/exact_sum.hpp"
#include "numeric/quantile.hpp"

namespace clientele::report {
namespace {

constexpr double kHigh = 1.25;
constexpr double kLow = 0.8;
constexpr double kStandsOut = 1.2;
constexpr std::size_t kFewCustomers = 5;
constexpr std::size_t kLargeBase = 500;

struct Sums {
  std::size_t customers = 0;
  ExactSum spend;
  ExactSum frequency;
  double categories = 0;  // whole numbers
  std::vector<double> spends;
};

double ratio(double part, double whole) { return whole > 0 ? part / whole : 1; }
double share_pct(double part, double whole) { return whole > 0 ? 100.0 * part / whole : 0; }

struct CategoryCounts {
  std::vector<std::uint32_t> of_customer;  // different categories of each customer
  std::vector<std::uint32_t> customers;    // by category: who has it
};

CategoryCounts count_categories(const text::TermLists& lists) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> last(lists.term_count, kNone);
  CategoryCounts counts{std::vector<std::uint32_t>(lists.offsets.size() - 1),
                        std::vector<std::uint32_t>(lists.term_count)};
  for (std::uint32_t member = 0; member < counts.of_customer.size(); ++member) {
    for (std::uint32_t i = lists.offsets[member]; i < lists.offsets[member + 1]; ++i) {
      if (last[lists.terms[i]] == member) continue;
      last[lists.terms[i]] = member;
      ++counts.of_customer[member];
      ++counts.customers[lists.terms[i]];
    }
  }
  return counts;
}

Persona persona_of(double frequency, double spend, double spend_ratio, double frequency_ratio) {
  if (frequency == 0) return spend == 0 ? Persona::inactive : Persona::uncounted;
  if (spend == 0) return Persona::unpaid;
  static constexpr std::array<std::array<Persona, 3>, 3> kTable{{
      // by frequency: low, middle, high
      {Persona::occasional, Persona::light, Persona::regulars},
      {Persona::rare, Persona::middle, Persona::regulars},
      {Persona::big_ticket, Persona::big_ticket, Persona::champions},
  }};
  return kTable[static_cast<std::size_t>(level_of(spend_ratio))]
               [static_cast<std::size_t>(level_of(frequency_ratio))];
}

Segment segment_of(std::int32_t id, Sums sums, const Facts& all) {
  Segment segment;
  const auto count = static_cast<double>(sums.customers);
  segment.id = id;
  segment.customers = sums.customers;
  segment.revenue = sums.spend.value();
  segment.avg_spend = segment.revenue / count;
  segment.median_spend = quantile_of(std::move(sums.spends), 0.5);
  segment.avg_frequency = sums.frequency.value() / count;
  const double purchases = sums.frequency.value();
  segment.order_value = purchases > 0 ? segment.revenue / purchases : 0;
  segment.share_customers_pct = share_pct(count, static_cast<double>(all.customers));
  segment.share_revenue_pct = share_pct(segment.revenue, all.revenue);
  segment.spend_ratio = ratio(segment.avg_spend, all.avg_spend);
  segment.frequency_ratio = ratio(segment.avg_frequency, all.avg_frequency);
  segment.order_ratio = purchases > 0 ? ratio(segment.order_value, all.order_value) : 1;
  segment.avg_categories = sums.categories / count;
  segment.persona =
      persona_of(purchases, segment.revenue, segment.spend_ratio, segment.frequency_ratio);
  segment.tiny = sums.customers < kFewCustomers ||
                 (all.customers >= kLargeBase && sums.customers * 100 < all.customers);
  return segment;
}

TopCustomers top_customers(std::span<const double> amount_spent, double revenue) {
  const std::size_t count = (amount_spent.size() + 4) / 5;
  std::vector<double> amounts(amount_spent.begin(), amount_spent.end());
  std::nth_element(amounts.begin(), amounts.begin() + static_cast<std::ptrdiff_t>(count - 1),
                   amounts.end(), std::greater<>());
  ExactSum top;
  for (std::size_t i = 0; i < count; ++i) top.add(amounts[i]);
  return {count, share_pct(static_cast<double>(count), static_cast<double>(amounts.size())),
          share_pct(top.value(), revenue)};
}

RevenueHalf revenue_half(const Facts& facts) {
  ExactSum revenue;
  std::size_t customers = 0;
  RevenueHalf half;
  for (const std::size_t index : facts.by_revenue) {
    revenue.add(facts.segments[index].revenue);
    customers += facts.segments[index].customers;
    ++half.segments;
    if (2 * revenue.value() >= facts.revenue) break;
  }
  half.share_revenue_pct = share_pct(revenue.value(), facts.revenue);
  half.share_customers_pct =
      share_pct(static_cast<double>(customers), static_cast<double>(facts.customers));
  return half;
}

}  // namespace

Level level_of(double ratio) {
  if (ratio >= kHigh) return Level::high;
  return ratio <= kLow ? Level::low : Level::middle;
}

std::string_view name_of(Persona persona) {
  static constexpr std::array<std::string_view, 10> kNames{
      "champions",  "big_ticket", "regulars", "light",  "rare",
      "occasional", "middle",     "inactive", "unpaid", "uncounted"};
  return kNames[static_cast<std::size_t>(persona)];
}

Facts facts_of(const CustomerBase& base, std::size_t top_categories) {
  std::vector<Sums> sums(base.ids.size());
  ExactSum spend, frequency;
  double categories = 0;
  const auto category_counts = count_categories(base.categories);
  for (std::size_t i = 0; i < base.group.size(); ++i) {
    Sums& own = sums[static_cast<std::size_t>(base.group[i])];
    ++own.customers;
    own.spend.add(base.amount_spent[i]);
    own.frequency.add(base.frequency[i]);
    own.categories += category_counts.of_customer[i];
    own.spends.push_back(base.amount_spent[i]);
    spend.add(base.amount_spent[i]);
    frequency.add(base.frequency[i]);
    categories += category_counts.of_customer[i];
  }
  Facts facts;
  facts.customers = base.group.size();
  const auto count = static_cast<double>(facts.customers);
  facts.revenue = spend.value();
  facts.avg_spend = facts.revenue / count;
  facts.avg_frequency = frequency.value() / count;
  facts.order_value = frequency.value() > 0 ? facts.revenue / frequency.value() : 0;
  facts.avg_categories = categories / count;
  facts.top = top_customers(base.amount_spent, facts.revenue);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    facts.segments.push_back(segment_of(base.ids[i], std::move(sums[i]), facts));
    facts.tiny_segments += facts.segments.back().tiny ? 1 : 0;
  }
  auto terms = text::top_terms(base.categories, base.group, base.ids.size(), top_categories);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    Segment& segment = facts.segments[i];
    segment.categories = std::move(terms[i]);
    const auto own = static_cast<double>(segment.customers);
    for (const text::GroupTerm& term : segment.categories) {
      const double others = category_counts.customers[term.term] - term.members;
      segment.stands_out.push_back(own < count &&
                                   term.members * (count - own) >= kStandsOut * others * own);
    }
  }
  facts.by_revenue.resize(facts.segments.size());
  std::iota(facts.by_revenue.begin(), facts.by_revenue.end(), std::size_t{0});
  std::stable_sort(facts.by_revenue.begin(), facts.by_revenue.end(),
                   [&](std::size_t a, std::size_t b) {
                     return facts.segments[a].revenue > facts.segments[b].revenue;
                   });
  facts.half = revenue_half(facts);
  return facts;
}

}  // namespace clientele::report
