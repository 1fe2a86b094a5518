// Exact pair counts by row-wise products of the order-item matrix with itself (Gustavson 1978).
//
// Items are relabelled by descending support and each order's distinct ranks sorted, so that the
// partners of smaller rank of a line are the prefix before it. Row r of the lower half of X'X is
// then the histogram of all prefixes that end at r: r + 1 counters, most of them few and in cache,
// no matrix in memory, and rows independent of each other, so threads need no merge and no lock.
// Degenerate: no orders, no items, single-item orders give no pairs; all are counted in n.
// Complexity: O(lines + sum over orders of k (k - 1) / 2 + pairs), k distinct items of an order.
#include "models/basket/pair_counter.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/parallel.hpp"

namespace clientele::basket {
namespace {

constexpr std::uint32_t kNoOrder = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMostLines = std::size_t{1} << 30;  // the sum of two counts stays below 2^31
constexpr std::size_t kMaxChunks = 64;
constexpr std::uint64_t kWorkPerChunk = 20'000;
constexpr std::size_t kLinesPerBlock = 20'000;
constexpr std::uint32_t kWordBits = 64;
constexpr std::uint32_t kPrefetchDistance = 8;

std::size_t block_count(const Orders& orders, const CountOptions& options) {
  return std::clamp<std::size_t>(orders.items.size() / kLinesPerBlock, 1,
                                 std::max<std::size_t>(options.threads, 1));
}

Error failure(ErrorKind kind, std::string detail) {
  Error error;
  error.kind = kind;
  error.detail = std::move(detail);
  return error;
}

// Few values: insertion sort; it is most of the work for orders of ordinary size.
void sort_ranks(std::uint32_t* values, std::uint32_t size) {
  if (size > 24) {
    std::sort(values, values + size);
    return;
  }
  for (std::uint32_t i = 1; i < size; ++i) {
    const std::uint32_t value = values[i];
    std::uint32_t at = i;
    for (; at > 0 && values[at - 1] > value; --at) values[at] = values[at - 1];
    values[at] = value;
  }
}

}  // namespace

Error too_many_pairs(std::uint64_t max_pairs) {
  return failure(ErrorKind::too_large,
                 "more than " + std::to_string(max_pairs) +
                     " distinct item pairs; raise min_support or send fewer items");
}

PairCounter::PairCounter(const Orders& orders, const CountOptions& options)
    : orders_(orders), options_(options), blocks_(block_count(orders, options)) {}

Result<CoOccurrence> PairCounter::run() {
  if (std::max<std::size_t>(orders_.items.size(), orders_.size()) > kMostLines) {
    return failure(ErrorKind::too_large, "more than 2^30 order lines or orders");
  }
  result_.orders_ = orders_.size();
  lines_.resize(orders_.items.size());
  lengths_.resize(orders_.size());
  totals_.resize(blocks_);
  parallel_for(options_.threads, blocks_, [this](std::size_t block) { clean_block(block); });
  result_.support_.assign(orders_.code_count(), 0);
  for (const BlockTotals& total : totals_) {
    std::transform(total.lines.begin(), total.lines.end(), result_.support_.begin(),
                   result_.support_.begin(), std::plus<>{});
  }
  result_.rank_items(options_.min_support);
  parallel_for(options_.threads, blocks_, [this](std::size_t block) { rank_block(block); });
  index_prefixes();

  half_sizes_.assign(result_.kept(), 0);
  const std::vector<std::uint32_t> bounds = chunk_rows();
  std::vector<Cells> half_rows(bounds.size() - 1);
  parallel_for(options_.threads, half_rows.size(), [&](std::size_t chunk) {
    count_rows(bounds[chunk], bounds[chunk + 1], half_rows[chunk]);
  });
  if (pairs_ > options_.max_pairs) return too_many_pairs(options_.max_pairs);
  if (stopped_) return failure(ErrorKind::deadline_exceeded, "counting was stopped");
  result_.store_rows(half_rows, half_sizes_);
  return std::move(result_);
}

void PairCounter::clean_block(std::size_t block) {
  auto& support = totals_[block].lines;
  support.assign(orders_.code_count(), 0);
  std::vector<std::uint32_t> last_order(orders_.code_count(), kNoOrder);
  const bool is_grouped = !orders_.group_of.empty();
  const Range range = chunk_range(orders_.size(), blocks_, block);
  for (std::size_t order = range.begin; order < range.end; ++order) {
    std::uint32_t write = orders_.offsets[order];
    for (std::uint32_t at = write; at < orders_.offsets[order + 1]; ++at) {
      const std::uint32_t item = orders_.items[at];
      const std::uint32_t code = is_grouped ? orders_.group_of[item] : item;
      if (last_order[code] == order) continue;
      last_order[code] = static_cast<std::uint32_t>(order);
      ++support[code];
      lines_[write++] = code;
    }
    lengths_[order] = write - orders_.offsets[order];
  }
}

void PairCounter::rank_block(std::size_t block) {
  auto& [prefixes, work] = totals_[block];
  prefixes.assign(result_.kept(), 0);
  work.assign(result_.kept(), 0);
  const Range range = chunk_range(orders_.size(), blocks_, block);
  for (std::size_t order = range.begin; order < range.end; ++order) {
    std::uint32_t* ranks = lines_.data() + orders_.offsets[order];
    std::uint32_t size = 0;
    for (std::uint32_t line = 0; line < lengths_[order]; ++line) {
      const std::uint32_t rank = result_.rank_of(ranks[line]);
      if (rank != CoOccurrence::kDropped) ranks[size++] = rank;
    }
    lengths_[order] = size;
    sort_ranks(ranks, size);
    for (std::uint32_t line = 1; line < size; ++line) {
      ++prefixes[ranks[line]];
      work[ranks[line]] += line;
    }
  }
}

void PairCounter::index_prefixes() {
  const std::uint32_t kept = result_.kept();
  prefix_begin_.assign(kept + std::size_t{1}, 0);
  work_.assign(kept, 0);
  std::uint32_t next = 0;
  for (std::uint32_t rank = 0; rank < kept; ++rank) {
    prefix_begin_[rank] = next;
    for (BlockTotals& total : totals_) {
      next += std::exchange(total.lines[rank], next);
      work_[rank] += total.work[rank];
    }
  }
  prefix_begin_[kept] = next;
  prefixes_.resize(next);
  parallel_for(options_.threads, blocks_, [this](std::size_t block) {
    auto& cursor = totals_[block].lines;
    const Range range = chunk_range(orders_.size(), blocks_, block);
    for (std::size_t order = range.begin; order < range.end; ++order) {
      const std::uint32_t begin = orders_.offsets[order];
      for (std::uint32_t line = 1; line < lengths_[order]; ++line) {
        prefixes_[cursor[lines_[begin + line]]++] = {begin, line};
      }
    }
  });
  totals_.clear();
}

// Bounds of row chunks with about equal work.
std::vector<std::uint32_t> PairCounter::chunk_rows() const {
  const auto cost = [this](std::uint32_t row) {
    return work_[row] + 4 * (prefix_begin_[row + 1] - prefix_begin_[row]) + 1;
  };
  std::uint64_t total = 0;
  for (std::uint32_t row = 0; row < result_.kept(); ++row) total += cost(row);
  const std::uint64_t per_chunk = std::max<std::uint64_t>(kWorkPerChunk, total / kMaxChunks + 1);
  std::vector<std::uint32_t> bounds{0};
  std::uint64_t in_chunk = 0;
  for (std::uint32_t row = 0; row < result_.kept(); ++row) {
    in_chunk += cost(row);
    if (in_chunk < per_chunk) continue;
    bounds.push_back(row + 1);
    in_chunk = 0;
  }
  if (bounds.back() != result_.kept()) bounds.push_back(result_.kept());
  return bounds;
}

void PairCounter::count_rows(std::uint32_t first, std::uint32_t last, Cells& out) {
  Histogram histogram{std::vector<std::uint32_t>(last),
                      std::vector<std::uint64_t>(last / kWordBits + 1)};
  std::uint64_t most = 0;
  for (std::uint32_t row = first; row < last; ++row)
    most += std::min<std::uint64_t>(work_[row], row);
  out.reserve(std::min(most, options_.max_pairs));
  for (std::uint32_t row = first; row < last; ++row) {
    if (stopped_) return;
    const std::size_t before = out.size();
    count_row(row, histogram, out);
    half_sizes_[row] = static_cast<std::uint32_t>(out.size() - before);
    if (pairs_ += half_sizes_[row]; pairs_ > options_.max_pairs) stopped_ = true;
    if (row % 64 == 0 && options_.cancellation != nullptr && options_.cancellation->requested()) {
      stopped_ = true;
    }
  }
}

void PairCounter::count_row(std::uint32_t row, Histogram& histogram, Cells& out) const {
  std::uint32_t* const counts = histogram.counts.data();
  std::uint64_t* const seen = histogram.seen.data();
  const std::span prefixes = prefixes_of(row);
  for (std::size_t at = 0; at < prefixes.size(); ++at) {
    const std::size_t ahead = std::min(at + kPrefetchDistance, prefixes.size() - 1);
    __builtin_prefetch(lines_.data() + prefixes[ahead].begin);
    const std::uint32_t* ranks = lines_.data() + prefixes[at].begin;
    for (std::uint32_t i = 0; i < prefixes[at].size; ++i) {
      ++counts[ranks[i]];
      seen[ranks[i] / kWordBits] |= std::uint64_t{1} << (ranks[i] % kWordBits);
    }
  }
  for (std::uint32_t word = 0; word <= row / kWordBits; ++word) {
    for (std::uint64_t bits = std::exchange(seen[word], 0); bits != 0; bits &= bits - 1) {
      const std::uint32_t partner =
          word * kWordBits + static_cast<std::uint32_t>(std::countr_zero(bits));
      out.push_back({partner, std::exchange(counts[partner], 0)});
    }
  }
}

Result<CoOccurrence> count_pairs(const Orders& orders, const CountOptions& options) {
  return PairCounter(orders, options).run();
}

}  // namespace clientele::basket
