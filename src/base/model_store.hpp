// Fitted models that a tenant keeps between requests, as a computation sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace clientele {

struct ModelEntry {
  std::string id;             // UUID
  std::string kind;           // what can read the bytes: by custom the endpoint's name
  std::string key;            // which one of that kind: a SKU, a campaign, ...; may be empty
  std::uint64_t version = 0;  // 1 for the first model of this kind and key, then rising
  Instant trained_at{};
  Instant expires_at{};
  std::uint64_t size_bytes = 0;
};

struct StoredModel {
  ModelEntry entry;
  std::vector<std::byte> bytes;  // as saved: the checksum was verified
};

// Bound to one tenant and to the time of the request: no call reaches another tenant's models.
// Models expire (30 days unless configured) and the oldest give way when the tenant's space is
// full. Thread-safe. Failures of disk or database are file_error or overloaded: whoever saves or
// looks up a model warns and goes on without it.
class ModelStore {
 public:
  virtual ~ModelStore() = default;

  // The model in force of this kind and key, if there is one that has not expired.
  // Errors: file_error when its bytes are not those that were saved.
  virtual Result<std::optional<StoredModel>> find(std::string_view kind, std::string_view key) = 0;

  // Replaces the model of this kind and key. Errors: too_large (one model over the tenant's space).
  virtual Result<ModelEntry> save(std::string_view kind, std::string_view key,
                                  std::span<const std::byte> bytes) = 0;

  // All that have not expired, in order of kind and key.
  virtual Result<std::vector<ModelEntry>> list() = 0;

  // Errors: not_found (no such model of this tenant).
  virtual Status remove(std::string_view id) = 0;
};

}  // namespace clientele
