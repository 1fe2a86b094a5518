// Generic cell rate algorithm (ITU-T I.371, virtual scheduling): a bucket of q requests that
// refills at one request per T = 60 s / q is the one time stamp f at which it would be full. A
// request at time t moves f to max(f, t) + T and is admitted if that is at most t + q T.
#include "faces/http/rate_limit.hpp"

#include <algorithm>
#include <utility>

namespace clientele::http {
namespace {

using Duration = std::chrono::nanoseconds;
using TimePoint = RateLimiter::TimePoint;

constexpr Duration kWindow = std::chrono::minutes(1);
constexpr Duration kSweepEvery = std::chrono::seconds(1);

// The times of one limit.
struct Rate {
  Duration interval;  // T
  Duration burst;     // q T, a minute but for rounding

  explicit Rate(std::uint64_t requests)
      : interval(kWindow / static_cast<Duration::rep>(requests)),
        burst(interval * static_cast<Duration::rep>(requests)) {}
};

std::uint64_t whole_seconds(Duration duration) {
  return static_cast<std::uint64_t>(std::max<std::chrono::seconds::rep>(
      std::chrono::ceil<std::chrono::seconds>(duration).count(), 0));
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ", " + second;
}

std::string policy_field(const RateLimits& limits) {
  std::string rate, concurrency;
  if (limits.requests_per_minute > 0) {
    rate = "\"default\";q=" + std::to_string(limits.requests_per_minute) + ";w=60";
  }
  if (limits.concurrency > 0) {
    concurrency =
        "\"concurrency\";q=" + std::to_string(limits.concurrency) + ";qu=\"concurrent-requests\"";
  }
  return joined(rate, concurrency);
}

std::string limit_field(const RateLimits& limits, TimePoint full_at, std::uint64_t under_way,
                        TimePoint now) {
  std::string rate, concurrency;
  if (limits.requests_per_minute > 0) {
    const Rate times(limits.requests_per_minute);
    const Duration missing = std::max(full_at, now) - now;
    const auto remaining = std::max<Duration::rep>((times.burst - missing) / times.interval, 0);
    rate = "\"default\";r=" + std::to_string(remaining) +
           ";t=" + std::to_string(whole_seconds(missing));
  }
  if (limits.concurrency > 0) {
    const std::uint64_t left = limits.concurrency - std::min(under_way, limits.concurrency);
    concurrency = "\"concurrency\";r=" + std::to_string(left);
  }
  return joined(rate, concurrency);
}

Error refusal(ErrorKind kind, std::string detail, std::uint64_t retry_after_seconds) {
  return {
      .kind = kind,
      .detail = std::move(detail),
      .retry_after_seconds = static_cast<double>(std::max<std::uint64_t>(retry_after_seconds, 1))};
}

Error too_many_at_once(const RateLimits& limits) {
  return refusal(ErrorKind::too_many_requests,
                 "this tenant may have " + std::to_string(limits.concurrency) +
                     " requests under way at one time (limits.concurrency); wait for one to end",
                 1);
}

Error too_many_in_a_minute(const RateLimits& limits, Duration wait) {
  return refusal(ErrorKind::too_many_requests,
                 "this tenant may send " + std::to_string(limits.requests_per_minute) +
                     " requests a minute (limits.requests_per_minute)",
                 whole_seconds(wait));
}

}  // namespace

RateLimiter::Slot::Slot(Slot&& other) noexcept
    : limiter_(std::exchange(other.limiter_, nullptr)),
      bucket_(std::exchange(other.bucket_, nullptr)) {}

RateLimiter::Slot& RateLimiter::Slot::operator=(Slot&& other) noexcept {
  std::swap(limiter_, other.limiter_);
  std::swap(bucket_, other.bucket_);
  return *this;
}

RateLimiter::Slot::~Slot() {
  if (limiter_ == nullptr) return;
  const std::lock_guard lock(limiter_->mutex_);
  --bucket_->under_way;
}

RateLimiter::RateLimiter(RateLimits defaults, std::map<std::string, RateLimits, std::less<>> own,
                         std::size_t most_tenants)
    : defaults_(defaults), own_(std::move(own)), most_tenants_(most_tenants) {}

RateLimiter::Decision RateLimiter::admit(std::string_view tenant, TimePoint now) {
  const RateLimits& limits = limits_of(tenant);
  Decision decision;
  if (limits.requests_per_minute == 0 && limits.concurrency == 0) return decision;
  decision.policy_field = policy_field(limits);

  const std::lock_guard lock(mutex_);
  Bucket* const bucket = bucket_of(tenant, now);
  if (bucket == nullptr) {
    decision.refusal = refusal(ErrorKind::overloaded, "too many tenants are active", 1);
    return decision;
  }
  TimePoint full_at = bucket->full_at;
  Duration wait{0};
  if (limits.requests_per_minute > 0) {
    const Rate times(limits.requests_per_minute);
    full_at = std::max(full_at, now) + times.interval;
    wait = full_at - now - times.burst;
  }
  if (limits.concurrency > 0 && bucket->under_way >= limits.concurrency) {
    decision.refusal = too_many_at_once(limits);
  } else if (wait > Duration::zero()) {
    decision.refusal = too_many_in_a_minute(limits, wait);
  } else {
    bucket->full_at = full_at;
    ++bucket->under_way;
    decision.slot = Slot(this, bucket);
  }
  decision.limit_field = limit_field(limits, bucket->full_at, bucket->under_way, now);
  return decision;
}

std::size_t RateLimiter::tenants() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

const RateLimits& RateLimiter::limits_of(std::string_view tenant) const {
  const auto found = own_.find(tenant);
  return found == own_.end() ? defaults_ : found->second;
}

// The tenant's bucket, made if there is room; null otherwise.
RateLimiter::Bucket* RateLimiter::bucket_of(std::string_view tenant, TimePoint now) {
  if (const auto found = buckets_.find(tenant); found != buckets_.end()) return &found->second;
  if (buckets_.size() >= most_tenants_ && now >= next_sweep_) forget_idle(now);
  if (buckets_.size() >= most_tenants_) return nullptr;
  return &buckets_.try_emplace(std::string(tenant)).first->second;
}

void RateLimiter::forget_idle(TimePoint now) {
  std::erase_if(buckets_, [now](const auto& entry) {
    return entry.second.under_way == 0 && entry.second.full_at <= now;
  });
  next_sweep_ = now + kSweepEvery;
}

}  // namespace clientele::http
