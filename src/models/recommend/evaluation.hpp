// How well lists foretell what users turn to next, measured on what was held out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/recommend/recommender.hpp"

namespace clientele::recommend {

struct HoldOut {
  std::vector<Event> training;
  std::vector<std::uint32_t> users;               // ascending
  std::vector<std::vector<std::uint32_t>> items;  // what each of them turned to next, ascending
  bool is_by_day = false;
};

// Holds out the last step of at most `most_users` users, drawn by `seed` from those who have
// something before it: where every event has a day, the items of the user's last day that are new
// to them, else one item drawn by `seed`. All other events train.
HoldOut hold_out_last(std::span<const Event> events, std::uint32_t users, std::size_t most_users,
                      std::uint64_t seed);

// Means over the held-out users; unseen items of the whole catalogue are ranked.
struct Quality {
  std::uint32_t users = 0;
  double ndcg_at_10 = 0;
  double recall_at_20 = 0;  // hits among the first 20 / held-out items
  double coverage = 0;      // share of the catalogue in somebody's first 10
};

// Requires: `histories` of the hold-out's training events, which also fitted the recommender.
Quality quality_of(const Recommender& recommender, const Histories& histories,
                   const HoldOut& hold_out, std::uint32_t items, std::size_t threads);

}  // namespace clientele::recommend
