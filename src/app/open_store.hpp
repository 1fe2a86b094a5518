// The configured store with its pepper, as commands and server use it.
#pragma once

#include <memory>

#include "app/config/config.hpp"
#include "base/result.hpp"
#include "store/key_ring.hpp"
#include "store/model_archive.hpp"
#include "store/pepper_file.hpp"
#include "store/tenant_store.hpp"

namespace clientele::app {

struct OpenStore {
  std::unique_ptr<store::TenantStore> tenants;
  store::Pepper pepper;
};

// Errors: those of the store and its pepper file.
Result<std::unique_ptr<OpenStore>> open_store(const Config& config);

// The fitted models that the same file keeps. Errors: those of the store.
Result<std::unique_ptr<store::ModelArchive>> open_models(const Config& config);

}  // namespace clientele::app
