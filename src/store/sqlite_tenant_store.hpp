// Tenants and keys in one SQLite file: the store of a single machine.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "store/tenant_store.hpp"

namespace clientele::store {

// How long a write waits for another process, and how long a read does: reads stand in the way of
// requests, and in WAL mode they wait only for rare moments such as recovery.
struct SqlitePatience {
  std::chrono::milliseconds write{5000};
  std::chrono::milliseconds read{250};
};

// Opens the store, creating file (mode 0600) and folder if need be and bringing older files up to
// date. Several processes may have it open at once. Each write is one fsynced transaction: about
// 5 ms on a plain disk.
// Errors: file_error (cannot be opened, damaged, disk full), overloaded (locked), bad_configuration
// (written by a newer clientele, or by another program). Each says what to do.
Result<std::unique_ptr<TenantStore>> open_sqlite_store(const std::string& path,
                                                       SqlitePatience patience = {});

}  // namespace clientele::store
