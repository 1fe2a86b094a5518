// What users had to do with which items, as the recommenders read it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/factorization/interactions.hpp"

namespace clientele::recommend {

inline constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();

// One row of what happened. Weights >= 0; a preference of 0 is "seen, not liked".
struct Event {
  std::uint32_t user;
  std::uint32_t item;
  float preference;  // rating / 5, or 1
  float rating;      // 0-5, or 1
  std::int32_t day = kNoDay;
};

// One user's items, ascending, each once, with the sums of their weights.
struct Taste {
  std::span<const std::uint32_t> items;
  std::span<const float> preferences;
  std::span<const float> ratings;
};

// The tastes of all users, in compressed rows.
class Histories {
 public:
  // Does not depend on the order of events. Requires: user codes < users.
  // Complexity: O(n log(longest row)).
  Histories(std::span<const Event> events, std::uint32_t users);

  std::uint32_t users() const { return static_cast<std::uint32_t>(begin_.size() - 1); }
  Taste of(std::uint32_t user) const;

 private:
  std::vector<std::uint64_t> begin_;
  std::vector<std::uint32_t> items_;
  std::vector<float> preferences_;
  std::vector<float> ratings_;
};

// Items that somebody likes, numbered anew in their order: what a model is fitted to.
class ActiveItems {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  ActiveItems(const Histories& histories, std::uint32_t items);

  std::uint32_t size() const { return static_cast<std::uint32_t>(item_of_.size()); }
  std::uint32_t item_of(std::uint32_t active) const { return item_of_[active]; }
  std::uint32_t active_of(std::uint32_t item) const { return active_of_[item]; }  // or kNone

  // The liked items of a taste in the new numbers, with their preferences.
  struct Liked {
    std::vector<std::uint32_t> items;
    std::vector<float> preferences;
  };
  Liked liked(const Taste& taste) const;
  factorization::Interactions interactions(const Histories& histories) const;

 private:
  std::vector<std::uint32_t> item_of_;
  std::vector<std::uint32_t> active_of_;
};

}  // namespace clientele::recommend
