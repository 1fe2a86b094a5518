// The k best of many scores, and sets of ids that may be among them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace clientele {

struct Scored {
  std::uint32_t id;
  double score;
};

// Higher scores first, ties by ascending id: a total order, so every exact search agrees on it.
inline bool is_better(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

// Keeps the k best of the offers, in whatever order they come. Scores must not be NaN.
class TopK {
 public:
  explicit TopK(std::size_t k) : k_(k) {}

  // Offers with a smaller score cannot enter; those with an equal one may, by their id.
  double threshold() const { return threshold_; }

  void offer(std::uint32_t id, double score) {
    if (k_ == 0) return;
    const Scored candidate{id, score};
    if (heap_.size() == k_) {
      if (!is_better(candidate, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), is_better);
      heap_.back() = candidate;
    } else {
      heap_.push_back(candidate);
    }
    std::push_heap(heap_.begin(), heap_.end(), is_better);
    if (heap_.size() == k_) threshold_ = heap_.front().score;
  }

  // The kept ones, best first.
  std::vector<Scored> take() && {
    std::sort_heap(heap_.begin(), heap_.end(), is_better);
    return std::move(heap_);
  }

 private:
  std::size_t k_;
  double threshold_ = -std::numeric_limits<double>::infinity();
  std::vector<Scored> heap_;
};

// A set of ids < capacity, one bit each.
class IdSet {
 public:
  IdSet(std::size_t capacity, bool is_full)
      : words_(capacity / 64 + 1, is_full ? ~std::uint64_t{0} : 0), count_(is_full ? capacity : 0) {
    if (is_full) words_.back() = (std::uint64_t{1} << capacity % 64) - 1;
  }

  bool has(std::uint32_t id) const { return (words_[id / 64] >> (id % 64) & 1) != 0; }
  std::size_t count() const { return count_; }
  void add(std::uint32_t id) {
    if (!has(id)) ++count_;
    words_[id / 64] |= std::uint64_t{1} << (id % 64);
  }
  // Calls visit(id) for each member, ascending. Complexity: O(capacity / 64 + count).
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
        visit(static_cast<std::uint32_t>(64 * word) +
              static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
  }
  void remove(std::uint32_t id) {
    if (has(id)) --count_;
    words_[id / 64] &= ~(std::uint64_t{1} << (id % 64));
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t count_;
};

}  // namespace clientele
