// Issues, lists, rotates and revokes the API keys of tenants.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "store/secret.hpp"
#include "store/tenant_store.hpp"

namespace clientele::store {

// A key at the one moment at which its secret can be shown.
struct IssuedKey {
  std::string id;
  std::string tenant;
  Secret secret;
};

// What can be shown of a key at any time.
struct KeySummary {
  std::string id;
  std::string tenant;
  Instant created_at{};
  std::optional<Instant> revoked_at;
  std::size_t live_secrets = 0;                  // 0 once revoked
  std::optional<Instant> old_secret_expires_at;  // while two secrets are live
};

// Thread-safe. Requires: store and pepper outlive it.
class KeyRing {
 public:
  KeyRing(TenantStore& store, const Pepper& pepper) : store_(store), pepper_(pepper) {}

  // A new key; the tenant comes to be with its first. Tenant names are 1-64 letters, digits, dots,
  // dashes and underscores, the first a letter or digit. Errors: invalid_input (the name).
  Result<IssuedKey> create(std::string_view tenant, Instant now);

  // Keys of one tenant or of all, in order of tenant, creation, id. Errors: not_found.
  Result<std::vector<KeySummary>> list(std::optional<std::string_view> tenant, Instant now);

  // A second secret for the key; the one in force stays valid for `overlap` more (0: not at all).
  // Errors: not_found; conflict when the key is revoked, or when two secrets are live already and
  // overlap > 0.
  Result<IssuedKey> rotate(std::string_view tenant, std::string_view id,
                           std::chrono::seconds overlap, Instant now);

  // Ends a key at once and for good; revoking it again changes nothing. Errors: not_found.
  Status revoke(std::string_view tenant, std::string_view id, Instant now);

 private:
  TenantStore& store_;
  const Pepper& pepper_;
};

}  // namespace clientele::store
