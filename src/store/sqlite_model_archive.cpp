#include "store/sqlite_model_archive.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "store/sqlite_database.hpp"
#include "store/sqlite_schema.hpp"

namespace clientele::store {
namespace {

constexpr std::string_view kEntryColumns =
    "model.id, model.kind, model.key, model.version, model.trained_at, model.size";

std::int64_t seconds(Instant instant) { return instant.time_since_epoch().count(); }

std::span<const std::uint8_t> as_octets(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

ModelEntry entry_of(const Statement& row, std::chrono::seconds keep) {
  const Instant trained_at{std::chrono::seconds{row.integer(4)}};
  return {.id = row.text(0),
          .kind = row.text(1),
          .key = row.text(2),
          .version = static_cast<std::uint64_t>(row.integer(3)),
          .trained_at = trained_at,
          .expires_at = trained_at + keep,
          .size_bytes = static_cast<std::uint64_t>(row.integer(5))};
}

class SqliteModelArchive final : public ModelArchive {
 public:
  SqliteModelArchive(Database writer, Database reader, ModelSpace space)
      : space_(space), writer_(std::move(writer)), reader_(std::move(reader)) {}

  Result<std::optional<StoredModel>> find(std::string_view tenant, std::string_view kind,
                                          std::string_view key, Instant now) override {
    const std::lock_guard lock(reader_mutex_);
    Statement statement = reader_.prepare(
        "SELECT " + std::string(kEntryColumns) +
        ", model.checksum, model.bytes FROM model JOIN tenant ON tenant.id = model.tenant_id"
        " WHERE tenant.name = ? AND model.kind = ? AND model.key = ? AND model.trained_at > ?");
    statement.bind(tenant).bind(kind).bind(key).bind(oldest(now));
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return std::optional<StoredModel>();
    StoredModel model{.entry = entry_of(statement, space_.keep), .bytes = {}};
    const auto bytes = std::as_bytes(statement.blob(7));
    model.bytes.assign(bytes.begin(), bytes.end());
    const SecretDigest sum = model_checksum(tenant, kind, key, model.bytes);
    const auto kept = statement.blob(6);
    if (!std::equal(kept.begin(), kept.end(), sum.begin(), sum.end())) {
      return model_damaged(model.entry);
    }
    return std::optional(std::move(model));
  }

  Result<ModelEntry> save(std::string_view tenant, std::string_view kind, std::string_view key,
                          std::span<const std::byte> bytes, Instant now) override {
    if (bytes.size() > space_.bytes_per_tenant) return model_too_large(bytes.size(), space_);
    ModelEntry entry{.id = new_key_id(),
                     .kind = std::string(kind),
                     .key = std::string(key),
                     .version = 1,
                     .trained_at = now,
                     .expires_at = now + space_.keep,
                     .size_bytes = bytes.size()};
    const std::lock_guard lock(writer_mutex_);
    Result<Transaction> transaction = Transaction::begin(writer_, Transaction::Purpose::write);
    if (!transaction) return transaction.error();
    Status done = replace(tenant, entry, bytes);
    if (done) done = forget_expired(now);
    if (done) done = make_room(tenant, entry.id);
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return entry;
  }

  Result<std::vector<ModelEntry>> list(std::string_view tenant, Instant now) override {
    const std::lock_guard lock(reader_mutex_);
    return entries(reader_,
                   "WHERE tenant.name = ? AND model.trained_at > ? ORDER BY model.kind, model.key",
                   [&](Statement& statement) { statement.bind(tenant).bind(oldest(now)); });
  }

  Status remove(std::string_view tenant, std::string_view id) override {
    const std::lock_guard lock(writer_mutex_);
    Statement statement = writer_.prepare(
        "DELETE FROM model WHERE id = ? AND tenant_id IN (SELECT id FROM tenant WHERE name = ?)"
        " RETURNING id");
    statement.bind(id).bind(tenant);
    const Result<bool> removed = statement.step();
    if (!removed) return removed.error();
    if (!*removed) return no_such_model(id);
    return statement.run();
  }

 private:
  std::int64_t oldest(Instant now) const { return seconds(now - space_.keep); }

  template <typename Bind>
  Result<std::vector<ModelEntry>> entries(Database& database, const std::string& condition,
                                          const Bind& bind) const {
    Statement statement =
        database.prepare("SELECT " + std::string(kEntryColumns) +
                         " FROM model JOIN tenant ON tenant.id = model.tenant_id " + condition);
    bind(statement);
    std::vector<ModelEntry> found;
    while (true) {
      const Result<bool> row = statement.step();
      if (!row) return row.error();
      if (!*row) return found;
      found.push_back(entry_of(statement, space_.keep));
    }
  }

  // Sets the entry's version.
  Status replace(std::string_view tenant, ModelEntry& entry, std::span<const std::byte> bytes) {
    Status known = writer_
                       .prepare(
                           "INSERT INTO tenant (name, created_at) VALUES (?, ?)"
                           " ON CONFLICT DO NOTHING")
                       .bind(tenant)
                       .bind(seconds(entry.trained_at))
                       .run();
    if (!known) return known;
    const SecretDigest sum = model_checksum(tenant, entry.kind, entry.key, bytes);
    Statement statement = writer_.prepare(
        "INSERT INTO model (tenant_id, id, kind, key, version, trained_at, size, checksum, bytes)"
        " SELECT id, ?, ?, ?, 1, ?, ?, ?, ? FROM tenant WHERE name = ?"
        " ON CONFLICT (tenant_id, kind, key) DO UPDATE SET id = excluded.id,"
        " version = version + 1, trained_at = excluded.trained_at, size = excluded.size,"
        " checksum = excluded.checksum, bytes = excluded.bytes RETURNING version");
    statement.bind(entry.id).bind(entry.kind).bind(entry.key).bind(seconds(entry.trained_at));
    statement.bind(static_cast<std::int64_t>(bytes.size())).bind(sum).bind(as_octets(bytes));
    statement.bind(tenant);
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    entry.version = static_cast<std::uint64_t>(statement.integer(0));
    return statement.run();
  }

  Status forget_expired(Instant now) {
    return writer_.prepare("DELETE FROM model WHERE trained_at <= ?").bind(oldest(now)).run();
  }

  // Forgets the tenant's oldest models until the newest fit; the one just saved stays.
  Status make_room(std::string_view tenant, std::string_view just_saved) {
    const Result<std::vector<ModelEntry>> own = entries(
        writer_, "WHERE tenant.name = ? ORDER BY model.id <> ?, model.trained_at DESC, model.id",
        [&](Statement& statement) { statement.bind(tenant).bind(just_saved); });
    if (!own) return own.error();
    std::uint64_t bytes = 0;
    for (const ModelEntry& entry : *own) {
      bytes += entry.size_bytes;
      if (bytes <= space_.bytes_per_tenant) continue;
      Status gone = writer_.prepare("DELETE FROM model WHERE id = ?").bind(entry.id).run();
      if (!gone) return gone;
    }
    return Nothing{};
  }

  const ModelSpace space_;
  std::mutex writer_mutex_;
  Database writer_;
  std::mutex reader_mutex_;
  Database reader_;
};

}  // namespace

Result<std::unique_ptr<ModelArchive>> open_sqlite_archive(const std::string& path, ModelSpace space,
                                                          SqlitePatience patience) {
  Result<Database> writer = open_migrated(path, patience.write, sqlite_migrations());
  if (!writer) return writer.error();
  Result<Database> reader = open_migrated(path, patience.read, sqlite_migrations());
  if (!reader) return reader.error();
  return std::unique_ptr<ModelArchive>(
      std::make_unique<SqliteModelArchive>(std::move(*writer), std::move(*reader), space));
}

}  // namespace clientele::store
