// Counting sort by user, then each row sorted by item and weights, so that sums do not depend on
// the order in which events came.
#include "models/recommend/history.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace clientele::recommend {

Histories::Histories(std::span<const Event> events, std::uint32_t users) : begin_{0} {
  std::vector<std::uint64_t> begin(users + std::size_t{1}, 0);
  for (const Event& event : events) ++begin[event.user + std::size_t{1}];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<Event> sorted(events.size());
  std::vector<std::uint64_t> next(begin.begin(), begin.end() - 1);
  for (const Event& event : events) sorted[next[event.user]++] = event;
  begin_.reserve(begin.size());
  items_.reserve(events.size());
  preferences_.reserve(events.size());
  ratings_.reserve(events.size());
  for (std::uint32_t user = 0; user < users; ++user) {
    const auto row = std::span(sorted).subspan(begin[user], begin[user + 1] - begin[user]);
    std::ranges::sort(row, {}, [](const Event& event) {
      return std::tuple(event.item, event.preference, event.rating);
    });
    for (std::size_t i = 0; i < row.size();) {
      const std::uint32_t item = row[i].item;
      double preference = 0;
      double rating = 0;
      for (; i < row.size() && row[i].item == item; ++i) {
        preference += row[i].preference;
        rating += row[i].rating;
      }
      items_.push_back(item);
      preferences_.push_back(static_cast<float>(preference));
      ratings_.push_back(static_cast<float>(rating));
    }
    begin_.push_back(items_.size());
  }
}

Taste Histories::of(std::uint32_t user) const {
  const std::size_t first = begin_[user];
  const std::size_t count = begin_[user + 1] - first;
  return {std::span(items_).subspan(first, count), std::span(preferences_).subspan(first, count),
          std::span(ratings_).subspan(first, count)};
}

ActiveItems::ActiveItems(const Histories& histories, std::uint32_t items)
    : active_of_(items, kNone) {
  for (std::uint32_t user = 0; user < histories.users(); ++user) {
    const Taste taste = histories.of(user);
    for (std::size_t i = 0; i < taste.items.size(); ++i) {
      if (taste.preferences[i] > 0) active_of_[taste.items[i]] = 0;
    }
  }
  for (std::uint32_t item = 0; item < items; ++item) {
    if (active_of_[item] == kNone) continue;
    active_of_[item] = size();
    item_of_.push_back(item);
  }
}

ActiveItems::Liked ActiveItems::liked(const Taste& taste) const {
  Liked liked;
  for (std::size_t i = 0; i < taste.items.size(); ++i) {
    const std::uint32_t active = active_of_[taste.items[i]];
    if (!(taste.preferences[i] > 0) || active == kNone) continue;
    liked.items.push_back(active);
    liked.preferences.push_back(taste.preferences[i]);
  }
  return liked;
}

factorization::Interactions ActiveItems::interactions(const Histories& histories) const {
  factorization::Interactions result;
  factorization::SparseRows& rows = result.by_user;
  for (std::uint32_t user = 0; user < histories.users(); ++user) {
    const Liked row = liked(histories.of(user));
    rows.columns.insert(rows.columns.end(), row.items.begin(), row.items.end());
    rows.values.insert(rows.values.end(), row.preferences.begin(), row.preferences.end());
    rows.begin.push_back(rows.columns.size());
  }
  result.by_item = factorization::transposed(rows, size());
  return result;
}

}  // namespace clientele::recommend
