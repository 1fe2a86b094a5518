// A store that forgets everything with the process: for tests and fuzzers of what stands on a
// store.
#pragma once

#include <memory>

#include "store/tenant_store.hpp"

namespace clientele::store {

std::unique_ptr<TenantStore> make_memory_store();

}  // namespace clientele::store
