#include "models/lifetime/summary_table.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

namespace clientele::lifetime {
namespace {

struct Entry {
  double age;
  double recency;
  std::uint32_t repeats;
  std::uint32_t customer;
};

bool before(const Entry& a, const Entry& b) {
  return std::tie(a.repeats, a.age, a.recency) < std::tie(b.repeats, b.age, b.recency);
}

bool valid(std::uint32_t repeats, double recency, double age) {
  return std::isfinite(age) && recency >= 0 && recency <= age && (repeats > 0) == (recency > 0);
}

// Entries ordered by (repeats, age, recency): a counting sort over small repeats, then each bucket.
std::vector<Entry> ordered(std::span<const std::uint32_t> repeats, std::span<const double> recency,
                           std::span<const double> age) {
  constexpr std::uint32_t kBuckets = 1024;  // the last one holds all larger repeats
  std::vector<std::size_t> start(kBuckets + 1, 0);
  for (const std::uint32_t x : repeats) ++start[std::min(x, kBuckets - 1) + 1];
  for (std::size_t i = 1; i <= kBuckets; ++i) start[i] += start[i - 1];
  std::vector<std::size_t> next(start.begin(), start.end() - 1);
  std::vector<Entry> entries(repeats.size());
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    entries[next[std::min(repeats[i], kBuckets - 1)]++] = {age[i], recency[i], repeats[i],
                                                           static_cast<std::uint32_t>(i)};
  }
  for (std::size_t i = 0; i < kBuckets; ++i) {
    std::sort(entries.begin() + static_cast<std::ptrdiff_t>(start[i]),
              entries.begin() + static_cast<std::ptrdiff_t>(start[i + 1]), before);
  }
  return entries;
}

}  // namespace

Result<SummaryTable> collapse(std::span<const std::uint32_t> repeats,
                              std::span<const double> recency, std::span<const double> age) {
  if (repeats.empty()) return invalid("", "too_few_customers", "at least one customer is needed");
  if (recency.size() != repeats.size() || age.size() != repeats.size()) {
    return invalid("", "unequal_lengths", "repeats, recency and age must have one length");
  }
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (valid(repeats[i], recency[i], age[i])) continue;
    return invalid(std::string("/").append(std::to_string(i)), "inconsistent_summary",
                   "0 <= recency <= age must hold, with recency > 0 exactly if repeats > 0");
  }
  SummaryTable table;
  table.row_of.resize(repeats.size());
  const std::vector<Entry> entries = ordered(repeats, recency, age);
  const Entry* last = nullptr;
  for (const Entry& entry : entries) {
    if (last == nullptr || last->repeats != entry.repeats) {
      table.repeats.push_back(entry.repeats);
      table.begin.push_back(table.age.size());
    }
    if (last == nullptr || before(*last, entry)) {
      table.age.push_back(entry.age);
      table.recency.push_back(entry.recency);
      table.count.push_back(0);
    }
    table.count.back() += 1;
    table.row_of[entry.customer] = static_cast<std::uint32_t>(table.age.size() - 1);
    table.longest_age = std::max(table.longest_age, entry.age);
    last = &entry;
  }
  table.begin.push_back(table.age.size());
  return table;
}

SummaryTable thinned(const SummaryTable& table, std::size_t step) {
  SummaryTable some;
  std::size_t row = 0;
  for (std::size_t g = 0; g < table.groups(); ++g) {
    const std::size_t begin = some.age.size();
    for (; row < table.begin[g + 1]; row += step) {
      some.age.push_back(table.age[row]);
      some.recency.push_back(table.recency[row]);
      some.count.push_back(table.count[row]);
      some.longest_age = std::max(some.longest_age, table.age[row]);
    }
    if (some.age.size() == begin) continue;
    some.repeats.push_back(table.repeats[g]);
    some.begin.push_back(begin);
  }
  some.begin.push_back(some.age.size());
  return some;
}

Weighting weighting(const SummaryTable& table, std::vector<double> row) {
  Weighting result;
  result.row = std::move(row);
  result.group.resize(table.groups());
  result.group_tail.resize(table.groups());
  for (std::size_t g = table.groups(); g-- > 0;) {
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      result.group[g] += result.row[i];
    }
    result.customers += result.group[g];
    result.group_tail[g] = result.customers;
    result.repeats += result.group[g] * table.repeats[g];
  }
  return result;
}

Weighting weighting(const SummaryTable& table) { return weighting(table, table.count); }

std::vector<Block> blocks(const SummaryTable& table) {
  std::vector<Block> result;
  for (std::size_t g = 0; g < table.groups(); ++g) {
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; i += kBlockRows) {
      result.push_back({g, i, std::min(i + kBlockRows, table.begin[g + 1])});
    }
  }
  return result;
}

}  // namespace clientele::lifetime
