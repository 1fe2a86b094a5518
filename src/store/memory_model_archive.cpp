#include "store/memory_model_archive.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace clientele::store {
namespace {

class MemoryModelArchive final : public ModelArchive {
 public:
  explicit MemoryModelArchive(ModelSpace space) : space_(space) {}

  Result<std::optional<StoredModel>> find(std::string_view tenant, std::string_view kind,
                                          std::string_view key, Instant now) override {
    const std::lock_guard lock(mutex_);
    const auto found = rows_.find(Place(tenant, kind, key));
    if (found == rows_.end() || expired(found->second, now)) return std::optional<StoredModel>();
    return std::optional(found->second);
  }

  Result<ModelEntry> save(std::string_view tenant, std::string_view kind, std::string_view key,
                          std::span<const std::byte> bytes, Instant now) override {
    if (bytes.size() > space_.bytes_per_tenant) return model_too_large(bytes.size(), space_);
    const std::lock_guard lock(mutex_);
    StoredModel& row = rows_[Place(tenant, kind, key)];
    row = {.entry = {.id = new_key_id(),
                     .kind = std::string(kind),
                     .key = std::string(key),
                     .version = row.entry.version + 1,
                     .trained_at = now,
                     .expires_at = now + space_.keep,
                     .size_bytes = bytes.size()},
           .bytes = {bytes.begin(), bytes.end()}};
    ModelEntry saved = row.entry;
    std::erase_if(rows_, [&](const auto& each) { return expired(each.second, now); });
    make_room(tenant, saved.id);
    return saved;
  }

  Result<std::vector<ModelEntry>> list(std::string_view tenant, Instant now) override {
    const std::lock_guard lock(mutex_);
    std::vector<ModelEntry> entries;
    for (const auto& [place, row] : rows_) {
      if (std::get<0>(place) == tenant && !expired(row, now)) entries.push_back(row.entry);
    }
    return entries;
  }

  Status remove(std::string_view tenant, std::string_view id) override {
    const std::lock_guard lock(mutex_);
    const auto removed = std::erase_if(rows_, [&](const auto& each) {
      return std::get<0>(each.first) == tenant && each.second.entry.id == id;
    });
    if (removed == 0) return no_such_model(id);
    return Nothing{};
  }

 private:
  using Place = std::tuple<std::string, std::string, std::string>;  // tenant, kind, key

  static bool expired(const StoredModel& row, Instant now) { return row.entry.expires_at <= now; }

  // Forgets the tenant's oldest models until the newest fit; the one just saved stays.
  void make_room(std::string_view tenant, std::string_view just_saved) {
    std::vector<std::pair<const Place*, const StoredModel*>> own;
    for (const auto& [place, row] : rows_) {
      if (std::get<0>(place) == tenant) own.emplace_back(&place, &row);
    }
    std::sort(own.begin(), own.end(), [&](const auto& a, const auto& b) {
      const auto rank = [&](const ModelEntry& entry) {
        return std::tuple(entry.id != just_saved, -entry.trained_at.time_since_epoch(), entry.id);
      };
      return rank(a.second->entry) < rank(b.second->entry);
    });
    std::uint64_t bytes = 0;
    std::vector<Place> over;
    for (const auto& [place, row] : own) {
      bytes += row->bytes.size();
      if (bytes > space_.bytes_per_tenant) over.push_back(*place);
    }
    for (const Place& place : over) rows_.erase(place);
  }

  const ModelSpace space_;
  std::mutex mutex_;
  std::map<Place, StoredModel> rows_;
};

}  // namespace

std::unique_ptr<ModelArchive> make_memory_archive(ModelSpace space) {
  return std::make_unique<MemoryModelArchive>(space);
}

}  // namespace clientele::store
