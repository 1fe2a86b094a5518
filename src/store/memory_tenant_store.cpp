#include "store/memory_tenant_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace clientele::store {
namespace {

class MemoryTenantStore final : public TenantStore {
 public:
  Status add_key(const StoredKey& key) override {
    const std::lock_guard lock(mutex_);
    if (!rows_.try_emplace(key.id, Row{key, revision_ + 1}).second) return key_exists(key.id);
    ++revision_;
    return Nothing{};
  }

  Status change_key(std::string_view tenant, std::string_view id,
                    const KeyChange& change) override {
    const std::lock_guard lock(mutex_);
    const auto found = rows_.find(id);
    if (found == rows_.end() || found->second.key.tenant != tenant) return no_such_key(tenant, id);
    Result<StoredKey> changed = change(found->second.key);
    if (!changed) return changed.error();
    found->second = Row{std::move(*changed), ++revision_};
    return Nothing{};
  }

  Result<std::vector<StoredKey>> list_keys(std::optional<std::string_view> tenant) override {
    const std::lock_guard lock(mutex_);
    std::vector<StoredKey> keys;
    for (const auto& [id, row] : rows_) {
      if (!tenant || row.key.tenant == *tenant) keys.push_back(row.key);
    }
    if (tenant && keys.empty()) return no_such_tenant(*tenant);
    std::sort(keys.begin(), keys.end(), [](const StoredKey& a, const StoredKey& b) {
      return std::tie(a.tenant, a.created_at, a.id) < std::tie(b.tenant, b.created_at, b.id);
    });
    return keys;
  }

  Result<KeyChanges> changes_since(std::uint64_t revision) override {
    const std::lock_guard lock(mutex_);
    KeyChanges changes{.revision = revision_, .keys = {}};
    for (const auto& [id, row] : rows_) {
      if (row.revision > revision) changes.keys.push_back(row.key);
    }
    return changes;
  }

  Result<std::optional<SecretDigest>> pepper_mark() override {
    const std::lock_guard lock(mutex_);
    return mark_;
  }

  Result<SecretDigest> settle_pepper_mark(const SecretDigest& mark) override {
    const std::lock_guard lock(mutex_);
    if (!mark_) mark_ = mark;
    return *mark_;
  }

 private:
  struct Row {
    StoredKey key;
    std::uint64_t revision;
  };

  std::mutex mutex_;
  std::uint64_t revision_ = 0;
  std::map<std::string, Row, std::less<>> rows_;
  std::optional<SecretDigest> mark_;
};

}  // namespace

std::unique_ptr<TenantStore> make_memory_store() { return std::make_unique<MemoryTenantStore>(); }

}  // namespace clientele::store
