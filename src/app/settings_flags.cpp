#include "app/settings_flags.hpp"

#include <algorithm>
#include <thread>

#include "app/config/settings.hpp"
#include "app/server_run.hpp"

namespace clientele::app {
namespace {

constexpr std::string_view kGroup = "Settings";

bool is_of(std::string_view name, std::initializer_list<std::string_view> families) {
  return std::any_of(families.begin(), families.end(),
                     [name](std::string_view family) { return name.starts_with(family); });
}

}  // namespace

void add_settings(CLI::App& command, SettingsFlags& flags,
                  std::initializer_list<std::string_view> families) {
  command.add_option("--config", flags.config_file, "Configuration file (TOML)");
  for (const Setting& setting : settings()) {
    if (setting.secret || !is_of(setting.name, families)) continue;
    command
        .add_option_function<std::string>(
            flag_name(setting.name),
            [&flags, name = std::string(setting.name)](const std::string& text) {
              flags.values.push_back({name, text});
            },
            std::string(setting.sentence) + " (" + rule_of(setting) + ")")
        ->group(std::string(kGroup));
  }
  if (!is_of(kRowLimits, families)) return;
  command
      .add_option_function<std::vector<std::string>>(
          "--limits-rows",
          [&flags](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              flags.values.push_back({std::string(kRowLimits), text});
            }
          },
          "Row limit NAME=N; may be repeated")
      ->allow_extra_args(false)
      ->group(std::string(kGroup));
}

Result<LoadedConfig> configuration(const SettingsFlags& flags) {
  ConfigSources sources;
  sources.file = flags.config_file;
  sources.flags = flags.values;
  sources.environment = program_environment();
  sources.processors = std::max(1U, std::thread::hardware_concurrency());
  auto loaded = load_config(sources);
  if (!loaded) return loaded;
  if (auto checked = check_row_limits(loaded->config); !checked) return std::move(checked).error();
  return loaded;
}

}  // namespace clientele::app
