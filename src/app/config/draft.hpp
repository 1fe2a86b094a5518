// A configuration while its sources are applied to it, weakest first.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/config/config.hpp"
#include "app/config/settings.hpp"
#include "base/error.hpp"

namespace clientele::app {

// One `tenants.NAME` table: what it says, the rest comes from `limits`.
struct TenantOverride {
  std::optional<std::uint64_t> requests_per_minute;
  std::optional<std::uint64_t> concurrency;
};

class Draft {
 public:
  // A value as its source spells it. `shown` is how messages quote it; `mistyped` when the source
  // says that it is of another type than the setting, whatever its text.
  struct Given {
    std::string text;
    std::string shown;
    std::string origin;
    bool mistyped = false;
  };

  void set(const Setting& setting, const Given& given);
  void set_row_limit(std::string_view name, const Given& given);
  void set_tenant_limit(const std::string& tenant, std::string_view limit, const Given& given);
  // `name` is as the source spells it, and suggestions are spelled like `spell(setting)`.
  void unknown(const std::string& name, const std::string& origin,
               std::string (*spell)(std::string_view setting));
  void refuse(const std::string& name, std::string code, const std::string& detail);

  // What no single value can show: settings that contradict each other.
  void check_together();

  const Config& config() const { return config_; }
  const Faults& faults() const { return faults_; }
  // Completes the tenants' limits and gives the configuration away.
  Config finish() &&;
  Faults take_faults() && { return std::move(faults_); }

  const std::map<std::string, std::string>& origins() const { return origins_; }
  const std::map<std::string, TenantOverride>& tenants() const { return tenants_; }

 private:
  Config config_;
  std::map<std::string, TenantOverride> tenants_;
  std::map<std::string, std::string> origins_;  // of every value in force, by full name
  Faults faults_;
};

// A text as it may be shown: quoted as TOML does it, long ones cut.
std::string toml_string(std::string_view text);
std::string shown_text(std::string_view text);

}  // namespace clientele::app
