// Reads the configuration: flag over environment over file over default.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"
#include "base/result.hpp"

namespace clientele::app {

// A setting given on the command line. `name` is the setting's; for `limits.rows` the text is
// `NAME=N`.
struct FlagValue {
  std::string name;
  std::string text;
};

// Everything that a configuration depends on.
struct ConfigSources {
  std::optional<std::string> file;  // --config
  std::vector<FlagValue> flags;
  std::map<std::string, std::string, std::less<>> environment;  // see program_environment()
  std::size_t processors = 1;                                   // of this machine
};

// Where the value in force comes from: "default", "file /etc/clientele.toml:3",
// "environment CLIENTELE_HTTP_PORT", "flag --http-port".
struct SettingInForce {
  std::string name;
  std::string value;  // as TOML; empty for a secret
  std::string origin;
  bool secret = false;
};

struct LoadedConfig {
  Config config;
  std::string file;  // the file that was read, "" = none
  std::vector<SettingInForce> in_force;

  // Where a setting comes from, for messages; "" for an unknown name.
  std::string_view origin_of(std::string_view name) const;
};

// The file is `sources.file`, else the variable CLIENTELE_CONFIG, else
// $XDG_CONFIG_HOME/clientele/config.toml (~/.config/...) if it exists. Variables that are set to
// nothing count as not set. Every value is checked, also one that a stronger source overrides.
// Errors: bad_configuration with one fault per problem, each naming the setting, the value, where
// it came from, what is allowed, and for unknown names the nearest one; secrets are not repeated.
// file_error when the file cannot be read.
Result<LoadedConfig> load_config(const ConfigSources& sources);

// What is in force, as TOML with the origin of each value as a comment; secrets are not shown. Read
// as a configuration file it gives the same configuration, apart from secrets.
std::string print_config(const LoadedConfig& loaded);

// The variables of this process that matter here: CLIENTELE_*, XDG_CONFIG_HOME, XDG_DATA_HOME,
// HOME.
std::map<std::string, std::string, std::less<>> program_environment();

}  // namespace clientele::app
