#include "models/uplift/deciles.hpp"

namespace clientele::uplift {
namespace {

constexpr std::size_t kFewestRows = 15;

struct Bucket {
  std::size_t begin, end;  // places in ascending order
  std::int32_t number;
};

std::vector<Bucket> cut(const Ranking& ranking) {
  const std::size_t n = ranking.order.size();
  std::vector<Bucket> buckets;
  // Runs of equal scores come in descending order.
  for (std::size_t run = ranking.ends.size(); run-- > 0;) {
    const std::size_t begin = n - ranking.ends[run];
    const std::size_t end = run == 0 ? n : n - ranking.ends[run - 1];
    const auto number = static_cast<std::int32_t>(1 + 10 * begin / n);
    if (!buckets.empty() && buckets.back().number == number) {
      buckets.back().end = end;
    } else {
      buckets.push_back({begin, end, number});
    }
  }
  return buckets;
}

void join_small(std::vector<Bucket>& buckets) {
  const auto size = [&](std::size_t b) { return buckets[b].end - buckets[b].begin; };
  for (std::size_t b = 0; b < buckets.size() && buckets.size() > 1;) {
    if (size(b) >= kFewestRows) {
      ++b;
      continue;
    }
    const bool with_next = b == 0 || (b + 1 < buckets.size() && size(b + 1) < size(b - 1));
    const std::size_t low = with_next ? b : b - 1;
    buckets[low].end = buckets[low + 1].end;
    if (low + 2 == buckets.size() && low > 0) buckets[low].number = buckets[low + 1].number;
    buckets.erase(buckets.begin() + static_cast<std::ptrdiff_t>(low) + 1);
    b = low;
  }
}

}  // namespace

Deciles deciles_of(std::span<const double> ranked_by, std::span<const double> scores,
                   std::span<const std::uint8_t> groups) {
  const Ranking ranking = ranking_of(ranked_by);
  std::vector<Bucket> buckets = cut(ranking);
  join_small(buckets);
  const std::size_t n = scores.size();
  Deciles deciles;
  deciles.number_of.resize(n);
  for (const Bucket& bucket : buckets) {
    Decile& decile = deciles.buckets.emplace_back();
    decile.number = bucket.number;
    double sum = 0;
    for (std::size_t place = bucket.begin; place < bucket.end; ++place) {
      const std::uint32_t row = ranking.order[n - 1 - place];
      deciles.number_of[row] = bucket.number;
      sum += scores[row];
      const double positive = groups[row] & 1;
      ((groups[row] & 2) != 0 ? decile.treated : decile.control) += 1;
      ((groups[row] & 2) != 0 ? decile.treated_positive : decile.control_positive) += positive;
    }
    decile.mean_uplift = sum / static_cast<double>(bucket.end - bucket.begin);
  }
  return deciles;
}

}  // namespace clientele::uplift
