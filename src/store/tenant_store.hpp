// What a store of tenants and their API keys must be able to do, whatever keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "store/secret.hpp"

namespace clientele::store {

// A key has at most this many secrets in the store: the one in force and, while rotating, the one
// before it.
inline constexpr std::size_t kSecretsPerKey = 2;

struct StoredSecret {
  SecretDigest digest{};
  Instant created_at{};
  std::optional<Instant> expires_at;  // the secret is dead from this instant on

  bool live(Instant now) const { return !expires_at || now < *expires_at; }
};

struct StoredKey {
  std::string id;      // canonical UUID
  std::string tenant;  // name
  Instant created_at{};
  std::optional<Instant> revoked_at;
  std::vector<StoredSecret> secrets;  // 1 to kSecretsPerKey, oldest first
};

using KeyChange = std::function<Result<StoredKey>(StoredKey key)>;

// Everything that changed after some revision, and the revision reached by it.
struct KeyChanges {
  std::uint64_t revision = 0;
  std::vector<StoredKey> keys;  // whole records, in order of id
};

// Implementations are thread-safe and may be shared by several processes. A write that returned ok
// is durable (on disk, fsynced). Failures of disk or database are file_error (cannot be used) or
// overloaded (try again); nothing is written then.
class TenantStore {
 public:
  virtual ~TenantStore() = default;

  // Adds a key and, if there is none of that name, its tenant. Requires: key.secrets.size() == 1.
  // Errors: conflict (the id exists).
  virtual Status add_key(const StoredKey& key) = 0;

  // Keys of one tenant, or of all, in order of tenant, creation, id; revoked ones included.
  // Errors: not_found (no such tenant).
  virtual Result<std::vector<StoredKey>> list_keys(std::optional<std::string_view> tenant) = 0;

  // Replaces the key by change(key), atomically with respect to every other writer. `change` keeps
  // id, tenant and created_at, leaves 1 to kSecretsPerKey secrets, and must not call the store; its
  // error is passed on and nothing is written. Errors: not_found (no such key of that tenant).
  virtual Status change_key(std::string_view tenant, std::string_view id,
                            const KeyChange& change) = 0;

  // The keys added, rotated or revoked after `revision` (0 = all keys). Revisions only grow, and
  // writes of other processes are seen. Cheap when nothing changed: it may be polled.
  virtual Result<KeyChanges> changes_since(std::uint64_t revision) = 0;

  // The mark of the pepper that the stored digests were made with, if any was set.
  virtual Result<std::optional<SecretDigest>> pepper_mark() = 0;

  // Sets the mark if there is none yet; returns the one in force.
  virtual Result<SecretDigest> settle_pepper_mark(const SecretDigest& mark) = 0;
};

// The errors of the contract above, worded once for all implementations.
Error key_exists(std::string_view id);
Error no_such_tenant(std::string_view tenant);
Error no_such_key(std::string_view tenant, std::string_view id);

}  // namespace clientele::store
