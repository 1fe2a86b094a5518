// `clientele call`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/settings_flags.hpp"
#include "faces/cli/call.hpp"

namespace clientele::app {

struct CallArguments {
  SettingsFlags settings;
  cli::CallOptions options;
  std::string delimiter;
  std::string encoding = "utf8";
};

// `arguments` and `code`, the exit code, must outlive `app`.
CLI::App* add_call(CLI::App& app, CallArguments& arguments, int& code);

}  // namespace clientele::app
