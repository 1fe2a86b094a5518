// Tables of the SQLite store and how files of older versions are brought up to date.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "store/sqlite_database.hpp"

namespace clientele::store {

// SQL scripts, each raising the schema version by one: the i-th takes version i to i + 1. Scripts
// that were released never change; changes are appended.
std::span<const char* const> sqlite_migrations();

// Opens the file and brings it to version migrations.size(), one transaction a script, safely
// beside other processes that do the same.
// Errors: bad_configuration when the file was written by a newer clientele or belongs to another
// program; it is left as it was then.
Result<Database> open_migrated(const std::string& path, std::chrono::milliseconds patience,
                               std::span<const char* const> migrations);

}  // namespace clientele::store
