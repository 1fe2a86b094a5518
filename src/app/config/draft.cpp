#include "app/config/draft.hpp"

#include <algorithm>
#include <vector>

#include "base/edit_distance.hpp"

namespace clientele::app {
namespace {

constexpr std::size_t kLongestShown = 60;

// Tenant limits follow the rules of these settings.
constexpr std::string_view kRequests = "limits.requests_per_minute";
constexpr std::string_view kConcurrency = "limits.concurrency";

bool is_limit_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<std::uint64_t> parse_like(std::string_view setting, std::string_view text) {
  const auto& whole = std::get<WholeNumber>(find_setting(setting)->kind);
  return parse_whole_number(text, whole.minimum, whole.maximum);
}

std::string sentence(const std::string& name, const Draft::Given& given, const std::string& rule) {
  return name + " must be " + rule + ", not " + given.shown + " (" + given.origin + ")";
}

}  // namespace

void Draft::set(const Setting& setting, const Given& given) {
  const std::string name(setting.name);
  if (!given.mistyped && assign(setting, given.text, config_)) {
    origins_[name] = given.origin;
    return;
  }
  Given shown = given;
  if (setting.secret) shown.shown = "what was given";
  refuse(name, "bad_value", sentence(name, shown, rule_of(setting)));
}

void Draft::set_row_limit(std::string_view name, const Given& given) {
  const std::string full = std::string(kRowLimits) + "." + std::string(name);
  if (!is_limit_name(name)) {
    refuse(full, "bad_name",
           shown_text(full) +
               ": names of row limits are lower-case letters, digits and underscores (" +
               given.origin + ")");
    return;
  }
  const auto value = given.mistyped ? std::nullopt : parse_row_limit(given.text);
  if (!value) {
    refuse(full, "bad_value", sentence(full, given, std::string(kRowLimitRule)));
    return;
  }
  config_.row_limits[std::string(name)] = *value;
  origins_[full] = given.origin;
}

void Draft::set_tenant_limit(const std::string& tenant, std::string_view limit,
                             const Given& given) {
  const std::string full =
      std::string(kTenants) + "." + shown_text(tenant) + "." + std::string(limit);
  const bool requests = limit == "requests_per_minute";
  if (!requests && limit != "concurrency") {
    refuse(full, "unknown_setting",
           full + ": a tenant has the settings requests_per_minute and concurrency only (" +
               given.origin + ")");
    return;
  }
  const std::string_view model = requests ? kRequests : kConcurrency;
  const auto value = given.mistyped ? std::nullopt : parse_like(model, given.text);
  if (!value) {
    refuse(full, "bad_value", sentence(full, given, rule_of(*find_setting(model))));
    return;
  }
  TenantOverride& own = tenants_[tenant];
  (requests ? own.requests_per_minute : own.concurrency) = *value;
  origins_[std::string(kTenants) + "." + toml_string(tenant) + "." + std::string(limit)] =
      given.origin;
}

void Draft::unknown(const std::string& name, const std::string& origin,
                    std::string (*spell)(std::string_view setting)) {
  std::vector<std::string> names;
  for (const Setting& setting : settings()) names.push_back(spell(setting.name));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  std::string detail = "there is no setting " + shown_text(name) + " (" + origin + ")";
  if (const auto nearest = nearest_name(name, candidates)) {
    detail += "; did you mean " + std::string(*nearest) + "?";
  } else {
    detail += "; clientele config lists them all";
  }
  refuse(name, "unknown_setting", detail);
}

void Draft::refuse(const std::string& name, std::string code, const std::string& detail) {
  faults_.add(name, std::move(code), detail);
}

void Draft::check_together() {
  if (config_.http.max_body_bytes <= config_.http.memory_budget_bytes) return;
  refuse("http.max_body_bytes", "contradiction",
         "http.max_body_bytes must not be more than http.memory_budget_bytes, or no longest body "
         "could ever be accepted: " +
             std::to_string(config_.http.max_body_bytes) + " (" + origins_["http.max_body_bytes"] +
             ") > " + std::to_string(config_.http.memory_budget_bytes) + " (" +
             origins_["http.memory_budget_bytes"] + ")");
}

Config Draft::finish() && {
  for (const auto& [name, own] : tenants_) {
    config_.tenants[name] = {
        .requests_per_minute = own.requests_per_minute.value_or(config_.limits.requests_per_minute),
        .concurrency = own.concurrency.value_or(config_.limits.concurrency)};
  }
  return std::move(config_);
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (code < 0x20 || code == 0x7F) {
      result += "\\u00";
      result += "0123456789ABCDEF"[code >> 4];
      result += "0123456789ABCDEF"[code & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string shown_text(std::string_view text) {
  if (text.size() <= kLongestShown) return toml_string(text);
  std::size_t end = kLongestShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // inside UTF-8
  return toml_string(std::string(text.substr(0, end)) + "...");
}

}  // namespace clientele::app
