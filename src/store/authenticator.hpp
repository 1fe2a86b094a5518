// Checks the credentials of every request, from memory.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "store/secret.hpp"
#include "store/tenant_store.hpp"

namespace clientele::store {

struct Tenant {
  std::string name;
};

// How far the memory may lag behind the store.
struct Freshness {
  // The store is asked for changes when the last question is older than this: a key revoked by any
  // process stops working within that time and the time of one read.
  std::chrono::milliseconds refresh_every{100};
  // While the store cannot be read, keys known so far work for this long; then every answer is
  // overloaded, because a revocation could no longer be seen.
  std::chrono::milliseconds trust_for{10'000};
};

// Holds the digests of all keys in memory (about 300 bytes a key). Thread-safe: one thread at a
// time asks the store for changes, in line, while the others go on with what is known. Requires:
// store and pepper outlive it.
class Authenticator {
 public:
  Authenticator(TenantStore& store, const Pepper& pepper, Freshness freshness = {});
  ~Authenticator();

  // The tenant to whom the key `id` with `secret` belongs. An unknown or malformed id, a wrong or
  // malformed secret, an expired and a revoked one get the same unauthorized error after the same
  // work: one digest and kSecretsPerKey constant-time comparisons, whatever is wrong.
  // Errors: unauthorized; overloaded (the store cannot be read for longer than trusted).
  Result<Tenant> authenticate(std::string_view id, std::string_view secret, Instant now);

 private:
  struct Known;
  std::shared_ptr<const Known> fresh_keys();
  void refresh();

  TenantStore& store_;
  const Pepper& pepper_;
  const Freshness freshness_;
  const SecretDigest never_;  // matches no secret

  std::mutex refreshing_;
  std::atomic<std::chrono::steady_clock::rep> next_refresh_{0};
  std::atomic<std::chrono::steady_clock::rep> trusted_until_{0};
  std::mutex known_mutex_;
  std::shared_ptr<const Known> known_;
};

}  // namespace clientele::store
