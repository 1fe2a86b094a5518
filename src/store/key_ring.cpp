#include "store/key_ring.hpp"

#include <algorithm>
#include <utility>

namespace clientele::store {
namespace {

constexpr std::size_t kLongestTenantName = 64;

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_tenant_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestTenantName && is_letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

// The key with one more secret, the other live ones ending at `others_expire_at` at the latest.
Result<StoredKey> with_secret(StoredKey key, const SecretDigest& digest, Instant now,
                              Instant others_expire_at) {
  if (key.revoked_at) {
    return Error{.kind = ErrorKind::conflict,
                 .detail = "key " + key.id + " was revoked at " + to_rfc3339(*key.revoked_at) +
                           "; make a new one: clientele key create --tenant NAME"};
  }
  for (StoredSecret& secret : key.secrets) {
    secret.expires_at = std::min(secret.expires_at.value_or(others_expire_at), others_expire_at);
  }
  std::erase_if(key.secrets, [&](const StoredSecret& secret) { return !secret.live(now); });
  if (key.secrets.size() >= kSecretsPerKey) {
    return Error{.kind = ErrorKind::conflict,
                 .detail = "key " + key.id + " is being rotated: its old secret is valid until " +
                           to_rfc3339(*key.secrets.front().expires_at) +
                           "; rotate again after that, or with an overlap of 0, which ends both "
                           "present secrets at once"};
  }
  key.secrets.push_back({.digest = digest, .created_at = now, .expires_at = std::nullopt});
  return key;
}

KeySummary summary_of(const StoredKey& key, Instant now) {
  KeySummary summary{.id = key.id,
                     .tenant = key.tenant,
                     .created_at = key.created_at,
                     .revoked_at = key.revoked_at,
                     .live_secrets = 0,
                     .old_secret_expires_at = std::nullopt};
  if (key.revoked_at) return summary;
  for (const StoredSecret& secret : key.secrets) {
    if (!secret.live(now)) continue;
    ++summary.live_secrets;
    if (secret.expires_at) summary.old_secret_expires_at = secret.expires_at;
  }
  return summary;
}

}  // namespace

Result<IssuedKey> KeyRing::create(std::string_view tenant, Instant now) {
  if (!is_tenant_name(tenant)) {
    return Error{.kind = ErrorKind::invalid_input,
                 .detail =
                     "a tenant's name is 1 to 64 letters, digits, dots, dashes and "
                     "underscores and starts with a letter or digit"};
  }
  IssuedKey issued{new_key_id(), std::string(tenant), Secret::generate()};
  const StoredKey key{.id = issued.id,
                      .tenant = issued.tenant,
                      .created_at = now,
                      .revoked_at = std::nullopt,
                      .secrets = {{.digest = pepper_.digest(issued.id, issued.secret.reveal()),
                                   .created_at = now,
                                   .expires_at = std::nullopt}}};
  if (const Status added = store_.add_key(key); !added) return added.error();
  return issued;
}

Result<std::vector<KeySummary>> KeyRing::list(std::optional<std::string_view> tenant, Instant now) {
  const Result<std::vector<StoredKey>> keys = store_.list_keys(tenant);
  if (!keys) return keys.error();
  std::vector<KeySummary> summaries;
  summaries.reserve(keys->size());
  for (const StoredKey& key : *keys) summaries.push_back(summary_of(key, now));
  return summaries;
}

Result<IssuedKey> KeyRing::rotate(std::string_view tenant, std::string_view id,
                                  std::chrono::seconds overlap, Instant now) {
  IssuedKey issued{canonical_key_id(id), std::string(tenant), Secret::generate()};
  if (issued.id.empty()) return no_such_key(tenant, id);
  const SecretDigest digest = pepper_.digest(issued.id, issued.secret.reveal());
  const Status changed = store_.change_key(tenant, issued.id, [&](StoredKey key) {
    return with_secret(std::move(key), digest, now, now + overlap);
  });
  if (!changed) return changed.error();
  return issued;
}

Status KeyRing::revoke(std::string_view tenant, std::string_view id, Instant now) {
  const std::string key_id = canonical_key_id(id);
  if (key_id.empty()) return no_such_key(tenant, id);
  return store_.change_key(tenant, key_id, [now](StoredKey key) -> Result<StoredKey> {
    key.revoked_at = key.revoked_at.value_or(now);
    return key;
  });
}

}  // namespace clientele::store
