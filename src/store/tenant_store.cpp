#include "store/tenant_store.hpp"

namespace clientele::store {

Error key_exists(std::string_view id) {
  return {.kind = ErrorKind::conflict, .detail = "a key with id " + std::string(id) + " exists"};
}

Error no_such_tenant(std::string_view tenant) {
  return {.kind = ErrorKind::not_found,
          .detail = "no tenant is called '" + std::string(tenant) +
                    "'; its first key makes it: clientele key create --tenant NAME"};
}

Error no_such_key(std::string_view tenant, std::string_view id) {
  return {.kind = ErrorKind::not_found,
          .detail = "tenant '" + std::string(tenant) + "' has no key " + std::string(id) +
                    "; clientele key list --tenant NAME shows its keys"};
}

}  // namespace clientele::store
