// TF-IDF with groups as documents.
//
//   score(term, group) = tf idf,  tf = members of the group that have the term,
//   idf = ln((1 + G) / (1 + df)) + 1,  G groups with members, df of them with the term.
//
// Degenerate: one group makes every idf 1, so the commonest terms win. Scores are not normalised:
// a constant per group would not change its ranking.
// Source: Salton, Buckley (1988), smoothed as in scikit-learn. Complexity: see the header.
#include "models/text/affinity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace clientele::text {
namespace {

// Members ordered by group, and where each group begins.
struct Grouping {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> members;
};

Grouping group_members(std::span<const std::int32_t> group_of_member, std::size_t group_count) {
  Grouping grouping{.begin = std::vector<std::size_t>(group_count + 1), .members = {}};
  for (const std::int32_t group : group_of_member) {
    if (group >= 0) ++grouping.begin[static_cast<std::size_t>(group) + 1];
  }
  std::partial_sum(grouping.begin.begin(), grouping.begin.end(), grouping.begin.begin());
  grouping.members.resize(grouping.begin.back());
  std::vector<std::size_t> next(grouping.begin.begin(), grouping.begin.end() - 1);
  for (std::uint32_t member = 0; member < group_of_member.size(); ++member) {
    if (group_of_member[member] < 0) continue;
    grouping.members[next[static_cast<std::size_t>(group_of_member[member])]++] = member;
  }
  return grouping;
}

struct CountedTerm {
  GroupTerm entry;
  std::uint32_t complete_at;  // line of the last member counted
};

// The terms of each group with their member counts.
std::vector<std::vector<CountedTerm>> count_terms(const TermLists& lists,
                                                  const Grouping& grouping) {
  std::vector<std::vector<CountedTerm>> counts(grouping.begin.size() - 1);
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> members(lists.term_count, 0);
  std::vector<std::uint32_t> last_member(lists.term_count, kNone);
  std::vector<std::uint32_t> last_line(lists.term_count);
  for (std::size_t group = 0; group < counts.size(); ++group) {
    for (std::size_t at = grouping.begin[group]; at < grouping.begin[group + 1]; ++at) {
      const std::uint32_t member = grouping.members[at];
      for (std::uint32_t i = lists.offsets[member]; i < lists.offsets[member + 1]; ++i) {
        const std::uint32_t term = lists.terms[i];
        if (last_member[term] == member) continue;
        last_member[term] = member;
        last_line[term] = i;
        if (members[term]++ == 0) counts[group].push_back({{term, 0, 0}, 0});
      }
    }
    for (auto& [entry, complete_at] : counts[group]) {
      entry.members = std::exchange(members[entry.term], 0);
      complete_at = last_line[entry.term];
    }
  }
  return counts;
}

std::vector<GroupTerm> strongest(std::vector<CountedTerm>& terms, std::size_t top_n) {
  const std::size_t kept = std::min(top_n, terms.size());
  std::partial_sort(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(kept), terms.end(),
                    [](const CountedTerm& a, const CountedTerm& b) {
                      return a.entry.score != b.entry.score ? a.entry.score > b.entry.score
                                                            : a.complete_at < b.complete_at;
                    });
  std::vector<GroupTerm> result;
  for (std::size_t i = 0; i < kept; ++i) result.push_back(terms[i].entry);
  return result;
}

}  // namespace

std::vector<std::vector<GroupTerm>> top_terms(const TermLists& lists,
                                              std::span<const std::int32_t> group_of_member,
                                              std::size_t group_count, std::size_t top_n) {
  const Grouping grouping = group_members(group_of_member, group_count);
  std::vector<std::vector<CountedTerm>> counts = count_terms(lists, grouping);
  double groups = 0;
  std::vector<std::uint32_t> document_frequency(lists.term_count);
  for (std::size_t group = 0; group < group_count; ++group) {
    if (grouping.begin[group] != grouping.begin[group + 1]) ++groups;
    for (const CountedTerm& term : counts[group]) ++document_frequency[term.entry.term];
  }
  std::vector<std::vector<GroupTerm>> result(group_count);
  for (std::size_t group = 0; group < group_count; ++group) {
    for (auto& [entry, complete_at] : counts[group]) {
      const double idf = std::log((1 + groups) / (1.0 + document_frequency[entry.term])) + 1;
      entry.score = entry.members * idf;
    }
    result[group] = strongest(counts[group], top_n);
  }
  return result;
}

}  // namespace clientele::text
