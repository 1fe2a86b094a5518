#include "store/sqlite_schema.hpp"

#include <array>
#include <string>

namespace clientele::store {
namespace {

// Kept in the file's header: tells our files from other SQLite databases ("clnt").
constexpr std::int64_t kApplicationId = 0x636C6E74;

// `revision` counts the writes that matter to authentication; a key carries the revision of its
// last change, so that a reader asks only for what is new.
constexpr const char* kTenantsAndKeys = R"sql(
  CREATE TABLE revision (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    value INTEGER NOT NULL
  ) STRICT;
  INSERT INTO revision VALUES (1, 0);
  CREATE TABLE tenant (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant (id),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX api_key_of_tenant ON api_key (tenant_id);
  CREATE INDEX api_key_by_revision ON api_key (revision);
  CREATE TABLE key_secret (
    key_id TEXT NOT NULL REFERENCES api_key (id),
    position INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (key_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pepper_mark (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
  ) STRICT;
)sql";

// `bytes` comes last, so that listing never reads them.
constexpr const char* kModels = R"sql(
  CREATE TABLE model (
    tenant_id INTEGER NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    trained_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    checksum BLOB NOT NULL CHECK (length(checksum) = 32),
    bytes BLOB NOT NULL,
    UNIQUE (tenant_id, kind, key)
  ) STRICT;
  CREATE INDEX model_by_age ON model (trained_at);
)sql";

constexpr std::array kMigrations{kTenantsAndKeys, kModels};

Error refuse(const Database& database, const std::string& why) {
  return {.kind = ErrorKind::bad_configuration,
          .detail = "the store " + database.path() + " " + why};
}

Error refuse_newer(const Database& database, std::int64_t version, std::size_t known) {
  return refuse(database, "has schema version " + std::to_string(version) +
                              ", this clientele knows versions up to " + std::to_string(known) +
                              ": it was written by a newer clientele; run that one, or restore the "
                              "backup made before the upgrade");
}

// Passes an empty file, and one of ours that is not newer than this program.
Status check_file(Database& database, std::size_t known) {
  const Result<Transaction> snapshot = Transaction::begin(database, Transaction::Purpose::read);
  if (!snapshot) return snapshot.error();
  const Result<std::int64_t> tables = database.integer_of("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const Result<std::int64_t> application = database.integer_of("PRAGMA application_id");
  if (!application) return application.error();
  const Result<std::int64_t> version = database.integer_of("PRAGMA user_version");
  if (!version) return version.error();
  const bool empty = *application == 0 && *tables == 0 && *version == 0;
  if (!empty && (*application != kApplicationId || *version < 0)) {
    return refuse(database, "is a database of another program; name another file with store.path");
  }
  if (*version > static_cast<std::int64_t>(known)) return refuse_newer(database, *version, known);
  return Nothing{};
}

// Applies one script, unless another process has done so meanwhile.
Status apply(Database& database, std::size_t from, const char* script) {
  Result<Transaction> transaction = Transaction::begin(database, Transaction::Purpose::write);
  if (!transaction) return transaction.error();
  const Result<std::int64_t> version = database.integer_of("PRAGMA user_version");
  if (!version) return version.error();
  if (*version != static_cast<std::int64_t>(from)) return Nothing{};
  const std::string sql = std::string(script) +
                          "; PRAGMA application_id=" + std::to_string(kApplicationId) +
                          "; PRAGMA user_version=" + std::to_string(from + 1);
  if (Status applied = database.execute(sql); !applied) return applied;
  return transaction->commit();
}

Status migrate(Database& database, std::span<const char* const> migrations) {
  const Result<std::int64_t> version = database.integer_of("PRAGMA user_version");
  if (!version) return version.error();
  for (auto from = static_cast<std::size_t>(*version); from < migrations.size(); ++from) {
    if (Status applied = apply(database, from, migrations[from]); !applied) return applied;
  }
  return Nothing{};
}

}  // namespace

std::span<const char* const> sqlite_migrations() { return kMigrations; }

Result<Database> open_migrated(const std::string& path, std::chrono::milliseconds patience,
                               std::span<const char* const> migrations) {
  Result<Database> database = Database::open(path, patience);
  if (!database) return database;
  Status ready = check_file(*database, migrations.size());
  if (ready) ready = database->make_durable();
  if (ready) ready = migrate(*database, migrations);
  if (!ready) return ready.error();
  return database;
}

}  // namespace clientele::store
