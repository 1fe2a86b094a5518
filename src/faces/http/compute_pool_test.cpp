#include "faces/http/compute_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace clientele::http {
namespace {

TEST(ComputePool, runs_everything_it_took) {
  std::atomic<int> ran{0};
  int taken = 0;
  {
    ComputePool pool(3, 10'000);
    for (int i = 0; i < 5000; ++i) taken += pool.submit([&] { ++ran; }) ? 1 : 0;
  }
  EXPECT_EQ(taken, 5000);
  EXPECT_EQ(ran, 5000);
}

TEST(ComputePool, refuses_beyond_its_queue) {
  std::promise<void> gate;
  const auto open = gate.get_future().share();
  std::promise<void> started;
  ComputePool pool(1, 2);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    open.wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_TRUE(pool.full());
  EXPECT_FALSE(pool.submit([] {}));
  gate.set_value();
}

TEST(ComputePool, another_task_runs_in_place_of_one_that_waits) {
  std::promise<void> done;
  std::promise<void> first_over;
  ComputePool pool(1, 10);
  ASSERT_TRUE(pool.submit([&] {
    const ComputePool::Waiting waiting(pool);
    done.get_future().wait();
    first_over.set_value();
  }));
  ASSERT_TRUE(pool.submit([&] { done.set_value(); }));
  EXPECT_EQ(first_over.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST(ComputePool, never_computes_on_more_threads_than_it_may) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  {
    ComputePool pool(2, 10'000);
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(pool.submit([&] {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --running;
      }));
    }
  }
  EXPECT_LE(most, 2);
}

}  // namespace
}  // namespace clientele::http
