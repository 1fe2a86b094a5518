#include "store/authenticator.hpp"

#include <sodium.h>

#include <array>
#include <limits>
#include <utility>

namespace clientele::store {
namespace {

using Clock = std::chrono::steady_clock;

struct KnownSecret {
  SecretDigest digest{};
  Instant expires_at = Instant::min();  // dead unless said otherwise
};

// A key as the check needs it: always kSecretsPerKey secrets, missing ones dead.
struct KnownKey {
  std::string tenant;
  std::array<KnownSecret, kSecretsPerKey> secrets;
};

KnownKey known_key(const StoredKey& key, const SecretDigest& never) {
  KnownKey known{.tenant = key.tenant, .secrets = {}};
  for (KnownSecret& secret : known.secrets) secret.digest = never;
  if (key.revoked_at) return known;
  for (std::size_t i = 0; i < std::min(key.secrets.size(), kSecretsPerKey); ++i) {
    known.secrets[i] = {.digest = key.secrets[i].digest,
                        .expires_at = key.secrets[i].expires_at.value_or(Instant::max())};
  }
  return known;
}

SecretDigest random_digest() {
  SecretDigest digest{};
  randombytes_buf(digest.data(), digest.size());
  return digest;
}

Clock::rep ticks(Clock::time_point when) { return when.time_since_epoch().count(); }

}  // namespace

// One immutable picture of all keys; replaced as a whole.
struct Authenticator::Known {
  std::uint64_t revision = 0;
  std::unordered_map<std::string, KnownKey> keys;
};

Authenticator::Authenticator(TenantStore& store, const Pepper& pepper, Freshness freshness)
    : store_(store),
      pepper_(pepper),
      freshness_(freshness),
      never_(random_digest()),
      known_(std::make_shared<const Known>()) {
  // Not yet trusted: the first call asks the store.
  trusted_until_ = std::numeric_limits<Clock::rep>::min();
  next_refresh_ = std::numeric_limits<Clock::rep>::min();
}

Authenticator::~Authenticator() = default;

Result<Tenant> Authenticator::authenticate(std::string_view id, std::string_view secret,
                                           Instant now) {
  const std::shared_ptr<const Known> known = fresh_keys();
  if (known == nullptr) {
    return Error{.kind = ErrorKind::overloaded,
                 .detail = "keys cannot be checked at the moment: the store cannot be read",
                 .retry_after_seconds = 1};
  }
  // Every failure walks this same path; only its last line differs.
  static const std::string kOrdinarySecret(Secret::kLength, '-');
  const bool well_formed = is_well_formed_secret(secret);
  const std::string key_id = canonical_key_id(id);
  const auto found = known->keys.find(key_id);
  const SecretDigest digest =
      pepper_.digest(key_id.empty() ? std::string_view("00000000-0000-0000-0000-000000000000")
                                    : std::string_view(key_id),
                     well_formed ? secret : std::string_view(kOrdinarySecret));
  unsigned matches = 0;
  for (std::size_t i = 0; i < kSecretsPerKey; ++i) {
    const bool is_known = found != known->keys.end();
    const SecretDigest& candidate = is_known ? found->second.secrets[i].digest : never_;
    const bool live = is_known && now < found->second.secrets[i].expires_at;
    const bool equal = sodium_memcmp(candidate.data(), digest.data(), digest.size()) == 0;
    matches += static_cast<unsigned>(equal) & static_cast<unsigned>(live);
  }
  if (matches > 0 && well_formed) return Tenant{found->second.tenant};
  return Error{.kind = ErrorKind::unauthorized,
               .detail = "X-Customer-Api-Id and X-Secret must name a valid key and its secret"};
}

std::shared_ptr<const Authenticator::Known> Authenticator::fresh_keys() {
  const Clock::rep now = ticks(Clock::now());
  if (now >= next_refresh_.load(std::memory_order_relaxed)) {
    // Whoever has nothing to stand on waits for the thread that asks; the others go on.
    std::unique_lock lock(refreshing_, std::defer_lock);
    if (now >= trusted_until_.load(std::memory_order_acquire)) lock.lock();
    if (lock.owns_lock() || lock.try_lock()) {
      if (now >= next_refresh_.load(std::memory_order_relaxed)) refresh();
    }
  }
  if (now >= trusted_until_.load(std::memory_order_acquire)) return nullptr;
  const std::lock_guard lock(known_mutex_);
  return known_;
}

void Authenticator::refresh() {
  const Clock::time_point asked = Clock::now();
  const std::shared_ptr<const Known> before = known_;  // written by this function only
  Result<KeyChanges> changes = store_.changes_since(before->revision);
  // A store restored from a backup starts over.
  const bool restarted = changes && changes->revision < before->revision;
  if (restarted) changes = store_.changes_since(0);
  next_refresh_.store(ticks(asked + freshness_.refresh_every), std::memory_order_relaxed);
  if (!changes) return;
  if (restarted || changes->revision != before->revision) {
    auto after = std::make_shared<Known>(restarted ? Known{} : *before);
    after->revision = changes->revision;
    for (const StoredKey& key : changes->keys) {
      after->keys.insert_or_assign(key.id, known_key(key, never_));
    }
    const std::lock_guard lock(known_mutex_);
    known_ = std::move(after);
  }
  trusted_until_.store(ticks(asked + freshness_.trust_for), std::memory_order_release);
}

}  // namespace clientele::store
