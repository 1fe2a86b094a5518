// How much each tenant may ask for: requests a minute and requests at one time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"

namespace clientele::http {

// 0 = no limit.
struct RateLimits {
  std::uint64_t requests_per_minute = 0;  // up to 1e9; a rested tenant may spend them all at once
  std::uint64_t concurrency = 0;
};

// Token buckets (as the generic cell rate algorithm: one time stamp a tenant) and counted slots.
// Thread-safe; admit() is O(1) amortised. Memory is bounded: a tenant without requests under way
// and with a full bucket is forgotten when room is needed, which changes no decision.
class RateLimiter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

 private:
  struct Bucket {
    TimePoint full_at = TimePoint::min();  // when all requests of a minute are available again
    std::uint64_t under_way = 0;
  };

 public:
  // A request under way; ends with the object. Requires: the limiter outlives it.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot();

   private:
    friend class RateLimiter;
    Slot(RateLimiter* limiter, Bucket* bucket) : limiter_(limiter), bucket_(bucket) {}
    RateLimiter* limiter_ = nullptr;
    Bucket* bucket_ = nullptr;
  };

  struct Decision {
    Slot slot;  // empty if refused
    // too_many_requests, or overloaded when too many tenants are active to keep count of; with
    // retry_after_seconds, whole and at least 1.
    std::optional<Error> refusal;
    // Values of the fields RateLimit-Policy and RateLimit
    // (draft-ietf-httpapi-ratelimit-headers-11), to be sent with the answer whatever it is; "" =
    // the tenant has no limits.
    std::string policy_field;
    std::string limit_field;
  };

  // `own` holds the limits of tenants that do not have the default ones.
  explicit RateLimiter(RateLimits defaults, std::map<std::string, RateLimits, std::less<>> own = {},
                       std::size_t most_tenants = 100'000);

  // Takes a slot and one request of the tenant's minute, or refuses and takes nothing.
  Decision admit(std::string_view tenant, TimePoint now);

  // Tenants that are remembered.
  std::size_t tenants() const;

 private:
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  const RateLimits& limits_of(std::string_view tenant) const;
  Bucket* bucket_of(std::string_view tenant, TimePoint now);
  void forget_idle(TimePoint now);

  const RateLimits defaults_;
  const std::map<std::string, RateLimits, std::less<>> own_;
  const std::size_t most_tenants_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket, TextHash, std::equal_to<>> buckets_;
  TimePoint next_sweep_ = TimePoint::min();
};

}  // namespace clientele::http
