// One run of the server: store, credentials, limits, catalog and socket wired together.
#pragma once

#include <cstdint>
#include <memory>

#include "app/config/load.hpp"
#include "base/context.hpp"
#include "base/result.hpp"

namespace clientele::app {

inline constexpr std::string_view kVersion = CLIENTELE_VERSION;

class ServerRun {
 public:
  // Opens the store and starts listening. Errors name the setting or file that cannot be used.
  static Result<ServerRun> start(const LoadedConfig& loaded);
  ServerRun(ServerRun&&) noexcept;
  ServerRun& operator=(ServerRun&&) noexcept;
  ~ServerRun();

  std::uint16_t port() const;
  // Returns when SIGINT or SIGTERM has come and all requests in flight are answered.
  void wait_for_signal();

 private:
  struct Parts;
  explicit ServerRun(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Names in limits.rows that no endpoint declares; with the nearest ones.
Status check_row_limits(const Config& config);
// The configured row limits.
Limits row_limits(const Config& config);

}  // namespace clientele::app
