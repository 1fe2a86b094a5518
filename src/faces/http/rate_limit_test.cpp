#include "faces/http/rate_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace clientele::http {
namespace {

using namespace std::chrono_literals;

const RateLimiter::TimePoint kStart{1'000'000s};

// Asks once and lets the request end at once.
bool admitted(RateLimiter& limiter, std::string_view tenant, RateLimiter::TimePoint now) {
  return !limiter.admit(tenant, now).refusal.has_value();
}

int admitted_of(RateLimiter& limiter, int requests, RateLimiter::TimePoint now) {
  int count = 0;
  for (int i = 0; i < requests; ++i) count += admitted(limiter, "acme", now) ? 1 : 0;
  return count;
}

TEST(RateLimiter, ARestedTenantMaySpendItsMinuteAtOnce) {
  RateLimiter limiter({.requests_per_minute = 60});
  EXPECT_EQ(admitted_of(limiter, 100, kStart), 60);
  EXPECT_EQ(admitted_of(limiter, 100, kStart), 0);
}

TEST(RateLimiter, RequestsComeBackEvenly) {
  RateLimiter limiter({.requests_per_minute = 60});
  admitted_of(limiter, 60, kStart);
  EXPECT_EQ(admitted_of(limiter, 10, kStart + 999ms), 0);
  EXPECT_EQ(admitted_of(limiter, 10, kStart + 1s), 1);
  EXPECT_EQ(admitted_of(limiter, 10, kStart + 4s), 3);
  EXPECT_EQ(admitted_of(limiter, 100, kStart + 1h), 60);
}

TEST(RateLimiter, OverALongTimeTheRateIsTheLimit) {
  for (const std::uint64_t limit : {1u, 7u, 100u, 6000u, 77'777u}) {
    RateLimiter limiter({.requests_per_minute = limit});
    std::uint64_t count = 0;
    for (int millisecond = 0; millisecond < 180'000; millisecond += 5) {
      while (admitted(limiter, "acme", kStart + std::chrono::milliseconds(millisecond))) ++count;
    }
    EXPECT_GE(count, 4 * limit - limit / 100 - 1);  // the first minute's, and three minutes
    EXPECT_LE(count, 4 * limit + limit / 100 + 1);
  }
}

TEST(RateLimiter, TheLargestLimitIsExactAtOnce) {
  RateLimiter limiter({.requests_per_minute = 1'000'000'000});
  EXPECT_EQ(admitted_of(limiter, 1000, kStart), 1000);
  EXPECT_EQ(limiter.admit("acme", kStart).limit_field, "\"default\";r=999998999;t=1");
}

TEST(RateLimiter, FieldsSayWhatIsLeft) {
  RateLimiter limiter({.requests_per_minute = 100});
  RateLimiter::Decision first = limiter.admit("acme", kStart);
  EXPECT_EQ(first.policy_field, "\"default\";q=100;w=60");
  EXPECT_EQ(first.limit_field, "\"default\";r=99;t=1");
  admitted_of(limiter, 49, kStart);
  RateLimiter::Decision later = limiter.admit("acme", kStart);
  EXPECT_EQ(later.limit_field, "\"default\";r=49;t=31");
  EXPECT_EQ(limiter.admit("acme", kStart + 1h).limit_field, "\"default\";r=99;t=1");
}

TEST(RateLimiter, ARefusalSaysWhenToTryAgain) {
  RateLimiter limiter({.requests_per_minute = 6});
  admitted_of(limiter, 6, kStart);
  const RateLimiter::Decision refused = limiter.admit("acme", kStart + 500ms);
  ASSERT_TRUE(refused.refusal.has_value());
  EXPECT_EQ(refused.refusal->kind, ErrorKind::too_many_requests);
  EXPECT_EQ(refused.refusal->detail,
            "this tenant may send 6 requests a minute (limits.requests_per_minute)");
  EXPECT_EQ(refused.refusal->retry_after_seconds, 10);
  EXPECT_EQ(refused.limit_field, "\"default\";r=0;t=60");
  EXPECT_TRUE(admitted(limiter, "acme", kStart + 500ms + 10s));
}

TEST(RateLimiter, WhoeverWaitsAsToldIsAdmitted) {
  for (const std::uint64_t limit : {1u, 7u, 59u, 61u, 1000u}) {
    RateLimiter limiter({.requests_per_minute = limit});
    auto now = kStart;
    for (int i = 0; i < 5000; ++i) {
      const auto decision = limiter.admit("acme", now);
      if (!decision.refusal) continue;
      now += std::chrono::seconds(static_cast<int>(decision.refusal->retry_after_seconds));
      EXPECT_TRUE(admitted(limiter, "acme", now)) << limit;
    }
  }
}

TEST(RateLimiter, SlotsAreFreedWhenRequestsEnd) {
  RateLimiter limiter({.concurrency = 2});
  RateLimiter::Decision first = limiter.admit("acme", kStart);
  EXPECT_EQ(first.policy_field, "\"concurrency\";q=2;qu=\"concurrent-requests\"");
  EXPECT_EQ(first.limit_field, "\"concurrency\";r=1");
  {
    const RateLimiter::Decision second = limiter.admit("acme", kStart);
    EXPECT_FALSE(second.refusal.has_value());
    const RateLimiter::Decision third = limiter.admit("acme", kStart);
    ASSERT_TRUE(third.refusal.has_value());
    EXPECT_EQ(third.refusal->kind, ErrorKind::too_many_requests);
    EXPECT_EQ(third.refusal->retry_after_seconds, 1);
    EXPECT_EQ(third.limit_field, "\"concurrency\";r=0");
  }
  EXPECT_TRUE(admitted(limiter, "acme", kStart));
  first.slot = {};
  EXPECT_EQ(limiter.admit("acme", kStart).limit_field, "\"concurrency\";r=1");
}

TEST(RateLimiter, AMovedSlotIsFreedOnce) {
  RateLimiter limiter({.concurrency = 1});
  RateLimiter::Slot slot;
  {
    RateLimiter::Decision decision = limiter.admit("acme", kStart);
    slot = std::move(decision.slot);
  }
  EXPECT_FALSE(admitted(limiter, "acme", kStart));
  RateLimiter::Slot moved(std::move(slot));
  EXPECT_FALSE(admitted(limiter, "acme", kStart));
  moved = {};
  EXPECT_TRUE(admitted(limiter, "acme", kStart));
}

TEST(RateLimiter, ARefusalTakesNothing) {
  RateLimiter limiter({.requests_per_minute = 10, .concurrency = 1});
  {
    const RateLimiter::Decision held = limiter.admit("acme", kStart);
    EXPECT_EQ(held.limit_field, "\"default\";r=9;t=6, \"concurrency\";r=0");
    for (int i = 0; i < 50; ++i) EXPECT_FALSE(admitted(limiter, "acme", kStart));
  }
  EXPECT_EQ(admitted_of(limiter, 50, kStart), 9);
}

TEST(RateLimiter, TenantsDoNotDisturbEachOther) {
  RateLimiter limiter({.requests_per_minute = 5}, {{"vip", {.requests_per_minute = 7}}});
  EXPECT_EQ(admitted_of(limiter, 100, kStart), 5);
  int vip = 0;
  for (int i = 0; i < 100; ++i) vip += admitted(limiter, "vip", kStart) ? 1 : 0;
  EXPECT_EQ(vip, 7);
  EXPECT_TRUE(admitted(limiter, "other", kStart));
}

TEST(RateLimiter, WithoutLimitsNothingIsCountedOrSaid) {
  RateLimiter limiter({}, {{"small", {.requests_per_minute = 1}}});
  EXPECT_EQ(admitted_of(limiter, 10'000, kStart), 10'000);
  const RateLimiter::Decision decision = limiter.admit("acme", kStart);
  EXPECT_EQ(decision.policy_field, "");
  EXPECT_EQ(decision.limit_field, "");
  EXPECT_EQ(limiter.tenants(), 0u);
  EXPECT_TRUE(admitted(limiter, "small", kStart));
  EXPECT_FALSE(admitted(limiter, "small", kStart));
}

TEST(RateLimiter, MemoryIsBoundedAndForgettingChangesNothing) {
  RateLimiter limiter({.requests_per_minute = 2}, {}, 100);
  for (int i = 0; i < 1000; ++i) {
    // Half a minute is enough for a bucket with one request to fill again.
    EXPECT_TRUE(admitted(limiter, "tenant" + std::to_string(i), kStart + 30s * i));
    EXPECT_LE(limiter.tenants(), 100u);
  }
}

TEST(RateLimiter, TooManyActiveTenantsAreTurnedAwayForAMoment) {
  RateLimiter limiter({.requests_per_minute = 2}, {}, 2);
  EXPECT_TRUE(admitted(limiter, "a", kStart));
  EXPECT_TRUE(admitted(limiter, "b", kStart));
  const RateLimiter::Decision refused = limiter.admit("c", kStart);
  ASSERT_TRUE(refused.refusal.has_value());
  EXPECT_EQ(refused.refusal->kind, ErrorKind::overloaded);
  EXPECT_EQ(refused.refusal->retry_after_seconds, 1);
  EXPECT_TRUE(admitted(limiter, "a", kStart));
  EXPECT_FALSE(admitted(limiter, "a", kStart));
  EXPECT_TRUE(admitted(limiter, "c", kStart + 30s));
}

TEST(RateLimiter, ATenantWithARequestUnderWayIsNotForgotten) {
  RateLimiter limiter({.concurrency = 1}, {}, 1);
  const RateLimiter::Decision held = limiter.admit("a", kStart);
  EXPECT_FALSE(admitted(limiter, "b", kStart + 1h));
  EXPECT_FALSE(admitted(limiter, "a", kStart + 1h));
}

TEST(RateLimiter, ATimeThatStepsBackAdmitsNothingTwice) {
  RateLimiter limiter({.requests_per_minute = 10});
  EXPECT_EQ(admitted_of(limiter, 10, kStart + 1ms), 10);
  EXPECT_EQ(admitted_of(limiter, 10, kStart), 0);
}

TEST(RateLimiter, ThreadsTogetherGetTheLimitAndNeverMore) {
  RateLimiter limiter({.requests_per_minute = 1000, .concurrency = 3});
  std::atomic<int> total{0}, under_way{0}, most{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      while (total < 1000) {
        const RateLimiter::Decision decision = limiter.admit("acme", kStart);
        if (decision.refusal) continue;
        ++total;
        const int now = ++under_way;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        --under_way;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(total, 1000);
  EXPECT_LE(most, 3);
  EXPECT_FALSE(admitted(limiter, "acme", kStart));
}

}  // namespace
}  // namespace clientele::http
