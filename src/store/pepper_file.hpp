// Where the pepper comes from, and proof that it is the one the store's digests were made with.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/secret.hpp"
#include "store/tenant_store.hpp"

namespace clientele::store {

// `configured` (the setting `pepper`) if not empty: at least 32 characters. Otherwise the content
// of `file`, readable by its owner only; it is made, with 256 random bits, for a store that has no
// pepper yet. Safe beside other processes that do the same.
// Errors: bad_configuration (too short, lost, or not the pepper of this store), file_error.
Result<Pepper> load_pepper(TenantStore& store, std::string_view configured,
                           const std::string& file);

// The pepper file of the SQLite store at `store_path`.
std::string pepper_file_of(const std::string& store_path);

}  // namespace clientele::store
