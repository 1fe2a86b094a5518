// NDCG@10 = sum over hits at rank r <= 10 of 1 / log2(r + 1), divided by the sum for the first
// min(10, held-out items) ranks. Degenerate: without users all figures are 0. Source: Jarvelin,
// Kekalainen (2002); full ranking after Krichene, Rendle (2020). Complexity: one list a user.
#include "models/recommend/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/rng.hpp"

namespace clientele::recommend {
namespace {

constexpr std::size_t kNdcgRanks = 10;
constexpr std::size_t kRecallRanks = 20;

// Events of each user, by user.
std::vector<std::vector<Event>> grouped(std::span<const Event> events, std::uint32_t users) {
  std::vector<std::vector<Event>> rows(users);
  for (const Event& event : events) rows[event.user].push_back(event);
  return rows;
}

// The items that are held out, ascending; empty when nothing would be left before them.
std::vector<std::uint32_t> last_step(std::span<const Event> row, bool is_by_day,
                                     std::uint64_t draw) {
  std::set<std::uint32_t> items;
  std::set<std::uint32_t> earlier;
  if (is_by_day) {
    const std::int32_t last = std::ranges::max(row, {}, &Event::day).day;
    for (const Event& event : row) {
      if (event.day < last) {
        earlier.insert(event.item);
      } else if (event.preference > 0) {
        items.insert(event.item);
      }
    }
    if (earlier.empty()) return {};
  } else {
    for (const Event& event : row) {
      if (event.preference > 0) items.insert(event.item);
    }
    if (items.size() < 2) return {};
    const auto drawn = std::next(items.begin(), static_cast<std::ptrdiff_t>(draw % items.size()));
    return {*drawn};
  }
  std::vector<std::uint32_t> fresh;
  std::ranges::set_difference(items, earlier, std::back_inserter(fresh));
  return fresh;
}

}  // namespace

HoldOut hold_out_last(std::span<const Event> events, std::uint32_t users, std::size_t most_users,
                      std::uint64_t seed) {
  HoldOut result;
  result.is_by_day = std::ranges::none_of(
      events, [](int day) { return day == kNoDay; }, &Event::day);
  const auto rows = grouped(events, users);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> drawn;  // (lot, user)
  std::vector<std::vector<std::uint32_t>> steps(users);
  for (std::uint32_t user = 0; user < users; ++user) {
    if (rows[user].size() < 2) continue;
    Rng rng(seed, user);
    steps[user] = last_step(rows[user], result.is_by_day, rng.next());
    if (!steps[user].empty()) drawn.emplace_back(rng.next(), user);
  }
  std::ranges::sort(drawn);
  drawn.resize(std::min(drawn.size(), most_users));
  std::vector<bool> is_drawn(users, false);
  for (const auto& [lot, user] : drawn) is_drawn[user] = true;
  for (std::uint32_t user = 0; user < users; ++user) {
    if (!is_drawn[user]) {
      result.training.insert(result.training.end(), rows[user].begin(), rows[user].end());
      continue;
    }
    result.users.push_back(user);
    const std::int32_t last = std::ranges::max(rows[user], {}, &Event::day).day;
    for (const Event& event : rows[user]) {
      const bool is_held = result.is_by_day ? event.day == last : event.item == steps[user][0];
      if (!is_held) result.training.push_back(event);
    }
    result.items.push_back(std::move(steps[user]));
  }
  return result;
}

Quality quality_of(const Recommender& recommender, const Histories& histories,
                   const HoldOut& hold_out, std::uint32_t items, std::size_t threads) {
  Quality quality;
  quality.users = static_cast<std::uint32_t>(hold_out.users.size());
  if (quality.users == 0) return quality;
  std::vector<Taste> tastes;
  for (const std::uint32_t user : hold_out.users) tastes.push_back(histories.of(user));
  const auto lists =
      recommender.top_k_of_each(tastes, {.k = kRecallRanks, .excludes_seen = true}, threads);
  IdSet shown(items, false);
  for (std::size_t u = 0; u < lists.size(); ++u) {
    const std::vector<std::uint32_t>& wanted = hold_out.items[u];
    double gain = 0;
    double ideal = 0;
    std::size_t hits = 0;
    for (std::size_t rank = 0; rank < kNdcgRanks && rank < wanted.size(); ++rank) {
      ideal += 1 / std::log2(static_cast<double>(rank) + 2);
    }
    for (std::size_t rank = 0; rank < lists[u].size(); ++rank) {
      if (rank < kNdcgRanks) shown.add(lists[u][rank].id);
      if (!std::ranges::binary_search(wanted, lists[u][rank].id)) continue;
      ++hits;
      if (rank < kNdcgRanks) gain += 1 / std::log2(static_cast<double>(rank) + 2);
    }
    quality.ndcg_at_10 += gain / ideal;
    quality.recall_at_20 += static_cast<double>(hits) / static_cast<double>(wanted.size());
  }
  quality.ndcg_at_10 /= quality.users;
  quality.recall_at_20 /= quality.users;
  quality.coverage = static_cast<double>(shown.count()) / items;
  return quality;
}

}  // namespace clientele::recommend
