#include "app/open_store.hpp"

#include "store/sqlite_model_archive.hpp"
#include "store/sqlite_tenant_store.hpp"

namespace clientele::app {

Result<std::unique_ptr<OpenStore>> open_store(const Config& config) {
  auto tenants = store::open_sqlite_store(config.store.path);
  if (!tenants) return std::move(tenants).error();
  auto pepper =
      store::load_pepper(**tenants, config.pepper, store::pepper_file_of(config.store.path));
  if (!pepper) return std::move(pepper).error();
  return std::make_unique<OpenStore>(
      OpenStore{std::move(tenants).value(), std::move(pepper).value()});
}

Result<std::unique_ptr<store::ModelArchive>> open_models(const Config& config) {
  return store::open_sqlite_archive(
      config.store.path,
      {.keep = std::chrono::days{static_cast<std::chrono::days::rep>(config.store.model_days)},
       .bytes_per_tenant = config.store.model_bytes_per_tenant});
}

}  // namespace clientele::app
