// `clientele demo`: a running server with a generated shop, ready for the first calls.
#pragma once

#include <iosfwd>

#include "app/config/load.hpp"

namespace clientele::app {

struct DemoOptions {
  std::string folder;  // where the shop and the store go; "" = a new temporary folder
  std::size_t customers = 400;
  std::uint64_t seed = 42;
};

// Starts the server on 127.0.0.1 with a store of its own, prints three curl commands that work, and
// serves until SIGINT or SIGTERM; a temporary folder is removed then. Returns the exit code.
int demo(const DemoOptions& options, LoadedConfig loaded, std::ostream& out, std::ostream& err);

}  // namespace clientele::app
