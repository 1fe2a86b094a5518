// How far one piece of work has come, for whoever shows it.
#pragma once

#include <atomic>
#include <cstddef>

namespace clientele {

// Written by the work, from any thread, and read by another. Thread-safe.
class Steps {
 public:
  // The steps of the work that begins now, e.g. the products of a forecast.
  void expect(std::size_t total) {
    done_.store(0, std::memory_order_relaxed);
    total_.store(total, std::memory_order_relaxed);
  }
  void finish_one() { done_.fetch_add(1, std::memory_order_relaxed); }

  std::size_t done() const { return done_.load(std::memory_order_relaxed); }
  std::size_t total() const { return total_.load(std::memory_order_relaxed); }  // 0: not known

 private:
  std::atomic<std::size_t> done_{0};
  std::atomic<std::size_t> total_{0};
};

}  // namespace clientele
