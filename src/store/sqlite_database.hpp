// One connection to an SQLite file; every failure becomes an Error that says what to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace clientele::store {

// A prepared statement. Bind its parameters in order, then run() or step through its rows.
// Failures are remembered and reported by the next step() or run().
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(std::span<const std::uint8_t> blob);
  Statement& bind(std::optional<std::int64_t> value);  // nullopt: NULL

  // Moves to the next row; false after the last.
  Result<bool> step();
  // Runs a statement whose rows, if any, do not matter.
  Status run();

  // Columns of the current row. Requires: step() gave true.
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::string text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;  // valid until the next step()

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* connection, const std::string& path, std::string_view sql);
  Error failure() const;

  sqlite3* connection_;
  const std::string* path_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_parameter_ = 1;
  int code_ = 0;
};

// Not thread-safe: one thread at a time.
class Database {
 public:
  // Opens the file, creating it (mode 0600) if need be. `patience` is how long any statement waits
  // for another process's lock.
  static Result<Database> open(const std::string& path, std::chrono::milliseconds patience);

  // From now on a committed write is on disk (WAL, synchronous=FULL) and foreign keys are enforced.
  // Changes the file: only after it is known to be ours.
  Status make_durable();

  const std::string& path() const { return *path_; }

  // Errors of the SQL itself show when the statement runs.
  Statement prepare(std::string_view sql);
  // One or more statements without parameters.
  Status execute(const std::string& sql);
  // The integer of the first column of the first row. Requires: the query yields a row.
  Result<std::int64_t> integer_of(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Database(sqlite3* connection, const std::string& path);
  Status use_wal();

  std::unique_ptr<const std::string> path_;  // stable: statements point to it
  std::chrono::milliseconds patience_{};
  std::unique_ptr<sqlite3, Close> connection_;
};

// A transaction that is rolled back unless committed.
class Transaction {
 public:
  enum class Purpose { read, write };  // write takes the lock at once

  static Result<Transaction> begin(Database& database, Purpose purpose);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // After ok the changes are durable; after an error nothing was written.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // null once finished
};

}  // namespace clientele::store
