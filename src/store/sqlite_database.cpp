#include "store/sqlite_database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace clientele::store {
namespace {

// What happened and what to do about it, for each class of SQLite failure.
Error explain(int code, const std::string& path, const char* message) {
  const std::string store = "the store " + path;
  const auto broken = [&](const std::string& what, const std::string& remedy) {
    return Error{.kind = ErrorKind::file_error, .detail = store + " " + what + ": " + remedy};
  };
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return broken("cannot grow", "its disk is full; free some space and try again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.kind = ErrorKind::overloaded,
              .detail = store +
                        " is locked by another process; try again, and if it lasts find "
                        "out who holds it (fuser " +
                        path + ")",
              .retry_after_seconds = 1};
    case SQLITE_NOMEM:
      return {.kind = ErrorKind::overloaded,
              .detail = "not enough memory for " + store,
              .retry_after_seconds = 1};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return broken("is damaged or is not an SQLite file",
                    "restore it from a backup, or name another file with store.path");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return broken("cannot be opened for writing",
                    "its file and folder must exist and belong to the user that runs clientele, "
                    "or name another file with store.path");
    case SQLITE_IOERR:
      return broken("cannot be read or written",
                    "its disk reports an error or is full; check the system log and free space");
    default:
      return {.detail = store + ": " + message};
  }
}

Error explain_file(const std::string& path, const std::string& what, int error_number) {
  return {.kind = ErrorKind::file_error,
          .detail = "the store " + path + ": " + what + ": " + std::strerror(error_number) +
                    "; choose a place that this user may write to with store.path"};
}

// The database holds the digests of secrets: nobody else may read it. SQLite gives its journal
// files the same mode.
Status create_private_file(const std::string& path) {
  std::error_code problem;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder, problem)) {
    std::filesystem::create_directories(folder, problem);
    if (problem) return explain_file(path, "its folder cannot be made", problem.value());
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, problem);
  }
  // Only a new file: closing one that a connection of this process holds would drop the locks of
  // that connection (POSIX), and the next process to leave would take the log from under it.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno != EEXIST) return explain_file(path, "it cannot be made", errno);
  if (file >= 0) ::close(file);
  return Nothing{};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* connection, const std::string& path, std::string_view sql)
    : connection_(connection), path_(&path) {
  sqlite3_stmt* statement = nullptr;
  code_ =
      sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
}

Error Statement::failure() const { return explain(code_, *path_, sqlite3_errmsg(connection_)); }

Statement& Statement::bind(std::int64_t value) {
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_int64(statement_.get(), next_parameter_++, value);
  }
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (code_ == SQLITE_OK) {
    const char* const data = text.data() == nullptr ? "" : text.data();  // else it would be NULL
    code_ = sqlite3_bind_text64(statement_.get(), next_parameter_++, data, text.size(),
                                SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::bind(std::span<const std::uint8_t> blob) {
  if (code_ == SQLITE_OK) {
    const void* const data = blob.empty() ? "" : static_cast<const void*>(blob.data());
    code_ = sqlite3_bind_blob64(statement_.get(), next_parameter_++, data, blob.size(),
                                SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::bind(std::optional<std::int64_t> value) {
  if (value) return bind(*value);
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_null(statement_.get(), next_parameter_++);
  return *this;
}

Result<bool> Statement::step() {
  if (code_ != SQLITE_OK) return failure();
  code_ = sqlite3_step(statement_.get());
  if (code_ != SQLITE_ROW && code_ != SQLITE_DONE) return failure();
  return std::exchange(code_, SQLITE_OK) == SQLITE_ROW;
}

Status Statement::run() {
  while (true) {
    const Result<bool> row = step();
    if (!row) return row.error();
    if (!*row) return Nothing{};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  const unsigned char* const text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const std::uint8_t*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database::Database(sqlite3* connection, const std::string& path)
    : path_(std::make_unique<const std::string>(path)), connection_(connection) {}

Result<Database> Database::open(const std::string& given, std::chrono::milliseconds patience) {
  std::error_code problem;
  // Absolute, so that names such as `:memory:` mean a file.
  const std::string path = std::filesystem::absolute(given, problem).string();
  if (problem) return explain_file(given, "not a usable path", problem.value());
  if (const Status file = create_private_file(path); !file) return file.error();
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (connection == nullptr) return explain(SQLITE_NOMEM, path, "");
  Database database(connection, path);
  if (code != SQLITE_OK) return explain(code, path, sqlite3_errmsg(connection));
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, static_cast<int>(patience.count()));
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  database.patience_ = patience;
  return database;
}

Status Database::use_wal() {
  Statement statement = prepare("PRAGMA journal_mode=WAL");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (statement.text(0) == "wal") return Nothing{};
  return Error{.kind = ErrorKind::file_error,
               .detail = "the store " + path() +
                         " lies where SQLite cannot keep a write-ahead log "
                         "(a network folder?); name a file on a local disk with store.path"};
}

Status Database::make_durable() {
  // Two processes that open a new file at once can meet in the change to WAL, for which SQLite does
  // not wait by itself.
  const auto give_up = std::chrono::steady_clock::now() + patience_;
  Status wal = use_wal();
  while (!wal && wal.error().kind == ErrorKind::overloaded &&
         std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    wal = use_wal();
  }
  if (!wal) return wal;
  return execute(
      "PRAGMA synchronous=FULL;"
      "PRAGMA foreign_keys=ON;"
      "PRAGMA trusted_schema=OFF;"
      "PRAGMA cell_size_check=ON;");
}

Statement Database::prepare(std::string_view sql) {
  return Statement(connection_.get(), *path_, sql);
}

Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return Nothing{};
  return explain(code, *path_, sqlite3_errmsg(connection_.get()));
}

Result<std::int64_t> Database::integer_of(std::string_view sql) {
  Statement statement = prepare(sql);
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return statement.integer(0);
}

Result<Transaction> Transaction::begin(Database& database, Purpose purpose) {
  const Status begun = database.execute(purpose == Purpose::write ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return begun.error();
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Some failures have rolled back already; then this one fails and nothing is lost.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  Status committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace clientele::store
