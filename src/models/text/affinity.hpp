// Which words (product types, categories) set the groups of a partition apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clientele::text {

// Compressed rows: member m has terms[offsets[m]] .. terms[offsets[m + 1] - 1]; repeats count once.
struct TermLists {
  std::span<const std::uint32_t> offsets;  // members + 1 values, ascending from 0
  std::span<const std::uint32_t> terms;    // codes < term_count, in the order of the request
  std::uint32_t term_count = 0;
};

struct GroupTerm {
  std::uint32_t term;
  std::uint32_t members;  // members of the group that have it
  double score;
};

// For each group its `top_n` terms of highest TF-IDF, highest first. Ties go to the term whose
// count in the group was complete first: for terms of one member that is the first appearance, and
// of two terms that first meet their second member in "wine, cheese" it is wine, as the reference
// has it. Groups without terms get an empty list. Requires: one group per member, < group_count;
// negative = in no group (noise), ignored. Complexity: O(lines + terms + group_count), ranking O(t
// log top_n) for the t terms of a group.
std::vector<std::vector<GroupTerm>> top_terms(const TermLists& lists,
                                              std::span<const std::int32_t> group_of_member,
                                              std::size_t group_count, std::size_t top_n);

}  // namespace clientele::text
