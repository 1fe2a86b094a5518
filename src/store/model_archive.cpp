#include "store/model_archive.hpp"

#include <sodium.h>

namespace clientele::store {

SecretDigest model_checksum(std::string_view tenant, std::string_view kind, std::string_view key,
                            std::span<const std::byte> bytes) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, sizeof(SecretDigest));
  for (const std::string_view part : {tenant, kind, key}) {
    const std::uint64_t length = part.size();
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&length),
                              sizeof length);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
  }
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
  SecretDigest digest;
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

Error no_such_model(std::string_view id) {
  return {.kind = ErrorKind::not_found,
          .detail = "There is no model '" + std::string(id) +
                    "' of this tenant; it may have expired. GET /api/v1/models and `clientele "
                    "model list` show what is there."};
}

Error model_too_large(std::size_t bytes, const ModelSpace& space) {
  return {.kind = ErrorKind::too_large,
          .detail = "A model of " + std::to_string(bytes) + " bytes does not fit into the " +
                    std::to_string(space.bytes_per_tenant) +
                    " bytes of a tenant's models; raise store.model_bytes_per_tenant."};
}

Error model_damaged(const ModelEntry& entry) {
  return {.kind = ErrorKind::file_error,
          .detail = "the kept model " + entry.id + " (" + entry.kind +
                    ") is damaged: its checksum does not match; train it again"};
}

}  // namespace clientele::store
