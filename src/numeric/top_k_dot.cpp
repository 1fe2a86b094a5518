// Exact maximum inner product search over byte codes with error bounds.
//
// Row y = s c + r and query q = t Q + e with integer codes of at most 127. Then
//
//   q.y <= s (t Q.c + E),  E = |q|_2 max(|r|_2 / s) + |e|_2 max |c|_2,
//
// so a row whose bound stays below the k-th best exact score cannot be among the best; the few
// others are scored from the rows themselves. Q.c is an integer and the bound is widened by more
// than the rounding of its three float operations. Positions run by descending norm: once |q| |y|
// is below the k-th best score, no later row can enter (Cauchy-Schwarz). Degenerate: zero rows have
// scale 0 and score 0; k = 0 and empty filters give empty lists. Source: quantised scan with exact
// rescoring, after Teflioudi, Gemulla (2016), LEMP; Li et al. (2017), FEXIPRO. Complexity: n dims
// bytes, and O(k log n) rescored rows for rows in random order; a batch of queries passes each tile
// of codes in fours, which read it once.
#include "numeric/top_k_dot.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "numeric/simd.hpp"
#include "numeric/top_k_scan.hpp"

namespace clientele {
namespace {

constexpr std::size_t kRowsPerChunk = 8'192;
constexpr std::size_t kTileBlocks = 32;  // stay in the first cache while a batch's queries pass
constexpr std::size_t kQueriesPerBatch = 32;
constexpr std::size_t kFirstRun = 4;     // blocks before the first update of the threshold, then
constexpr std::size_t kLargestRun = 64;  // twice as many each time, up to this
constexpr std::size_t kSelective = 20;   // filters of less than 1 / kSelective are scanned by id

// Eight sums side by side: a chain of dependent additions would wait on each.
CLIENTELE_SIMD double dot_of(const float* a, const float* b, std::size_t dims) {
  constexpr std::size_t kSums = 8;
  double sums[kSums] = {};
  for (std::size_t k = 0; k + kSums <= dims; k += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) sums[i] += double{a[k + i]} * double{b[k + i]};
  }
  for (std::size_t k = dims / kSums * kSums; k < dims; ++k) {
    sums[k % kSums] += double{a[k]} * double{b[k]};
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// `norm` is that of the query.
double score_of(const float* query, double norm, const float* row, std::size_t dims,
                Closeness closeness) {
  const double product = dot_of(query, row, dims);
  if (closeness == Closeness::dot) return product;
  const double norms = norm * std::sqrt(dot_of(row, row, dims));
  return norms > 0 ? product / norms : 0;
}

}  // namespace

std::vector<Scored> top_k_of_rows(RowsView rows, std::span<const float> query, std::size_t k,
                                  Closeness closeness, const RowFilter& filter) {
  TopK best(k);
  const double norm = std::sqrt(dot_of(query.data(), query.data(), rows.dims));
  const auto offer = [&](std::uint32_t row) {
    const double score = score_of(query.data(), norm, rows.row(row), rows.dims, closeness);
    if (score < best.threshold() || std::ranges::binary_search(filter.excluded, row)) return;
    best.offer(row, score);
  };
  if (filter.allowed != nullptr) {
    filter.allowed->for_each(offer);
  } else {
    for (std::uint32_t row = 0; row < rows.count; ++row) offer(row);
  }
  return std::move(best).take();
}

DotIndex::DotIndex(RowsView rows, std::size_t threads)
    : rows_(rows), groups_((rows.dims + 3) / 4), row_of_(rows.count) {
  const std::size_t blocks = (rows.count + kScanRows - 1) / kScanRows;
  const std::size_t chunks = (blocks * kScanRows + kRowsPerChunk - 1) / kRowsPerChunk;
  std::vector<float> norms(rows.count);
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(rows.count, chunks, chunk);
    for (std::size_t r = range.begin; r < range.end; ++r) {
      const float* row = rows.row(static_cast<std::uint32_t>(r));
      norms[r] = static_cast<float>(std::sqrt(dot_of(row, row, rows.dims)));
    }
  });
  std::iota(row_of_.begin(), row_of_.end(), 0U);
  std::stable_sort(row_of_.begin(), row_of_.end(),
                   [&](auto a, auto b) { return norms[a] > norms[b]; });
  codes_.assign(blocks * groups_ * kScanRows * 4, 128);
  dot_scales_.assign(blocks * kScanRows, 0);
  cosine_scales_.assign(blocks * kScanRows, 0);
  norms_.resize(rows.count);
  std::vector<double> ratios(chunks);
  std::vector<double> code_squares(chunks);
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(rows.count, chunks, chunk);
    for (std::size_t p = range.begin; p < range.end; ++p) {
      const float* row = rows.row(row_of_[p]);
      norms_[p] = norms[row_of_[p]];
      float largest = 0;
      for (std::size_t k = 0; k < rows.dims; ++k) largest = std::max(largest, std::abs(row[k]));
      const float scale = largest / 127;
      if (!(scale > 0)) continue;
      dot_scales_[p] = scale;
      cosine_scales_[p] = scale / norms_[p];
      std::uint8_t* codes = codes_.data() + p / kScanRows * groups_ * kScanRows * 4;
      double residual = 0;
      double squares = 0;
      for (std::size_t k = 0; k < rows.dims; ++k) {
        const double code = std::clamp(std::nearbyint(row[k] / scale), -127.0F, 127.0F);
        const double rest = row[k] - code * scale;
        residual += rest * rest;
        squares += code * code;
        codes[(k / 4 * kScanRows + p % kScanRows) * 4 + k % 4] =
            static_cast<std::uint8_t>(code + 128);
      }
      ratios[chunk] = std::max(ratios[chunk], std::sqrt(residual) / scale);
      code_squares[chunk] = std::max(code_squares[chunk], squares);
    }
  });
  for (const double ratio : ratios) residual_ratio_ = std::max(residual_ratio_, ratio);
  for (const double squares : code_squares) {
    largest_code_norm_ = std::max(largest_code_norm_, std::sqrt(squares));
  }
  for (std::size_t p = 0; p < rows.count; ++p) {
    largest_scale_[0] = std::max(largest_scale_[0], dot_scales_[p]);
    largest_scale_[1] = std::max(largest_scale_[1], cosine_scales_[p]);
  }
}

