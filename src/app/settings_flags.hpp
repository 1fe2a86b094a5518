// The flags for settings that several commands share, and the configuration they lead to.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/load.hpp"
#include "base/result.hpp"

namespace clientele::app {

// What the flags were given.
struct SettingsFlags {
  std::optional<std::string> config_file;
  std::vector<FlagValue> values;
};

// Gives `command` --config and a flag for each setting whose name begins with one of `families`
// ("store.", "" for all), --limits-rows likewise. `flags` must outlive the command.
void add_settings(CLI::App& command, SettingsFlags& flags,
                  std::initializer_list<std::string_view> families);

// The configuration from flags, environment and file. Errors: bad_configuration, file_error.
Result<LoadedConfig> configuration(const SettingsFlags& flags);

}  // namespace clientele::app
