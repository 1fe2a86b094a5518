// The list that one user sees.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/recommend/fit.hpp"

namespace clientele::recommend {

struct ListOptions {
  std::size_t k = 10;
  bool excludes_seen = true;
  double diversity = 0;  // 0-1
  bool explains = false;
};

struct Listed {
  std::uint32_t item;
  double score;
  bool is_by_content;                 // the model does not know the item
  std::vector<Contribution> reasons;  // strongest first; empty unless asked for
};

// Never fewer than k while the filters leave as many: what the model does not know (nobody has
// liked it yet) follows in the order of its content scores. Empty for a taste without likes.
std::vector<Listed> list_for(const Fit& fit, const text::TfidfIndex& index, const Taste& taste,
                             const ListOptions& options);

// The same for many.
std::vector<std::vector<Listed>> lists_for(const Fit& fit, const text::TfidfIndex& index,
                                           std::span<const Taste> tastes,
                                           const ListOptions& options, std::size_t threads);

bool has_likes(const Taste& taste);

}  // namespace clientele::recommend