// The state of one query while blocks pass by.
class DotIndex::Search {
 public:
  Search(const DotIndex& index, const float* query, std::size_t k, Closeness closeness,
         const RowFilter& filter)
      : index_(index),
        query_(query),
        closeness_(closeness),
        filter_(filter),
        norm_(std::sqrt(dot_of(query, query, index.rows_.dims))),
        best_(k),
        codes_(query, index.rows_.dims) {
    bound_ = norm_ * index.residual_ratio_ + codes_.error * index.largest_code_norm_;
  }

  // Up to kScansTogether searches over the same blocks.
  static void scan(std::span<Search* const> searches, std::size_t first_block,
                   std::size_t last_block) {
    std::uint32_t candidates[kScansTogether][kLargestRun * kScanRows];
    std::size_t run = first_block == 0 ? kFirstRun : kLargestRun;
    for (std::size_t block = first_block; block < last_block; block += run) {
      if (block > first_block) run = std::min(2 * run, kLargestRun);
      run = std::min(run, last_block - block);
      Search* awake[kScansTogether];
      Scan scans[kScansTogether];
      std::size_t count = 0;
      for (Search* search : searches) {
        if (search->is_done(block)) continue;
        awake[count] = search;
        scans[count] = {&search->codes_, static_cast<float>(search->bound_),
                        search->lowered_threshold(), candidates[count]};
        ++count;
      }
      if (count == 0) return;
      scan_blocks(searches.front()->blocks_from(block, run), std::span(scans, count));
      for (std::size_t i = 0; i < count; ++i) {
        awake[i]->offer_each(block * kScanRows, {scans[i].out, scans[i].found});
      }
    }
  }

  // Scores the allowed rows one by one.
  void scan_allowed() {
    filter_.allowed->for_each([this](std::uint32_t row) { offer(row); });
  }

  bool is_selective() const {
    return filter_.allowed != nullptr && filter_.allowed->count() * kSelective < index_.rows_.count;
  }

  std::vector<Scored> take() { return std::move(best_).take(); }

  // No row from the block on can enter.
  bool is_done(std::size_t block) const {
    if (closeness_ == Closeness::cosine) return false;
    const double largest = norm_ * index_.norms_[block * kScanRows] * (1 + 1e-6);
    return largest < best_.threshold();
  }

