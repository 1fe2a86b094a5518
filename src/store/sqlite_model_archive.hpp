// Kept models in the SQLite file of tenants and keys.
#pragma once

#include <memory>
#include <string>

#include "store/model_archive.hpp"
#include "store/sqlite_tenant_store.hpp"

namespace clientele::store {

// Opens the file as open_sqlite_store does, with connections of its own, and with its errors.
Result<std::unique_ptr<ModelArchive>> open_sqlite_archive(const std::string& path,
                                                          ModelSpace space = {},
                                                          SqlitePatience patience = {});

}  // namespace clientele::store
