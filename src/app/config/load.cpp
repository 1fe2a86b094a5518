#include "app/config/load.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/config/draft.hpp"
#include "app/config/settings.hpp"
#include "app/config/toml_file.hpp"

namespace clientele::app {
namespace {

using Environment = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kPrefix = "CLIENTELE_";
constexpr std::string_view kConfigVariable = "CLIENTELE_CONFIG";
// Where the benchmarks find their data: theirs, so not a setting that the program refuses to know.
constexpr std::string_view kBenchmarkVariable = "CLIENTELE_DATA";
constexpr std::string_view kDataHome = "$XDG_DATA_HOME";

std::string value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// A base folder of the XDG specification (which says to ignore relative ones); "" without a home.
std::string base_folder(const Environment& environment, std::string_view variable,
                        std::string_view below_home) {
  std::string folder = value_of(environment, variable);
  if (folder.starts_with('/')) return folder;
  const std::string home = value_of(environment, "HOME");
  return home.empty() ? home : home + std::string(below_home);
}

Draft::Given plain(const std::string& text, std::string origin) {
  return {.text = text, .shown = shown_text(text), .origin = std::move(origin), .mistyped = false};
}

void apply_defaults(const ConfigSources& sources, Draft& draft) {
  for (const Setting& setting : settings()) {
    std::string text(setting.default_text);
    if (text == "processors") {
      text = std::to_string(std::max<std::size_t>(sources.processors, 1));
    } else if (text.starts_with(kDataHome)) {
      const std::string folder = base_folder(sources.environment, "XDG_DATA_HOME", "/.local/share");
      // Without a home there is no default; require_store_path() sees to it.
      if (folder.empty()) continue;
      text.replace(0, kDataHome.size(), folder);
    }
    draft.set(setting, plain(text, "default"));
  }
}

// The setting that an environment variable sets, or null.
const Setting* setting_of(std::string_view variable) {
  for (const Setting& setting : settings()) {
    if (environment_name(setting.name) == variable) return &setting;
  }
  return nullptr;
}

void apply_environment(const Environment& environment, Draft& draft) {
  const std::string rows = environment_name(kRowLimits) + "_";
  for (const auto& [variable, text] : environment) {
    if (!variable.starts_with(kPrefix) || text.empty()) continue;
    if (variable == kConfigVariable || variable == kBenchmarkVariable) continue;
    const Setting* const setting = setting_of(variable);
    const std::string origin = "environment " + variable;
    if (setting != nullptr) {
      draft.set(*setting, plain(text, origin));
    } else if (variable.starts_with(rows)) {
      std::string name = variable.substr(rows.size());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      draft.set_row_limit(name, plain(text, origin));
    } else {
      draft.unknown(variable, "environment", environment_name);
    }
  }
}

void apply_flags(const std::vector<FlagValue>& flags, Draft& draft) {
  for (const FlagValue& flag : flags) {
    const std::string origin = "flag " + flag_name(flag.name);
    const Setting* const setting = find_setting(flag.name);
    if (flag.name == kRowLimits) {
      const auto equals = std::min(flag.text.find('='), flag.text.size());
      const std::string value = flag.text.substr(std::min(equals + 1, flag.text.size()));
      draft.set_row_limit(flag.text.substr(0, equals), plain(value, origin));
    } else if (setting == nullptr || setting->secret) {
      draft.unknown(flag_name(flag.name), "flag", flag_name);
    } else {
      draft.set(*setting, plain(flag.text, origin));
    }
  }
}

// The file to read; "" for none.
std::string chosen_file(const ConfigSources& sources) {
  if (sources.file) return *sources.file;
  if (std::string named = value_of(sources.environment, kConfigVariable); !named.empty()) {
    return named;
  }
  const std::string folder = base_folder(sources.environment, "XDG_CONFIG_HOME", "/.config");
  std::error_code ignored;
  std::string usual = folder + "/clientele/config.toml";
  return !folder.empty() && std::filesystem::exists(usual, ignored) ? usual : std::string();
}

void require_store_path(Draft& draft) {
  const bool refused =
      std::any_of(draft.faults().listed().begin(), draft.faults().listed().end(),
                  [](const Fault& fault) { return fault.pointer == "store.path"; });
  if (!draft.config().store.path.empty() || refused) return;
  draft.refuse("store.path", "missing",
               "store.path must be set, because neither XDG_DATA_HOME nor HOME says where the data "
               "of this user lies");
}

Error refusal(Faults faults) {
  Error error = std::move(faults).to_error();
  error.kind = ErrorKind::bad_configuration;
  error.detail = error.fault_total == 1
                     ? "a setting cannot be used"
                     : std::to_string(error.fault_total) + " settings cannot be used";
  return error;
}

std::string toml_value(const Setting& setting, const Config& config) {
  const std::string text = value_text(setting, config);
  const bool number = std::holds_alternative<WholeNumber>(setting.kind) ||
                      std::holds_alternative<Decimal>(setting.kind);
  return number ? text : toml_string(text);
}

std::vector<SettingInForce> in_force(const Draft& draft) {
  std::vector<SettingInForce> list;
  const auto add = [&](const std::string& name, std::string value, bool secret) {
    list.push_back(
        {name, secret ? std::string() : std::move(value), draft.origins().at(name), secret});
  };
  for (const Setting& setting : settings()) {
    add(std::string(setting.name), toml_value(setting, draft.config()), setting.secret);
  }
  for (const auto& [name, value] : draft.config().row_limits) {
    add(std::string(kRowLimits) + "." + name, std::to_string(value), false);
  }
  for (const auto& [name, own] : draft.tenants()) {
    const std::string table = std::string(kTenants) + "." + toml_string(name);
    if (own.requests_per_minute) {
      add(table + ".requests_per_minute", std::to_string(*own.requests_per_minute), false);
    }
    if (own.concurrency) add(table + ".concurrency", std::to_string(*own.concurrency), false);
  }
  return list;
}

}  // namespace

std::string_view LoadedConfig::origin_of(std::string_view name) const {
  const auto found = std::find_if(in_force.begin(), in_force.end(),
                                  [&](const SettingInForce& entry) { return entry.name == name; });
  return found == in_force.end() ? std::string_view() : found->origin;
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
  Draft draft;
  apply_defaults(sources, draft);
  LoadedConfig loaded;
  loaded.file = chosen_file(sources);
  if (!loaded.file.empty()) {
    if (const Status read = apply_toml_file(loaded.file, draft); !read) return read.error();
  }
  apply_environment(sources.environment, draft);
  apply_flags(sources.flags, draft);
  require_store_path(draft);
  if (draft.faults().empty()) draft.check_together();
  if (!draft.faults().empty()) return refusal(std::move(draft).take_faults());
  loaded.in_force = in_force(draft);
  loaded.config = std::move(draft).finish();
  return loaded;
}

std::string print_config(const LoadedConfig& loaded) {
  std::size_t width = 0;
  std::vector<std::string> lines;
  for (const SettingInForce& entry : loaded.in_force) {
    const std::string line =
        entry.secret ? "# " + entry.name + " is not shown" : entry.name + " = " + entry.value;
    width = std::max(width, line.size());
    lines.push_back(line);
  }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + std::string(width - lines[i].size(), ' ') + "  # " +
            loaded.in_force[i].origin + "\n";
  }
  return text;
}

Environment program_environment() {
  Environment relevant;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = pair.substr(0, equals);
    if (name.starts_with(kPrefix) || name == "XDG_CONFIG_HOME" || name == "XDG_DATA_HOME" ||
        name == "HOME") {
      relevant.emplace(name, pair.substr(equals + 1));
    }
  }
  return relevant;
}

}  // namespace clientele::app