 private:
  void offer(std::uint32_t row) {
    if (filter_.allowed != nullptr && !filter_.allowed->has(row)) return;
    if (std::ranges::binary_search(filter_.excluded, row)) return;
    const float* values = index_.rows_.row(row);
    best_.offer(row, score_of(query_, norm_, values, index_.rows_.dims, closeness_));
  }

  ScanBlocks blocks_from(std::size_t block, std::size_t count) const {
    const auto& scales = closeness_ == Closeness::dot ? index_.dot_scales_ : index_.cosine_scales_;
    return {index_.codes_.data() + block * index_.groups_ * kScanRows * 4,
            scales.data() + block * kScanRows, count, index_.groups_};
  }

  void offer_each(std::size_t first_position, std::span<const std::uint32_t> candidates) {
    for (const std::uint32_t candidate : candidates) fetch(first_position + candidate);
    for (const std::uint32_t candidate : candidates) {
      const std::size_t position = first_position + candidate;
      if (position < index_.rows_.count) offer(index_.row_of_[position]);
    }
  }

  // Candidates lie anywhere in the matrix: asks for the row before the ones in front are scored.
  void fetch(std::size_t position) const {
    if (position >= index_.rows_.count) return;
    const float* values = index_.rows_.row(index_.row_of_[position]);
    constexpr std::size_t kFloatsPerLine = 16;
    for (std::size_t k = 0; k < index_.rows_.dims; k += kFloatsPerLine) {
      __builtin_prefetch(values + k);
    }
  }

  // The threshold in units of the bound, lower than any rounding could make it.
  float lowered_threshold() const {
    const double threshold =
        closeness_ == Closeness::dot ? best_.threshold() : best_.threshold() * norm_;
    if (!std::isfinite(threshold)) return -std::numeric_limits<float>::infinity();
    const double largest = index_.largest_scale_[closeness_ == Closeness::dot ? 0 : 1];
    return static_cast<float>(threshold - 1e-5 * (std::abs(threshold) + largest * bound_));
  }

  const DotIndex& index_;
  const float* query_;
  Closeness closeness_;
  RowFilter filter_;
  double norm_;
  TopK best_;
  ScanQuery codes_;
  double bound_;
};

std::vector<Scored> DotIndex::top_k(std::span<const float> query, std::size_t k,
                                    Closeness closeness, const RowFilter& filter) const {
  Search search(*this, query.data(), k, closeness, filter);
  if (search.is_selective()) {
    search.scan_allowed();
  } else {
    Search* const alone[] = {&search};
    Search::scan(alone, 0, dot_scales_.size() / kScanRows);
  }
  return search.take();
}

std::vector<std::vector<Scored>> DotIndex::top_k_of_each(RowsView queries, std::size_t k,
                                                         Closeness closeness,
                                                         std::span<const RowFilter> filters,
                                                         std::size_t threads) const {
  std::vector<std::vector<Scored>> results(queries.count);
  const std::size_t blocks = dot_scales_.size() / kScanRows;
  const std::size_t batches = (queries.count + kQueriesPerBatch - 1) / kQueriesPerBatch;
  parallel_for(threads, batches, [&](std::size_t batch) {
    const Range range = chunk_range(queries.count, batches, batch);
    std::vector<Search> searches;
    for (std::size_t q = range.begin; q < range.end; ++q) {
      searches.emplace_back(*this, queries.row(static_cast<std::uint32_t>(q)), k, closeness,
                            filters.empty() ? RowFilter{} : filters[q]);
      if (searches.back().is_selective()) searches.back().scan_allowed();
    }
    std::vector<Search*> awake;
    for (Search& search : searches) {
      if (!search.is_selective()) awake.push_back(&search);
    }
    for (std::size_t first = 0; first < blocks && !awake.empty(); first += kTileBlocks) {
      const std::size_t last = std::min(first + kTileBlocks, blocks);
      for (std::size_t i = 0; i < awake.size(); i += kScansTogether) {
        Search::scan(std::span(awake).subspan(i, std::min(kScansTogether, awake.size() - i)), first,
                     last);
      }
      if (last < blocks)
        std::erase_if(awake, [&](Search* search) { return search->is_done(last); });
    }
    for (std::size_t q = range.begin; q < range.end; ++q) {
      results[q] = searches[q - range.begin].take();
    }
  });
  return results;
}

}  // namespace clientele
