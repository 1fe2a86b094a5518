#include "faces/http/compute_pool.hpp"

#include <system_error>
#include <utility>

namespace clientele::http {

ComputePool::ComputePool(std::size_t threads, std::size_t queue_limit)
    : limit_(threads), queue_limit_(queue_limit) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < threads; ++i) start_thread();
}

ComputePool::~ComputePool() { stop(); }

void ComputePool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  // No thread is added any more: Waiting only starts one while not stopping.
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool ComputePool::submit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(task));
    if (running_ >= limit_ || idle_ == 0) return true;  // whoever finishes first takes it
  }
  changed_.notify_one();
  return true;
}

std::size_t ComputePool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

// Requires: mutex_ held.
void ComputePool::start_thread() {
  threads_.emplace_back([this] { work(); });
}

void ComputePool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return queue_.empty() ? stopping_ : running_ < limit_; });
    --idle_;
    if (queue_.empty()) return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    if (stopping_) changed_.notify_all();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    --running_;
    if (stopping_) changed_.notify_all();
  }
}

ComputePool::Waiting::Waiting(ComputePool& pool) : pool_(pool) {
  const std::lock_guard lock(pool_.mutex_);
  if (pool_.stopping_ || pool_.waiting_ >= kMaxSpare) return;
  spared_ = true;
  ++pool_.waiting_;
  --pool_.running_;
  if (pool_.idle_ == 0 && pool_.threads_.size() < pool_.limit_ + pool_.waiting_) {
    try {
      pool_.start_thread();
    } catch (const std::system_error&) {
      // No thread to be had: the queue waits along.
    }
  } else {
    pool_.changed_.notify_one();
  }
}

ComputePool::Waiting::~Waiting() {
  if (!spared_) return;
  const std::lock_guard lock(pool_.mutex_);
  --pool_.waiting_;
  ++pool_.running_;  // may exceed the limit until one more task ends
}

}  // namespace clientele::http
