#include "store/sqlite_tenant_store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "store/sqlite_database.hpp"
#include "store/sqlite_schema.hpp"

namespace clientele::store {
namespace {

constexpr std::string_view kSelectKeys =
    "SELECT api_key.id, tenant.name, api_key.created_at, api_key.revoked_at,"
    " key_secret.digest, key_secret.created_at, key_secret.expires_at"
    " FROM api_key JOIN tenant ON tenant.id = api_key.tenant_id"
    " JOIN key_secret ON key_secret.key_id = api_key.id ";

std::int64_t seconds(Instant instant) { return instant.time_since_epoch().count(); }

std::optional<std::int64_t> seconds(std::optional<Instant> instant) {
  if (!instant) return std::nullopt;
  return seconds(*instant);
}

Instant instant_at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

std::optional<Instant> instant_at(std::optional<std::int64_t> seconds) {
  if (!seconds) return std::nullopt;
  return instant_at(*seconds);
}

SecretDigest digest_of(std::span<const std::uint8_t> blob) {
  SecretDigest digest{};
  std::copy_n(blob.begin(), std::min(blob.size(), digest.size()), digest.begin());
  return digest;
}

// Reads the rows of a kSelectKeys query; the rows of one key follow each other.
Result<std::vector<StoredKey>> read_keys(Statement statement) {
  std::vector<StoredKey> keys;
  while (true) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return keys;
    const std::string id = statement.text(0);
    if (keys.empty() || keys.back().id != id) {
      keys.push_back({.id = id,
                      .tenant = statement.text(1),
                      .created_at = instant_at(statement.integer(2)),
                      .revoked_at = instant_at(statement.optional_integer(3)),
                      .secrets = {}});
    }
    keys.back().secrets.push_back({.digest = digest_of(statement.blob(4)),
                                   .created_at = instant_at(statement.integer(5)),
                                   .expires_at = instant_at(statement.optional_integer(6))});
  }
}

Status insert_secrets(Database& database, const StoredKey& key) {
  std::int64_t position = 0;
  for (const StoredSecret& secret : key.secrets) {
    Status inserted = database.prepare("INSERT INTO key_secret VALUES (?, ?, ?, ?, ?)")
                          .bind(key.id)
                          .bind(position++)
                          .bind(secret.digest)
                          .bind(seconds(secret.created_at))
                          .bind(seconds(secret.expires_at))
                          .run();
    if (!inserted) return inserted;
  }
  return Nothing{};
}

Result<std::int64_t> next_revision(Database& database) {
  return database.integer_of("UPDATE revision SET value = value + 1 RETURNING value");
}

Status insert_key(Database& database, const StoredKey& key) {
  Status tenant =
      database.prepare("INSERT INTO tenant (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
          .bind(key.tenant)
          .bind(seconds(key.created_at))
          .run();
  if (!tenant) return tenant;
  const Result<std::int64_t> revision = next_revision(database);
  if (!revision) return revision.error();
  Status inserted =
      database.prepare("INSERT INTO api_key SELECT ?, id, ?, ?, ? FROM tenant WHERE name = ?")
          .bind(key.id)
          .bind(seconds(key.created_at))
          .bind(seconds(key.revoked_at))
          .bind(*revision)
          .bind(key.tenant)
          .run();
  if (!inserted) return inserted;
  return insert_secrets(database, key);
}

Status replace_key(Database& database, const StoredKey& key) {
  const Result<std::int64_t> revision = next_revision(database);
  if (!revision) return revision.error();
  Status updated = database.prepare("UPDATE api_key SET revoked_at = ?, revision = ? WHERE id = ?")
                       .bind(seconds(key.revoked_at))
                       .bind(*revision)
                       .bind(key.id)
                       .run();
  if (!updated) return updated;
  Status cleared = database.prepare("DELETE FROM key_secret WHERE key_id = ?").bind(key.id).run();
  if (!cleared) return cleared;
  return insert_secrets(database, key);
}

class SqliteTenantStore final : public TenantStore {
 public:
  SqliteTenantStore(Database writer, Database reader)
      : writer_(std::move(writer)), reader_(std::move(reader)) {}

  Status add_key(const StoredKey& key) override {
    return write([&]() -> Status {
      const Result<std::vector<StoredKey>> existing = find(key.id);
      if (!existing) return existing.error();
      if (!existing->empty()) return key_exists(key.id);
      return insert_key(writer_, key);
    });
  }

  Status change_key(std::string_view tenant, std::string_view id,
                    const KeyChange& change) override {
    return write([&]() -> Status {
      Result<std::vector<StoredKey>> found = find(id);
      if (!found) return found.error();
      if (found->empty() || found->front().tenant != tenant) return no_such_key(tenant, id);
      const Result<StoredKey> changed = change(std::move(found->front()));
      if (!changed) return changed.error();
      return replace_key(writer_, *changed);
    });
  }

  Result<std::vector<StoredKey>> list_keys(std::optional<std::string_view> tenant) override {
    const std::lock_guard lock(reader_mutex_);
    std::string sql(kSelectKeys);
    if (tenant) sql += "WHERE tenant.name = ? ";
    sql += "ORDER BY tenant.name, api_key.created_at, api_key.id, key_secret.position";
    Statement statement = reader_.prepare(sql);
    if (tenant) statement.bind(*tenant);
    Result<std::vector<StoredKey>> keys = read_keys(std::move(statement));
    // A tenant exists from its first key on, and keys are never deleted.
    if (keys && keys->empty() && tenant) return no_such_tenant(*tenant);
    return keys;
  }

  Result<KeyChanges> changes_since(std::uint64_t revision) override {
    const std::lock_guard lock(reader_mutex_);
    const Result<Transaction> snapshot = Transaction::begin(reader_, Transaction::Purpose::read);
    if (!snapshot) return snapshot.error();
    const Result<std::int64_t> newest = reader_.integer_of("SELECT value FROM revision");
    if (!newest) return newest.error();
    KeyChanges changes{.revision = static_cast<std::uint64_t>(*newest), .keys = {}};
    if (changes.revision == revision) return changes;
    Statement statement =
        reader_.prepare(std::string(kSelectKeys) +
                        "WHERE api_key.revision > ? ORDER BY api_key.id, key_secret.position");
    statement.bind(static_cast<std::int64_t>(revision));
    Result<std::vector<StoredKey>> keys = read_keys(std::move(statement));
    if (!keys) return keys.error();
    changes.keys = std::move(*keys);
    return changes;
  }

  Result<std::optional<SecretDigest>> pepper_mark() override {
    const std::lock_guard lock(reader_mutex_);
    return read_mark(reader_);
  }

  Result<SecretDigest> settle_pepper_mark(const SecretDigest& mark) override {
    const Status written = write([&]() -> Status {
      return writer_.prepare("INSERT INTO pepper_mark VALUES (1, ?) ON CONFLICT DO NOTHING")
          .bind(mark)
          .run();
    });
    if (!written) return written.error();
    const Result<std::optional<SecretDigest>> settled = pepper_mark();
    if (!settled) return settled.error();
    return settled->value_or(mark);
  }

 private:
  template <typename Work>
  Status write(const Work& work) {
    const std::lock_guard lock(writer_mutex_);
    Result<Transaction> transaction = Transaction::begin(writer_, Transaction::Purpose::write);
    if (!transaction) return transaction.error();
    if (Status done = work(); !done) return done;
    return transaction->commit();
  }

  Result<std::vector<StoredKey>> find(std::string_view id) {
    Statement statement = writer_.prepare(std::string(kSelectKeys) +
                                          "WHERE api_key.id = ? ORDER BY key_secret.position");
    statement.bind(id);
    return read_keys(std::move(statement));
  }

  static Result<std::optional<SecretDigest>> read_mark(Database& database) {
    Statement statement = database.prepare("SELECT digest FROM pepper_mark");
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    std::optional<SecretDigest> mark;
    if (*row) mark = digest_of(statement.blob(0));
    return mark;
  }

  std::mutex writer_mutex_;
  Database writer_;
  std::mutex reader_mutex_;
  Database reader_;
};

}  // namespace

Result<std::unique_ptr<TenantStore>> open_sqlite_store(const std::string& path,
                                                       SqlitePatience patience) {
  Result<Database> writer = open_migrated(path, patience.write, sqlite_migrations());
  if (!writer) return writer.error();
  Result<Database> reader = open_migrated(path, patience.read, sqlite_migrations());
  if (!reader) return reader.error();
  return std::unique_ptr<TenantStore>(
      std::make_unique<SqliteTenantStore>(std::move(*writer), std::move(*reader)));
}

}  // namespace clientele::store
