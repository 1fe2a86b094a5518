// What a keeper of the tenants' fitted models must be able to do, whatever keeps them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/model_store.hpp"
#include "store/secret.hpp"

namespace clientele::store {

// How long and how much is kept.
struct ModelSpace {
  std::chrono::seconds keep = std::chrono::days{30};
  std::uint64_t bytes_per_tenant = 256'000'000;
};

// The operations of ModelStore for every tenant. A write that returned ok is durable. `now` is the
// time of the request.
class ModelArchive {
 public:
  virtual ~ModelArchive() = default;

  virtual Result<std::optional<StoredModel>> find(std::string_view tenant, std::string_view kind,
                                                  std::string_view key, Instant now) = 0;
  // Also forgets what has expired, of any tenant, and the tenant's oldest models beyond its space.
  virtual Result<ModelEntry> save(std::string_view tenant, std::string_view kind,
                                  std::string_view key, std::span<const std::byte> bytes,
                                  Instant now) = 0;
  // Unknown tenants have no models: that is no error.
  virtual Result<std::vector<ModelEntry>> list(std::string_view tenant, Instant now) = 0;
  virtual Status remove(std::string_view tenant, std::string_view id) = 0;
};

// The models of one tenant at one time. The archive must outlive it.
class TenantModels final : public ModelStore {
 public:
  TenantModels(ModelArchive& archive, std::string tenant, Instant now)
      : archive_(archive), tenant_(std::move(tenant)), now_(now) {}

  Result<std::optional<StoredModel>> find(std::string_view kind, std::string_view key) override {
    return archive_.find(tenant_, kind, key, now_);
  }
  Result<ModelEntry> save(std::string_view kind, std::string_view key,
                          std::span<const std::byte> bytes) override {
    return archive_.save(tenant_, kind, key, bytes, now_);
  }
  Result<std::vector<ModelEntry>> list() override { return archive_.list(tenant_, now_); }
  Status remove(std::string_view id) override { return archive_.remove(tenant_, id); }

 private:
  ModelArchive& archive_;
  std::string tenant_;
  Instant now_;
};

// BLAKE2b-256 over whose model it is, which, and its bytes: a row moved to another tenant or key
// does not pass either.
SecretDigest model_checksum(std::string_view tenant, std::string_view kind, std::string_view key,
                            std::span<const std::byte> bytes);

// The errors of the contract above, worded once for all implementations.
Error no_such_model(std::string_view id);
Error model_too_large(std::size_t bytes, const ModelSpace& space);
Error model_damaged(const ModelEntry& entry);

}  // namespace clientele::store
