// Cancellation and deadlines of one piece of work.
#pragma once

#include <atomic>
#include <chrono>

namespace clientele {

// Shared between the work, which polls it, and whoever may stop it. Thread-safe.
class Cancellation {
 public:
  using Clock = std::chrono::steady_clock;

  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  // Requires: called before the work starts.
  void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }
  bool requested() const {
    return cancelled_.load(std::memory_order_relaxed) || Clock::now() >= deadline_;
  }

 private:
  std::atomic<bool> cancelled_{false};
  Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace clientele
