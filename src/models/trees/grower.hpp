// Grows one binary tree after another over a binned matrix, without allocating between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/trees/ensemble.hpp"
#include "models/trees/sampling.hpp"
#include "models/trees/split.hpp"

namespace clientele::trees {

enum class Cover : std::uint8_t { rows, hessians };

struct GrowthSettings {
  SplitRules rules;
  GradientScale scale;
  std::uint32_t max_depth = 6;
  std::uint32_t features_per_node = 0;  // drawn anew at every node; 0 = all the tree's features
  double shrinkage = 1;                 // factor of the leaf values
  double offset = 0;                    // added to the leaf values
  Cover cover = Cover::rows;
};

// The rows of one grown leaf: a range of the `rows` given to grow().
struct LeafRows {
  std::uint32_t node;  // in TreeEnsemble::nodes
  std::uint32_t begin;
  std::uint32_t end;
};

class TreeGrower {
 public:
  // Room for trees of up to `max_rows` rows. `matrix` must outlive the grower.
  TreeGrower(const BinnedMatrix& matrix, std::size_t max_rows, std::uint32_t max_depth,
             bool draws_features);

  // Appends one tree to `model`. `rows` come out grouped by leaf; `features` may come out reordered
  // when features are drawn per node. Sibling histograms are subtracted unless they are.
  // Requires: pairs by matrix row, their totals within 32 bits; rows.size() <= max_rows.
  void grow(const GrowthSettings& settings, std::span<std::uint32_t> rows,
            std::span<std::uint16_t> features, const GradientPair* pairs, WordStream& words,
            TreeEnsemble& model);

  // Leaves of the last tree, in order of their rows.
  std::span<const LeafRows> leaves() const { return leaves_; }

 private:
  struct Branch {
    std::uint32_t node;
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t depth;
    std::int32_t slot;  // histogram, -1 = none
    GradientPair sum;
    ValueBounds bounds;
  };
  struct Job;  // the arguments of one grow()

  bool may_split(const Job& job, const Branch& branch) const;
  Split find_split(const Job& job, const Branch& branch);
  Split search_drawn(const Job& job, const Branch& branch);
  std::uint32_t partition(const Job& job, const Branch& branch, const Split& split);
  void branch_out(const Job& job, const Branch& branch, const Split& split);
  void fill_slots(const Job& job, std::int32_t parent_slot, Branch& left, Branch& right);
  void finish_leaf(const Job& job, const Branch& branch);
  GradientPair* histogram(std::int32_t slot);
  std::int32_t take_slot();

  const BinnedMatrix* matrix_;
  bool draws_features_;
  std::vector<GradientPair> histograms_;
  std::vector<std::int32_t> free_slots_;
  std::vector<std::uint32_t> scratch_;
  std::vector<Branch> stack_;
  std::vector<LeafRows> leaves_;
};

}  // namespace clientele::trees
