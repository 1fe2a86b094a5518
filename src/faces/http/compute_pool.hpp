// The threads that compute: a fixed number of running tasks and a bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace clientele::http {

class ComputePool {
 public:
  using Task = std::function<void()>;

  // At most `threads` tasks run at a time and `queue_limit` wait.
  ComputePool(std::size_t threads, std::size_t queue_limit);
  ~ComputePool();  // stop()

  // Runs what is queued, then joins the threads; submit() refuses from now on. From one thread at a
  // time.
  void stop();

  // Queues a task, which must not throw. False when the queue is full or the pool stops.
  bool submit(Task task);
  std::size_t queued() const;
  bool full() const { return queued() >= queue_limit_; }

  // While it lives, the calling task waits for something else than the processor (a slow client),
  // and another task may run in its place; up to kMaxSpare tasks at a time, more just wait.
  class Waiting {
   public:
    explicit Waiting(ComputePool& pool);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    ComputePool& pool_;
    bool spared_ = false;
  };

 private:
  static constexpr std::size_t kMaxSpare = 64;

  void work();
  void start_thread();

  const std::size_t limit_;
  const std::size_t queue_limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  std::size_t running_ = 0;  // tasks, without those that wait
  std::size_t waiting_ = 0;
  std::size_t idle_ = 0;  // threads without a task
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace clientele::http
